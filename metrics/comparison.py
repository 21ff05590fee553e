"""What a metric looks at: an item's pictures and one edit of it, decoded and measured once.

The alignment brings PyTorch, which takes seconds: who only draws a comparison does without.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from motionedit_bench.errors import ImageError, NotApplicable
from motionedit_bench.images import decode, is_stretched, resize, resize_plain, to_array
from motionedit_bench.lazily import lazily
from motionedit_bench.metrics.flow.base import Flow
from motionedit_bench.metrics.flow.source import FlowSource
from motionedit_bench.metrics.functional.consistency import confidence
from motionedit_bench.metrics.functional.regions import Regions, divide
from motionedit_bench.metrics.functional.trust import Trust, flow_trust
from motionedit_bench.metrics.instruments import Instruments

if TYPE_CHECKING:
    from motionedit_bench.metrics.functional.motion_alignment import Alignment, TargetMotion

Pixels = npt.NDArray[np.uint8]


class Scene:
    """An item's input and target at the input's size, shared by all models' edits of it.

    Pictures are RGB arrays (H, W, 3), uint8. Everything is computed when first asked for and then kept.
    ``target`` is decoded, or as its file has it. ``encoded`` is the input as its file has it, if known.
    """

    def __init__(
        self,
        input_image: Image.Image,
        target: Image.Image | bytes | None,
        instruments: Instruments,
        encoded: bytes | None = None,
    ) -> None:
        self.input_image = input_image
        self.encoded = encoded
        self._target = target
        self._instruments = instruments
        self._target_flows: dict[tuple[int, int], Flow] = {}

    @property
    def flows(self) -> FlowSource:
        return self._instruments.flows

    def needs(self, side: int, what: str) -> None:
        """Let only items pass whose input has sides that long, so that this can look at it.

        Raises:
            NotApplicable: one of them is shorter, which is nobody's fault who edits it.
        """
        width, height = self.input_image.size
        if min(width, height) < side:
            raise NotApplicable(f"the input has {width}x{height} pixels, and {what} needs {side} a side")

    def needs_flow(self) -> None:
        """Let only items pass whose input the flow estimator can look at; see `needs`."""
        self.needs(self.flows.estimator.smallest, f"flow {self.flows.name}")

    def flow_between(self, first: Pixels, second: Pixels) -> Flow:
        """From one of the item's pictures to another, at the input's size; kept for other models.

        Raises:
            NotApplicable: the input is too small for the estimator.
        """
        self.needs_flow()
        return self.flows.kept(first, second)

    @lazily
    def target_image(self) -> Image.Image:
        """The target at its own size.

        Raises:
            NotApplicable: the item has none, or it cannot be decoded.
        """
        if self._target is None:
            raise NotApplicable("the item has no target image")
        if isinstance(self._target, Image.Image):
            return self._target
        try:
            return decode(self._target)
        except ImageError as error:
            raise NotApplicable(f"an image of the benchmark is unusable: {error}") from error

    @lazily
    def input(self) -> Pixels:
        return to_array(self.input_image)

    @lazily
    def target(self) -> Pixels:
        return to_array(resize(self.target_image, *self.input_image.size))

    @lazily
    def target_flow(self) -> Flow:
        return self.flow_between(self.input, self.target)

    def target_flow_at(self, size: tuple[int, int]) -> Flow:
        """From input to target as they are at that (width, height), for edits of it; see `resize_plain`."""
        if size not in self._target_flows:
            first = resize_plain(self.input, *size)
            target = resize_plain(to_array(self.target_image), *size)
            self._target_flows[size] = self.flows.flow(first, target)
        return self._target_flows[size]

    @lazily
    def motion(self) -> "TargetMotion":
        """The target's motion at the input's size, even where there is none."""
        from motionedit_bench.metrics.functional.motion_alignment import prepare

        return prepare(self.target_flow)

    @property
    def target_motion(self) -> "TargetMotion":
        """The same where there is some.

        Raises:
            NotApplicable: the target does not move.
        """
        return moving(self.motion)

    @lazily
    def regions(self) -> Regions:
        """Where the target moves, and where nothing should change.

        Raises:
            NotApplicable: the target does not move.
        """
        moving(self.motion)
        return divide(self.target_flow)

    @lazily
    def target_flow_back(self) -> Flow:
        """From the target to the input, on the target's pixels."""
        return self.flows.kept(self.target, self.input)

    @lazily
    def trust(self) -> Trust:
        """Whether the estimator saw the target's motion."""
        return flow_trust(self.target_flow, self.target_flow_back, self.input, self.target)

    @lazily
    def confidence(self) -> npt.NDArray[np.float32]:
        """How far the target's flow is confirmed by the flow back, (H, W), 0 to 1."""
        return confidence(self.target_flow, self.target_flow_back)

    @lazily
    def noop(self) -> "Alignment":
        """The alignment of the input itself: what doing nothing gets."""
        from motionedit_bench.metrics.functional.motion_alignment import align

        return align(self.flow_between(self.input, self.input), self.target_motion)


class Comparison:
    """One model's edit of an item, beside the item. ``encoded`` is the edit as its file has it, if known.

    ``together`` is the company in which its flow is computed, if there is one.
    """

    def __init__(
        self,
        scene: Scene,
        edited_image: Image.Image,
        encoded: bytes | None = None,
        together: "Together | None" = None,
    ) -> None:
        self.scene = scene
        self.encoded = encoded
        self.edited_image = edited_image
        self._together = together
        if together is not None:
            together.join(self)

    @property
    def stretched(self) -> bool:
        """Whether edit or target differ from the input in aspect ratio by more than 2 %."""
        size = self.scene.input_image.size
        return is_stretched(self.edited_image.size, size) or is_stretched(self.scene.target_image.size, size)

    @lazily
    def edited(self) -> Pixels:
        """The edit at the input's size."""
        return to_array(resize(self.edited_image, *self.scene.input_image.size))

    @lazily
    def flow(self) -> Flow:
        """From the input to the edit, at the input's size.

        Raises:
            NotApplicable: the input is too small for the estimator.
        """
        self.scene.needs_flow()
        found = self._together.flow_of(self) if self._together else None
        return self.scene.flows.flow(self.scene.input, self.edited) if found is None else found

    @lazily
    def alignment(self) -> "Alignment":
        """Edit against target by flows at the input's size.

        Raises:
            NotApplicable: the target does not move.
        """
        from motionedit_bench.metrics.functional.motion_alignment import align

        target = self.scene.target_motion
        return align(self.flow, target)

    @lazily
    def flows_at_edited_size(self) -> tuple[Flow, Flow]:
        """(predicted, target) flows at the edit's own size, as the released scorer runs them.

        Raises:
            NotApplicable: the input is too small for the estimator.
            ImageError: the edit is.
        """
        scene, size = self.scene, self.edited_image.size
        scene.needs_flow()
        smallest = scene.flows.estimator.smallest
        if min(size) < smallest:
            told = "x".join(map(str, size))
            raise ImageError(
                f"the edit has {told} pixels, and flow {scene.flows.name} needs {smallest} a side"
            )
        if size == scene.input_image.size == scene.target_image.size:
            return self.flow, scene.target_flow
        first, edited = resize_plain(scene.input, *size), to_array(self.edited_image)
        return scene.flows.flow(first, edited), scene.target_flow_at(size)

    @lazily
    def alignment_at_edited_size(self) -> "Alignment":
        """The same as `alignment`, by flows at the edit's own size."""
        from motionedit_bench.metrics.functional.motion_alignment import align, prepare

        predicted, target = self.flows_at_edited_size
        return align(predicted, moving(prepare(target)))


class Together:
    """Edits of one scene whose flows are computed at a time, when that of one is first asked for.

    Comparisons join when they are made. One thread may use it.
    """

    def __init__(self) -> None:
        self._waiting: list[Comparison] = []
        self._flows: dict[int, Flow] = {}

    def join(self, edit: Comparison) -> None:
        """Let the edit's flow be computed with those of the others."""
        self._waiting.append(edit)

    def flow_of(self, edit: Comparison) -> Flow | None:
        """The edit's flow, once; ``None`` where it is alone, or where the flow of one of them fails."""
        if any(one is edit for one in self._waiting):
            edits, self._waiting = self._waiting, []
            if len(edits) > 1:
                with suppress(ImageError):
                    flows = edit.scene.flows.flows(edit.scene.input, [one.edited for one in edits])
                    self._flows = dict(zip(map(id, edits), flows, strict=True))
        return self._flows.pop(id(edit), None)


def moving(target: "TargetMotion") -> "TargetMotion":
    """The target's motion, if there is any.

    Raises:
        NotApplicable: no pixel moves by more than 0.2 % of the diagonal.
    """
    if not bool(target.moves):
        raise NotApplicable("the target does not move: no pixel by more than 0.2 % of the diagonal")
    return target


__all__ = ["Comparison", "Scene", "Together", "moving"]
