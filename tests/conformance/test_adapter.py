"""The conformance kit passes what keeps the promises and finds each one that is broken."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image

from motionedit_bench.adapters import Adapter
from motionedit_bench.adapters.baselines import Identity, Resaved, Shift, Target
from motionedit_bench.conformance.adapter import check
from motionedit_bench.conformance.kit import Finding, table
from motionedit_bench.errors import AdapterError, EditRefused
from motionedit_bench.images import decode, to_array
from motionedit_bench.records import Item

Mebench = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", ["identity", "target", "resaved", "shift"])
def test_the_baselines_conform(name: str, mebench: Mebench) -> None:
    status, out, _ = mebench("check", name)
    assert status == 0
    assert "FAIL" not in out
    assert out.endswith("23 pass, 1 skipped\n")


class Good(Identity):
    """Keeps every promise; each adapter below breaks one."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


class Unloadable(Good):
    def load(self) -> None:
        raise AdapterError("weights are missing")


class Crashing(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        raise RuntimeError("nothing works")


class Declining(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        if item.id == "check-grey":
            raise EditRefused("no greys")
        return super().edit(item, seed)


class Arrays(Good):
    def edit(self, item: Item, seed: int) -> Any:
        return to_array(super().edit(item, seed))


class Greys(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        return super().edit(item, seed).convert("L")


class Counting(Good):
    """Draws its numbers from something that moves on from edit to edit."""

    samples = True

    def __init__(self) -> None:
        super().__init__()
        self.drawn = itertools.count()

    def edit(self, item: Item, seed: int) -> Image.Image:
        image = super().edit(item, seed)
        image.putpixel((0, 0), (next(self.drawn), 0, 0))
        return image


class Seeded(Good):
    """Draws from the seed, and says that it does not."""

    def edit(self, item: Item, seed: int) -> Image.Image:
        image = super().edit(item, seed)
        image.putpixel((0, 0), (seed % 256, 0, 0))
        return image


class Unseeded(Good):
    samples = True


class Even(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        image = super().edit(item, seed)
        if image.width % 2:
            raise ValueError("the width must be even")
        return image


class ColourOnly(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        image = decode(item.input.read())
        if to_array(image).std(axis=-1).max() == 0:
            raise ValueError("cannot do greys")
        return image


class MadeUp(Good):
    def edit(self, item: Item, seed: int) -> Image.Image:
        try:
            return super().edit(item, seed)
        except Exception:  # noqa: BLE001 (on purpose)
            return Image.new("RGB", (64, 64))


class Upset(Good):
    """Is not itself any more after a failure."""

    upset = 0

    def edit(self, item: Item, seed: int) -> Image.Image:
        try:
            image = super().edit(item, seed)
        except Exception:
            self.upset = 9
            raise
        image.putpixel((0, 0), (self.upset, 0, 0))
        return image


class Entangled(Good):
    """Says that it takes three edits at once, and mixes them up."""

    concurrency = 3

    def __init__(self) -> None:
        super().__init__()
        from threading import Barrier, current_thread, main_thread

        self.main = lambda: current_thread() is main_thread()
        self.all_there = Barrier(3)

    def edit(self, item: Item, seed: int) -> Image.Image:
        if not self.main():
            self.all_there.wait(timeout=300)
            return super().edit(item, seed).rotate(90)
        return super().edit(item, seed)


class Modelled(Good):
    default_model = "some/model"
    facts: ClassVar[dict[str, Any]] = {"model": "some/model", "revision": "abc"}

    def provenance(self) -> dict[str, Any]:
        return self.facts


def failing(adapter: Adapter) -> dict[str, str]:
    return {finding.check: finding.reason for finding in check(adapter) if finding.outcome == "FAIL"}


@pytest.mark.parametrize("kind", [Good, Identity, Target, Resaved, Shift, Modelled])
def test_what_is_good_passes(kind: type[Adapter]) -> None:
    assert failing(kind()) == {}


@pytest.mark.parametrize(
    ("kind", "checks", "reason"),
    [
        (Unloadable, {"loads"}, "weights are missing"),
        (Crashing, {"edits a plain picture"}, "RuntimeError: nothing works (test_adapter.py:"),
        (Arrays, {"edits a plain picture"}, "edit returned ndarray, not a PIL image"),
        (Greys, {"edits a plain picture"}, "edit returned an image of mode L, not RGB"),
        (
            Counting,
            {"same seed, same bytes", "same bytes after all that"},
            "the same item and seed gave another image",
        ),
        (Seeded, {"another seed"}, "samples is False, but another seed gave another image"),
        (Unseeded, {"another seed"}, "samples is True, but another seed gave the same image"),
        (Even, {"input 33x47", "input 97x61"}, "ValueError: the width must be even"),
        (
            ColourOnly,
            {f"input {mode}" for mode in ("black and white", "grey", "grey with alpha", "16-bit grey")},
            "ValueError: cannot do greys",
        ),
        (
            MadeUp,
            {
                *("fails on an empty file", "fails on a file of text"),
                *("fails on half a file", "fails on a file that cannot be read"),
            },
            "edit returned an image all the same",
        ),
        (Upset, {"same bytes after all that"}, "the same item and seed gave another image"),
        (Entangled, {"several at once"}, "3 edits at once gave other images than one by one"),
    ],
)
def test_each_broken_promise_is_found(kind: type[Adapter], checks: set[str], reason: str) -> None:
    found = failing(kind())
    assert set(found) == checks
    assert all(reason in text for text in found.values())


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "it loads a model, but there is no 'model'"),
        ({"model": "some/model"}, "it loads a model, but there is no 'revision'"),
        ({"model": "", "revision": "abc"}, "'model' must name the model, but is ''"),
        ({"model": "a", "revision": None}, "'revision' is empty: give a commit or a digest"),
        ({"model": "a", "revision": "b", "folder": Path()}, "not JSON values: Object of type"),
        ({"model": "a", "revision": "b", "scale": float("nan")}, "not JSON values: Out of range"),
        (
            {"model": "a", "revision": "b", "size": (1, 2)},
            "not JSON values: written and read again, they differ",
        ),
    ],
)
def test_provenance_is_complete_and_json(
    facts: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Modelled, "facts", facts)
    found = failing(Modelled())
    assert set(found) == {"provenance"}
    assert reason in found["provenance"]


def test_an_unknown_revision_needs_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"model": "a", "revision": None, "revision_is": "unknown: the server does not say"}
    monkeypatch.setattr(Modelled, "facts", facts)
    assert failing(Modelled()) == {}


def test_what_is_declined_is_skipped() -> None:
    findings = {finding.check: finding for finding in check(Declining())}
    assert findings["input grey"] == Finding("input grey", "skipped", "declined: no greys")
    assert findings["several at once"].reason == "it edits one at a time"
    assert {finding.outcome for finding in findings.values()} == {"pass", "skipped"}


@pytest.mark.parametrize("kind", [Unloadable, Crashing])
def test_nothing_more_is_tried_where_nothing_works(kind: type[Adapter]) -> None:
    findings = check(kind())
    first = next(number for number, finding in enumerate(findings) if finding.outcome == "FAIL")
    assert {finding.outcome for finding in findings[first + 1 :]} == {"skipped"}
    assert findings[-1].reason == f"not tried without {findings[first].check!r}"


@pytest.mark.parametrize("kind", [Good, Unloadable, Crashing])
def test_it_is_closed_once(kind: type[Good]) -> None:
    adapter = kind()
    check(adapter)
    assert adapter.closed == 1


def test_the_table_counts() -> None:
    text = table([Finding("a", "pass"), Finding("b", "FAIL", "why"), Finding("c", "pass")])
    assert text.splitlines()[-1] == "2 pass, 1 FAIL"
    assert "b        FAIL       why" in text


def test_the_command_fails_with_the_adapter(mebench: Mebench, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "from motionedit_bench.adapters.baselines import Identity\n\n"
        "class Wrong(Identity):\n    samples = True\n"
    )
    status, out, _ = mebench("check", f"{path}:Wrong")
    assert status == 1
    assert "another seed                         FAIL       samples is True, but another seed" in out
    assert mebench("check", "no_such")[0] == 2
    assert mebench("check", "shift", "--set", "percent=0")[0] == 2
    assert mebench("check", "shift", "--model", "a/b")[0] == 2
