"""What the gallery shows of an item: its pictures, every model's edit, and the flows between them."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image

from motionedit_bench.errors import ImageError, NotApplicable, WeightsUnavailable
from motionedit_bench.images import decode
from motionedit_bench.lazily import lazily
from motionedit_bench.leaderboard.site.motions import Motions, ShownMotion, times_as_long
from motionedit_bench.leaderboard.site.pictures import Shown, Store, keep
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.progress import warn
from motionedit_bench.records import Item
from motionedit_bench.scoring.open import Gap, looks, read_edit
from motionedit_bench.travelling import without_paths


@dataclass(frozen=True)
class Edit:
    """One model's edit; without a picture, ``reason`` says why there is none."""

    picture: Shown | None = None
    thumb: Shown | None = None
    motion: ShownMotion | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Exhibit:
    """One item and its edits, in the order of the models."""

    input: Shown | None = None
    thumb: Shown | None = None
    target: Shown | None = None
    motion: ShownMotion | None = None
    edits: tuple[Edit, ...] = ()

    @property
    def enlargement(self) -> int:
        """How many times as long as the motion its arrows are drawn."""
        return times_as_long([self.motion, *(edit.motion for edit in self.edits)])


def exhibits(
    items: Sequence[Item],
    models: Sequence[ModelPredictions | None],
    store: Store,
    instruments: Instruments,
    advance: Callable[[], None] = lambda: None,
) -> Iterator[Exhibit]:
    """The items' exhibits in their order; pictures that the store has are not drawn again.

    Where the flow's weights cannot be had, no flow is drawn, and a line on standard error says so.
    ``None`` stands for a model whose images are not at hand.
    """
    flow = _identity(instruments)

    def exhibit(item: Item) -> Exhibit:
        return _ExhibitMaker(item, store, instruments, flow).exhibit(models)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for found in pool.map(exhibit, items):
            advance()
            yield found


def _identity(instruments: Instruments) -> tuple[str, str] | None:
    try:
        return instruments.flows.name, instruments.flows.version
    except WeightsUnavailable as error:
        warn(f"the pictures show no motion: {error}")
        return None


class _Source:
    """A picture as it lies there, decoded only when first needed."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.digest = looks(content).identity

    @lazily
    def image(self) -> Image.Image:
        return decode(self._content)

    def shown(self, store: Store, side: int) -> Shown:
        return keep(store, self.digest, side, lambda: self.image)


class _ExhibitMaker:
    """One item while its pictures are made: what is decoded once serves all models."""

    def __init__(
        self, item: Item, store: Store, instruments: Instruments, flow: tuple[str, str] | None
    ) -> None:
        self._item = item
        self._store = store
        self._instruments = instruments
        self._input = _Source(item.input.read())
        self._target = _Source(item.target.read()) if item.target else None
        self._motions = None
        if flow and self._target:
            source = [*flow, self._input.digest, self._target.digest]
            self._motions = Motions(store, source, lambda: self._scene)

    def exhibit(self, models: Sequence[ModelPredictions | None]) -> Exhibit:
        store, edits = self._store, tuple(map(self._edit, models))
        try:
            return Exhibit(
                self._input.shown(store, store.full),
                self._input.shown(store, store.thumb),
                self._target.shown(store, store.full) if self._target else None,
                self._target_motion(),
                edits,
            )
        except ImageError as error:
            warn(f"item {self._item.id} is shown without its pictures: {error}")
            return Exhibit(edits=edits)

    @lazily
    def _scene(self) -> Scene:
        target = self._target.image if self._target else None
        return Scene(self._input.image, target, self._instruments)

    def _target_motion(self) -> ShownMotion | None:
        try:
            return self._motions.target() if self._motions else None
        except NotApplicable as error:
            warn(f"item {self._item.id} is shown without its motion: {error}")
            return None

    def _edit(self, model: ModelPredictions | None) -> Edit:
        if model is None:
            return Edit(reason="the images of this model are not here")
        read = read_edit(self._item.id, model)
        if isinstance(read, Gap):
            return Edit(reason=without_paths(read.reason))
        try:
            edited = _Source(read)
            picture = edited.shown(self._store, self._store.full)
            thumb = edited.shown(self._store, self._store.thumb)
            motion = None
            if self._motions:
                motion = self._motions.edit(edited.digest, lambda scene: Comparison(scene, edited.image))
            return Edit(picture, thumb, motion)
        except (ImageError, OSError) as error:
            return Edit(reason=without_paths(f"the image cannot be shown: {error}"))
