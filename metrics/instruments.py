"""What metrics measure with: a flow estimator and image encoders, each loaded when first asked for."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motionedit_bench.errors import UsageError, WeightsUnavailable
from motionedit_bench.metrics.flow import FLOWS
from motionedit_bench.metrics.flow.source import FlowSource
from motionedit_bench.offline import brought_by

if TYPE_CHECKING:
    from motionedit_bench.metrics.networks.blazepose import BlazePose
    from motionedit_bench.metrics.networks.embedding import Encoder

CLIP_MODEL = "openai/clip-vit-base-patch32"
DINO_MODEL = "facebook/dinov2-base"
SIZES = ("input", "edited")
"""At which `mas` can run."""

BRINGS = {CLIP_MODEL: "clip_i", DINO_MODEL: "dino"}
"""With which metric `mebench prefetch` brings an encoder."""


class Instruments:
    """What metrics measure with; the flow estimator is loaded when first asked for.

    Attributes:
        flow: name of the flow estimator.
        flow_size: whether `mas` runs at the size of the ``input`` or of the ``edited`` image.
        device: where learned networks run.
        store: folder for the flows that many models share; ``None`` keeps none.
        flow_options: what the estimator takes besides the device: ``weights``, ``precision``, ``batch``.
        models: the image encoders, by kind: ``clip`` and ``dino``; a hub id or a local folder.
        tells_trust: whether metrics of motion tell how far the target's flow can be trusted, which takes two
            flows an item at the input's size.
    """

    def __init__(
        self,
        flow: str = "dis",
        flow_size: str = "input",
        device: str = "auto",
        store: Path | None = None,
        clip_model: str = CLIP_MODEL,
        dino_model: str = DINO_MODEL,
        flow_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.flow = flow
        self.flow_size = flow_size
        self.device = device
        self.store = store
        self.models = {"clip": clip_model, "dino": dino_model}
        self.tells_trust = True
        if flow_size not in SIZES:
            raise UsageError(f"the size of flow must be one of {', '.join(SIZES)}, but got {flow_size!r}")
        self._estimator = FLOWS.get(flow)
        self.flow_options = dict(flow_options or {})
        for name in self.flow_options.keys() - set(self._estimator.options):
            raise UsageError(f"flow {flow} takes no --flow-{name}")
        self._unavailable: WeightsUnavailable | None = None
        self._encoders: dict[str, Encoder | WeightsUnavailable] = {}

    def on(self, device: str) -> "Instruments":
        """The same on another device, with nothing loaded; it can be pickled."""
        models = self.models["clip"], self.models["dino"]
        return Instruments(self.flow, self.flow_size, device, self.store, *models, self.flow_options)

    @cached_property
    def flows(self) -> FlowSource:
        """The flow estimator.

        Raises:
            WeightsUnavailable: its weights cannot be had.
        """
        if self._unavailable is None:
            try:
                return FlowSource(self._estimator(self.device, **self.flow_options), self.store)
            except WeightsUnavailable as error:
                self._unavailable = error
        raise self._unavailable

    @cached_property
    def poses(self) -> "BlazePose":
        """What finds people and their joints.

        Raises:
            WeightsUnavailable: its weights or its package are not on this machine.
        """
        from motionedit_bench.metrics.networks.blazepose import BlazePose

        return BlazePose()

    def encoder(self, kind: str) -> "Encoder":
        """The image encoder of that kind, loaded when first asked for.

        Raises:
            WeightsUnavailable: it is not on this machine and cannot be fetched.
            UsageError: it is of another type or damaged.
        """
        from motionedit_bench.metrics.networks.embedding import Encoder

        if kind not in self._encoders:
            try:
                self._encoders[kind] = Encoder(kind, self.models[kind], self.device)
            except WeightsUnavailable as error:
                self._encoders[kind] = _told(error, self.models[kind])
        found = self._encoders[kind]
        if isinstance(found, WeightsUnavailable):
            raise found
        return found


def _told(error: WeightsUnavailable, model: str) -> WeightsUnavailable:
    """The error for a missing encoder, with the command that brings it where nobody may be asked."""
    from motionedit_bench.hub import is_offline

    if model not in BRINGS or not is_offline():
        return error
    return WeightsUnavailable(f"{error}; {brought_by('--metrics', BRINGS[model])}", error.told)
