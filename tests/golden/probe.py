"""Records what reaches a pipeline's networks in its first step, and keeps as much of it as tells a change.

Runs in the pinned environment and in the one that is compared: it needs torch and numpy alone.
"""

from typing import Any

import numpy as np
import torch

KEPT = 512
"""Values that are kept of a tensor, at even distances; of larger ones `SUMS` sums over all values as well."""
SUMS = 16


class Probe:
    """Hooks in a pipeline; `tensors` holds what they saw, as float64 or int64 arrays.

    Names: ``positions.N`` and ``text.N`` for the N-th call of a text encoder (``text_2`` for the second
    encoder), ``denoiser.NAME`` for the arguments of the denoiser's first call, ``denoiser.out`` for what
    it returned.
    """

    def __init__(self, pipeline: Any, denoiser: str) -> None:
        self.tensors: dict[str, np.ndarray] = {}
        self._counts: dict[str, int] = {}
        for number, name in enumerate(("text_encoder", "text_encoder_2"), start=1):
            encoder = getattr(pipeline, name, None)
            if encoder is not None:
                self._watch_text(encoder, "text" if number == 1 else "text_2")
        network = getattr(pipeline, denoiser)
        network.register_forward_pre_hook(self._denoiser_in, with_kwargs=True)
        network.register_forward_hook(self._denoiser_out)

    def _watch_text(self, encoder: Any, name: str) -> None:
        def seen(_: Any, __: Any, output: Any) -> None:
            states = output.get("hidden_states")
            last = states[-1] if states else output[0]
            self._keep(f"{name}.{self._next(name)}", last)
            if output.get("pooler_output") is not None:
                self._keep(f"{name}.pooled", output["pooler_output"])

        def positions(_: Any, __: Any, named: dict[str, Any]) -> None:
            given = named.get("position_ids")
            found = given if given is not None else torch.zeros(0, dtype=torch.int64)
            self._keep(f"positions.{self._next('positions')}", found)

        encoder.register_forward_hook(seen)
        language = getattr(getattr(encoder, "model", None), "language_model", None)
        if language is not None:
            language.register_forward_pre_hook(positions, with_kwargs=True)

    def _next(self, name: str) -> int:
        self._counts[name] = self._counts.get(name, -1) + 1
        return self._counts[name]

    def _denoiser_in(self, _: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        if "denoiser.out" in self.tensors:
            return
        arguments = {f"argument-{place}": value for place, value in enumerate(given)} | named
        for name, value in arguments.items():
            if name == "img_shapes":
                value = torch.tensor(value)
            if torch.is_tensor(value):
                self._keep(f"denoiser.{name}", value)

    def _denoiser_out(self, _: Any, __: Any, output: Any) -> None:
        if "denoiser.out" not in self.tensors:
            self._keep("denoiser.out", output[0])

    def _keep(self, name: str, value: torch.Tensor) -> None:
        exact = not value.dtype.is_floating_point
        found = value.detach().cpu().to(torch.int64 if exact else torch.float64).numpy()
        if name.endswith("mask") and found.all():
            return  # a mask that masks nothing says as much as none
        self.tensors[name] = found


def sketch(value: np.ndarray) -> dict[str, np.ndarray]:
    """What is kept of a tensor: its shape, values at even distances, and sums under random signs."""
    flat = value.ravel()
    kept = {"shape": np.array(value.shape), "values": flat[:: max(1, -(-flat.size // KEPT))]}
    if flat.size > KEPT:
        draws = np.random.RandomState(0)
        signs = (draws.randint(0, 2, flat.size, dtype=np.int8) * 2 - 1 for _ in range(SUMS))
        kept["sums"] = np.array([(own * flat).sum() for own in signs]) / np.sqrt(flat.size)
    return kept


def difference(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> float:
    """The largest difference of two sketches' values and sums; infinite where the shapes differ."""
    if not np.array_equal(ours["shape"], theirs["shape"]):
        return float("inf")
    parts = [
        np.abs(ours[part] - theirs[part]).max(initial=0.0) for part in ("values", "sums") if part in ours
    ]
    return float(max(parts))
