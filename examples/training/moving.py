"""A world that fits a laptop: 32x32 pictures, and an editor that moves them to the left or to the right.

What is small: the pictures, the network, and the codec in place of a VAE, which is linear and fixed. What is
real: the transformer's class, the flow model, the loop, the reward.
"""

import io
import math

import numpy as np
import torch
from diffusers import FluxTransformer2DModel
from PIL import Image
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter

from motionedit_bench.images import decode, encode_png, to_array
from motionedit_bench.metrics import MotionReward
from motionedit_bench.records import Item, Picture
from motionedit_bench.rewards.base import Rewarded

SIDE, PATCH, KEPT = 32, 8, 3
"""Pixels a picture and a patch a side, and of how many cosines a side a patch is made."""
PATCHES = SIDE // PATCH
CHANNELS = 3 * KEPT * KEPT
FAR = 8
"""Pixels that the editor moves a picture by; what leaves on one side comes in on the other."""
TEXT = 8
SHARP = 2.0
SHIFT = 3.0
"""Of the sampler's times, as the larger models have it."""


def picture(rng: np.random.Generator) -> np.ndarray:
    """A random smooth texture, (32, 32, 3), uint8."""
    blobs = gaussian_filter(rng.normal(size=(SIDE, SIDE, 3)), (3.5, 3.5, 0), mode="wrap")
    blobs = blobs / blobs.std() * 55 + 128
    return np.clip(np.rint(blobs), 0, 255).astype(np.uint8)


def moved(pixels: np.ndarray, right: bool) -> np.ndarray:
    """The picture, 8 pixels further."""
    return np.roll(pixels, FAR if right else -FAR, axis=1)


def items(name: str, count: int, seed: int) -> list[Item]:
    """Pictures to be moved to the right."""
    rng = np.random.default_rng(seed)
    return [_item(f"{name}-{number:03d}", picture(rng)) for number in range(count)]


def _item(name: str, pixels: np.ndarray) -> Item:
    before, after = (encode_png(Image.fromarray(one)) for one in (pixels, moved(pixels, right=True)))
    return Item(
        name, "move it", Picture(f"{name}.png", lambda: before), Picture(f"{name}-target.png", lambda: after)
    )


def pixels_of(source: Picture) -> np.ndarray:
    return to_array(decode(source.read()))


def goes_right(item: Item, edited: np.ndarray) -> bool:
    """Whether an edit is nearer to the picture moved to the right than to the one moved to the left."""
    before = pixels_of(item.input)
    right, left = (np.square(edited - moved(before, one).astype(float)).mean() for one in (True, False))
    return bool(right < left)


class Codec:
    """Pictures as 16 tokens of 48 numbers: the lowest cosines of each 8x8 patch, each of variance 1."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self._scale = np.ones(CHANNELS)
        self._scale = self.encode(np.stack([picture(rng) for _ in range(256)])).std((0, 1)).numpy()

    def encode(self, pictures: np.ndarray) -> torch.Tensor:
        """(B, 32, 32, 3) of uint8 to (B, 16, 48)."""
        parts = (pictures / 127.5 - 1).reshape(-1, PATCHES, PATCH, PATCHES, PATCH, 3).swapaxes(2, 3)
        waves = dctn(parts, axes=(3, 4), norm="ortho")[:, :, :, :KEPT, :KEPT]
        return torch.from_numpy(waves.reshape(-1, PATCHES**2, CHANNELS) / self._scale).float()

    def decode(self, latents: torch.Tensor) -> np.ndarray:
        """And back."""
        waves = np.zeros((len(latents), PATCHES, PATCHES, PATCH, PATCH, 3))
        kept = (latents.double().numpy() * self._scale).reshape(-1, PATCHES, PATCHES, KEPT, KEPT, 3)
        waves[:, :, :, :KEPT, :KEPT] = kept
        pixels = idctn(waves, axes=(3, 4), norm="ortho").swapaxes(2, 3).reshape(-1, SIDE, SIDE, 3)
        return np.clip(np.rint((pixels + 1) * 127.5), 0, 255).astype(np.uint8)


def transformer(seed: int) -> FluxTransformer2DModel:
    """The class of FLUX.1, with 2 blocks of width 96 in place of 57 of 3072."""
    torch.manual_seed(seed)
    network = FluxTransformer2DModel(
        patch_size=1,
        in_channels=CHANNELS,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=32,
        num_attention_heads=3,
        joint_attention_dim=TEXT,
        pooled_projection_dim=TEXT,
        guidance_embeds=False,
        axes_dims_rope=(8, 12, 12),
    )
    for name, weight in network.named_parameters():
        if "norm_q" in name or "norm_k" in name:  # so that a token can look at one other from the start
            torch.nn.init.constant_(weight, SHARP)
    return network


def _places(kind: int) -> torch.Tensor:
    """Where tokens lie: those of the edit, kind 0, opposite to those of the picture that is edited, kind 1.

    Rows and columns lie on circles, for what leaves a picture on one side comes in on the other.
    """
    grid = torch.cartesian_prod(torch.arange(PATCHES), torch.arange(PATCHES)) * (2 * math.pi / PATCHES)
    return torch.cat([torch.full((len(grid), 1), kind * math.pi), grid], dim=1)


class MovingEditor:
    """The editor of `motionedit_bench.training.editor`, for this world."""

    def __init__(self, network: FluxTransformer2DModel, codec: Codec) -> None:
        self.transformer = network
        self.codec = codec
        self._ids = torch.cat([_places(0), _places(1)])

    def condition(self, item: Item) -> torch.Tensor:
        return self.codec.encode(pixels_of(item.input)[None])

    def noise(self, condition: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(PATCHES**2, CHANNELS, generator=generator)

    def sigmas(self, condition: torch.Tensor, steps: int) -> list[float]:
        plain = [1 - step / steps for step in range(steps)]
        return [SHIFT * one / (1 + (SHIFT - 1) * one) for one in plain] + [0.0]

    def velocity(self, x: torch.Tensor, t: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        """Condition: the latents of one picture, (1, 16, 48), or of each."""
        text = x.new_zeros(len(x), 1, TEXT)
        return self.transformer(
            hidden_states=torch.cat([x, condition.expand(len(x), -1, -1)], dim=1),
            timestep=t,
            pooled_projections=text[:, 0],
            encoder_hidden_states=text,
            txt_ids=x.new_zeros(1, 3),
            img_ids=self._ids,
            return_dict=False,
        )[0][:, : x.shape[1]]

    def decode(self, x: torch.Tensor, condition: torch.Tensor) -> list[np.ndarray]:
        return list(self.codec.decode(x))

    def facts(self) -> dict[str, object]:
        return {"model": "toy"}


class Movement:
    """`MotionReward` before it is rounded, by DIS; ``shuffled`` gives each edit that of another one."""

    def __init__(self, shuffled: bool = False) -> None:
        self.motion = MotionReward("dis", device="cpu")
        self.shuffled = shuffled

    def score(self, item: Item, pictures: list[np.ndarray]) -> list[Rewarded]:
        count = len(pictures)
        before, after = pixels_of(item.input), pixels_of(item.target)
        found = self.motion.terms([before] * count, pictures, [after] * count).continuous.tolist()
        if self.shuffled:
            seed = np.frombuffer(io.BytesIO(b"".join(one.tobytes() for one in pictures)).read(), np.uint8)
            found = list(np.random.default_rng(int(seed.sum())).permutation(found))
        return [Rewarded(float(one)) for one in found]

    def facts(self) -> dict[str, object]:
        return {"reward": "motion, before rounding, by dis", "shuffled": self.shuffled}


def pretrain(editor: MovingEditor, steps: int, seed: int, batch: int = 32, rate: float = 4e-3) -> list[float]:
    """Teach the whole network to move pictures, to either side as a coin falls; returns the losses."""
    rng = np.random.default_rng(seed)
    draw = torch.Generator().manual_seed(seed)
    network = editor.transformer
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    pool = np.stack([picture(rng) for _ in range(2000)])
    before, right, left = (editor.codec.encode(np.roll(pool, by, axis=2)) for by in (0, FAR, -FAR))
    losses = []
    for _ in range(steps):
        chosen = torch.randint(len(pool), (batch,), generator=draw)
        coin = torch.rand(batch, 1, 1, generator=draw) < 0.5
        x0 = torch.where(coin, right[chosen], left[chosen])
        plain = torch.rand(batch, generator=draw)
        t = SHIFT * plain / (1 + (SHIFT - 1) * plain)
        noise = torch.randn(x0.shape, generator=draw)
        x = torch.lerp(x0, noise, t[:, None, None])
        loss = torch.mean((editor.velocity(x, t, before[chosen]) - (noise - x0)) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses
