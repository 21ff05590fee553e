"""Small corrections to a flow, from how well the features at its goal match.

Each step starts from the same state and context. What the recurrent unit's convolutions make of those
two is the same in each step, and is computed once: a convolution of several inputs is the sum of the
convolutions of each.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motionedit_bench.metrics.flow.gmflow.backbone import channels_first, channels_last
from motionedit_bench.metrics.flow.gmflow.matching import correlate, neighbours

STATE = 128
"""Channels of the state; the context and the motion have as many."""
RADIUS = 4
"""The correlation looks that far around a goal, in x and in y."""
UPSAMPLING = 4


class MotionEncoder(nn.Module):
    """Correlation (B, 81, H, W) and flow (B, 2, H, W) to motion features, the flow itself among them."""

    def __init__(self) -> None:
        super().__init__()
        self.convc1 = nn.Conv2d((2 * RADIUS + 1) ** 2, 256, 1)
        self.convc2 = nn.Conv2d(256, 192, 3, padding=1)
        self.convf1 = nn.Conv2d(2, 128, 7, padding=3)
        self.convf2 = nn.Conv2d(128, 64, 3, padding=1)
        self.conv = nn.Conv2d(192 + 64, STATE - 2, 3, padding=1)

    def forward(self, correlation: Tensor, flow: Tensor) -> Tensor:
        match = self.convc2(self.convc1(correlation).relu_()).relu_()
        moved = self.convf2(self.convf1(flow).relu_()).relu_()
        return torch.cat([self.conv(torch.cat([match, moved], 1)).relu_(), flow], 1)


class RecurrentUnit(nn.Module):
    """A gated recurrent unit along rows, then one along columns (Teed and Deng, RAFT, 2020).

    The input channels of each convolution are state, context, motion; the gates are z, r, q.
    """

    def __init__(self) -> None:
        super().__init__()
        self.convz1, self.convr1, self.convq1 = (_gate((1, 5)) for _ in "zrq")
        self.convz2, self.convr2, self.convq2 = (_gate((5, 1)) for _ in "zrq")

    def prepare(self, state: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """What does not change from step to step: a part of all gates, for each of the two passes."""
        rows, columns = self._weights()
        along_rows = _convolve(context, rows[:, STATE : 2 * STATE], self._bias(1))
        along_rows[:, : 2 * STATE] += _convolve(state, rows[: 2 * STATE, :STATE])
        return along_rows, _convolve(context, columns[:, STATE : 2 * STATE], self._bias(2))

    def forward(self, state: Tensor, motion: Tensor, prepared: tuple[Tensor, Tensor]) -> Tensor:
        rows, columns = self._weights()
        gates = _convolve(motion, rows[:, 2 * STATE :]).add_(prepared[0])
        state = _update(state, gates, rows)
        gates = _convolve(motion, columns[:, 2 * STATE :]).add_(prepared[1])
        gates[:, : 2 * STATE] += _convolve(state, columns[: 2 * STATE, :STATE])
        return _update(state, gates, columns)

    def _weights(self) -> tuple[Tensor, Tensor]:
        rows = torch.cat([self.convz1.weight, self.convr1.weight, self.convq1.weight])
        return rows, torch.cat([self.convz2.weight, self.convr2.weight, self.convq2.weight])

    def _bias(self, axis: int) -> Tensor:
        return torch.cat([getattr(self, f"conv{gate}{axis}").bias for gate in "zrq"])


class FlowHead(nn.Module):
    """State to a correction of the flow (B, 2, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(STATE, 256, 3, padding=1)
        self.conv2 = nn.Conv2d(256, 2, 3, padding=1)

    def forward(self, state: Tensor) -> Tensor:
        correction: Tensor = self.conv2(self.conv1(state).relu_())
        return correction


class Refinement(nn.Module):
    """A flow (B, H, W, 2), corrected several times and brought to four times the size."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = MotionEncoder()
        self.gru = RecurrentUnit()
        self.flow_head = FlowHead()
        last = nn.Conv2d(256, 9 * UPSAMPLING**2, 1)
        self.mask = nn.Sequential(nn.Conv2d(STATE, 256, 3, padding=1), nn.ReLU(inplace=True), last)

    def forward(
        self, first: Tensor, second: Tensor, state: Tensor, context: Tensor, flow: Tensor, steps: int
    ) -> Tensor:
        """Features (B, H, W, C), state and context (B, 128, H, W), to flow (B, 4 H, 4 W, 2)."""
        prepared = self.gru.prepare(state, context)
        latest = state
        for _ in range(steps):
            correlation = correlate(first, second, flow, RADIUS).to(first.dtype)
            motion = self.encoder(channels_first(correlation), channels_first(flow).to(first.dtype))
            latest = self.gru(state, motion, prepared)
            flow = flow + channels_last(self.flow_head(latest))
        return upsample(flow, channels_last(self.mask(latest)))


def upsample(flow: Tensor, mask: Tensor) -> Tensor:
    """Each new place gets a weighted mean of the 3x3 flows around; the mask's softmax weighs them."""
    count, height, width, _ = flow.shape
    weight = mask.to(flow.dtype).reshape(count, height, width, 9, UPSAMPLING, UPSAMPLING).softmax(3)
    finer = torch.einsum("bhwnij,bhwnc->bhiwjc", weight, neighbours(flow * UPSAMPLING))
    return finer.reshape(count, UPSAMPLING * height, UPSAMPLING * width, 2)


def _gate(kernel: tuple[int, int]) -> nn.Conv2d:
    return nn.Conv2d(3 * STATE, STATE, kernel)


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return F.conv2d(x, weight, bias, padding=(weight.shape[2] // 2, weight.shape[3] // 2))


def _update(state: Tensor, gates: Tensor, weights: Tensor) -> Tensor:
    z, r, q = gates.chunk(3, 1)
    new = (q + _convolve(r.sigmoid() * state, weights[2 * STATE :, :STATE])).tanh_()
    return torch.lerp(state, new, z.sigmoid())
