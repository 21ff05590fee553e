"""Scores and answers that an earlier version left still count: nothing is computed or asked again.

Under ``tests/data/before`` is what it wrote, with the pictures that it saw: two edits of three items, a
judge that computes, and a judge whose server answered one question and babbled at the other.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics import against_target, where_motion_is
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.judge import offline
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.scoring.rows import counting, record_of, score_of, slot

Mebench = Callable[..., tuple[int, str, str]]

BEFORE = Path(__file__).resolve().parents[1] / "data" / "before"
OLD = [json.loads(line) for line in (BEFORE / "scores" / "mover" / "scores.jsonl").read_text().splitlines()]
METRICS = "mas,motion_gain,motion_reward,ssim,psnr,still_ssim,fidelity,preservation,coherence,overall"


def told_of(name: str) -> str:
    """What the earlier version said of one version that it used."""
    return next(row["detail"][name] for row in OLD if name in row["detail"])


def not_again(*_: object, **__: object) -> None:
    pytest.fail("computed again")


def said_of(rows: Iterable[dict]) -> dict[tuple[str, str], tuple]:
    """What rows of the judge that asks say: value, status, reason and answers, by item and metric."""
    return {
        (row["item_id"], row["metric"]): (
            *(row[name] for name in ("value", "status", "reason")),
            row["detail"].get("answers"),
        )
        for row in rows
        if row["detail"].get("judge") == "openai:m"
    }


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, its ledger in the cache, and the versions of that time; what computes is not to be called."""
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    ledger = Ledger(tmp_path / "cache" / "judgements.sqlite")
    for line in (BEFORE / "judgements.jsonl").read_text().splitlines():
        kept = json.loads(line)
        ledger.keep(kept["key"], Answer(**kept["answer"]))
    ledger.close()
    monkeypatch.setattr(Dis, "version", lambda _: told_of("flow_version"))
    for module in (against_target, where_motion_is):
        monkeypatch.setattr(module, "package_version", lambda _: told_of("scikit-image"))
        monkeypatch.setattr(module, "ssim", not_again)
        monkeypatch.setattr(module, "psnr", not_again)
    monkeypatch.setattr(Dis, "flow", not_again)
    monkeypatch.setattr(offline, "rate", not_again)
    return shutil.copytree(BEFORE, tmp_path / "before")


def score(mebench: Mebench, before: Path, *more: str) -> tuple[int, str, str]:
    """Score as it was scored then; nobody answers at that address any more."""
    parameters = next(row["detail"]["asked"] for row in OLD if "asked" in row["detail"])
    return mebench(
        *("score", before / "preds", "--bench", before / "bench", "--metrics", METRICS, "--flow", "dis"),
        *("--judge", "reference", "--judge", "openai:m", "--base-url", parameters["base_url"]),
        *("--out", before / "scores", *more),
    )


def test_nothing_is_computed_or_asked_again(before: Path, mebench: Mebench) -> None:
    kept = (before / "scores" / "mover" / "scores.jsonl").read_bytes()
    status, out, err = score(mebench, before)
    assert status == 1  # an edit is missing, and an answer was none
    assert out.endswith("rows: 22 ok, 14 missing, 4 unparsed, 2 not_applicable\n"), err
    now = (before / "scores" / "mover" / "scores.jsonl").read_bytes()
    assert now.startswith(kept)
    added = [json.loads(line) for line in now.removeprefix(kept).splitlines()]
    assert {row["detail"]["judge"] for row in added} == {"openai:m"}, "read again from the same answers"
    assert said_of(added) == said_of(OLD)
    assert score(mebench, before)[0] == 1
    assert (before / "scores" / "mover" / "scores.jsonl").read_bytes() == now


def test_the_answers_alone_give_the_same_rows(before: Path, mebench: Mebench) -> None:
    """Without the rows of the judge that asks, they are made again from the ledger, in today's form."""
    path = before / "scores" / "mover" / "scores.jsonl"
    others = [row for row in OLD if row["detail"].get("judge") != "openai:m"]
    path.write_text("".join(json.dumps(row) + "\n" for row in others))
    status, _, _ = score(mebench, before, "--max-calls", "0")
    assert status == 1
    new = counting(map(json.loads, path.read_text().splitlines()))
    assert said_of(new.values()) == said_of(OLD)
    for place, row in counting(others).items():
        assert {name: new[place][name] for name in row} == row
        assert score_of(new[place]) == score_of(row)
    for row in new.values():
        if row["detail"].get("judge") == "openai:m":
            assert row["variant"]["choice"] == ["judge", "protocol", "address"]
            assert row["detail"]["address"] == row["detail"]["asked"]["base_url"]


def test_the_board_says_all_that_it_said_before(before: Path, mebench: Mebench) -> None:
    status, out, _ = mebench("leaderboard", before / "scores", "--format", "json")
    assert status == 0
    assert_within(json.loads((BEFORE / "board.json").read_text()), json.loads(out))


def assert_within(old: Any, new: Any) -> None:
    """All that is in the old value is in the new one, to the last digit; there may be more keys."""
    if isinstance(old, dict):
        for name, value in old.items():
            assert_within(value, new[name])
    elif isinstance(old, list):
        assert len(old) == len(new)
        for one, other in zip(old, new, strict=True):
            assert_within(one, other)
    else:
        assert old == new


@pytest.mark.parametrize("row", OLD, ids=lambda row: "-".join(slot(row)))
def test_an_old_row_is_the_score_that_its_new_form_is(row: dict) -> None:
    found = score_of(row)
    new = record_of(found)
    assert score_of(new) == found
    assert {name: new[name] for name in row} == row
    assert (slot(new), Column.of(new)) == (slot(row), Column.of(row))
    assert found.blame == ("judge" if row["status"] == "unparsed" else None) == new["blame"]
    assert ("judge" in found.choice) == ("judge" in row["detail"])
    assert "asked" not in found.variant
