"""Writes a page for voting: draws the plan, then the pictures that it asks for, the page and its key."""

import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from PIL import Image

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, StorageError, UsageError, one_line
from motionedit_bench.files import drafted, write_whole
from motionedit_bench.images import decode
from motionedit_bench.leaderboard.voting import page
from motionedit_bench.leaderboard.voting.key import Key
from motionedit_bench.leaderboard.voting.pictures import Pictures, shuffled
from motionedit_bench.leaderboard.voting.plan import SHUFFLED, Design, Question, Side, plan
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.progress import Progress, warn
from motionedit_bench.records import Picture
from motionedit_bench.scoring.open import Gap, read_edit

PAGE = "page"
"""The folder to hand out, beside the key."""


def write_vote(
    benchmark: Benchmark, folders: Sequence[Path], design: Design, out: Path, seed: int | None = None
) -> Path:
    """Write ``out/page/``, which says nothing of models, and ``out/key.json``; returns the page's file.

    Edits that are not there or cannot be decoded are not asked about, and a line on standard error says how
    many. Without ``seed`` one is drawn; it stands in the key. A page is seen when it is whole.

    Raises:
        UsageError: the folder holds something, or there are too few edits for the design.
        StorageError: the folder cannot be written.
    """
    if out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty: give a new folder, as votes belong to one key")
    with drafted(out) as draft:
        maker = _Maker(benchmark, [ModelPredictions(folder) for folder in folders], draft)
        maker.write(design, secrets.randbelow(2**31) if seed is None else seed)
    return out / PAGE / page.INDEX


class _Maker:
    """One page in the making: a picture is kept once, whoever is asked about it."""

    def __init__(self, benchmark: Benchmark, models: Sequence[ModelPredictions], root: Path) -> None:
        self._benchmark = benchmark
        self._items = {item.id: item for item in benchmark.items}
        self._models = {model.model: model for model in models}
        self._root = root

    def write(self, design: Design, seed: int) -> None:
        asked = plan(self._edited(), design, seed)
        pictures = Pictures(self._root / PAGE)
        needed = sorted({side for one in chain(*asked) for side in one.sides})
        with Progress("drawing pictures", len(needed)) as progress:
            names: dict[Side, str] = {}
            for side in needed:
                names[side] = pictures.put(self._picture(side))
                progress.advance()
        told = [[_named(one, names) for one in questions] for questions in asked]
        items = {}
        for item in sorted({one.item for one in chain(*asked)}):
            image = decode(self._items[item].input.read())
            items[item] = (self._items[item].instruction, pictures.put(image), *image.size)
        name = secrets.token_hex(8)
        for file, content in page.files(name, items, told).items():
            write_whole(self._root / PAGE / file, content.encode())
        facts = {
            "bench": self._benchmark.facts(),
            "models": sorted(self._models),
            "design": asdict(design),
            "seed": seed,
        }
        votes = {str(number): design.each for number in range(1, design.annotators + 1)}
        key = Key(name, facts, {name: side for side, name in names.items()}, votes)
        key.write(self._root)

    def _edited(self) -> dict[str, set[str]]:
        """The models with an edit of each item that can be decoded; none where its own pictures cannot."""
        found: dict[str, set[str]] = {}
        with Progress("reading edits", len(self._items)) as progress, ThreadPoolExecutor() as pool:
            for item, models in zip(self._items, pool.map(self._editors, self._items), strict=True):
                found[item] = models
                progress.advance()
        pairs, there = (
            sum(len(models) * (len(models) - 1) // 2 for models in each)
            for each in ([self._models] * len(self._items), found.values())
        )
        if there < pairs:
            warn(f"{pairs - there} of {pairs} pairs of edits are not asked about: one is missing or unusable")
        return found

    def _editors(self, item: str) -> set[str]:
        try:
            decode(self._items[item].input.read())
            decode(self._whole(item).read())
        except (ImageError, OSError) as error:
            warn(f"item {item} is not asked about, for a picture of its own: {one_line(error)}")
            return set()
        return {name for name in self._models if self._has(item, name)}

    def _has(self, item: str, model: str) -> bool:
        found = read_edit(item, self._models[model])
        try:
            return not isinstance(found, Gap) and bool(decode(found))
        except ImageError:
            return False

    def _whole(self, item: str) -> Picture:
        """What a check shows beside itself in pieces."""
        return self._items[item].target or self._items[item].input

    def _picture(self, side: Side) -> Image.Image:
        if side.kind == "check":
            whole = decode(self._whole(side.item).read())
            return shuffled(whole) if side.shows == SHUFFLED else whole
        found = read_edit(side.item, self._models[side.shows])
        if isinstance(found, Gap):  # it was there when the plan was made
            raise StorageError(f"{side.shows}, item {side.item}: {found.reason}; nothing was written")
        return decode(found)


def _named(question: Question, names: Mapping[Side, str]) -> page.Asked:
    left, right = question.sides
    return question.item, names[left], names[right]
