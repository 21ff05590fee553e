"""The world that hostile submissions are thrown at: everything in it is made by the commands themselves."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from helpers.honest_submission import CARD
from helpers.pictures import make_benchmark

from motionedit_bench.cli import invoke

from .attempt import World

METRICS = "mas,motion_gain,ssim,overall,fidelity,preservation,coherence"
SECRET = "canary-5b1f9c"
"""Stands in files that no check has to read."""


def make_world(place: Path) -> World:
    """A benchmark of three items, a board with two honest models on it, a third model beside it."""
    bench = make_benchmark(place / "bench", 3)
    for name, percent in (("shifter", 3.0), ("drifter", 11.0), ("mover", 7.0)):
        _edit(place, bench, name, "--adapter", "shift", "--set", f"percent={percent}")
    ideal = place / "preds" / "ideal"
    shutil.copytree(bench / "target", ideal)
    _score(place, bench, "ideal")
    board = place / "board"
    board.mkdir()
    limits = "seconds = 60\nmemory = 1_500_000_000\npixels = 40_000_000"
    (board / "board.toml").write_text(f"bench = {json.dumps(str(bench))}\nflow = 'dis'\n[limits]\n{limits}\n")
    for name in ("shifter", "drifter"):
        made = _submit(place, name, board)
        assert invoke([*_check(bench, board), str(made)]) == 0
    honest = shutil.copytree(_submit(place, "mover", place / "elsewhere"), place / "honest")
    rows = map(json.loads, (ideal / "scores.jsonl").read_text().splitlines())
    values = (json.loads(line) for line in (honest / "scores.jsonl").read_text().splitlines())
    own: dict[str, list[float]] = {}
    for row in values:
        own.setdefault(row["metric"], []).append(row["value"])
    means = {name: float(np.mean(found)) for name, found in own.items()}
    best = {(row["item_id"], row["metric"]): row for row in rows}
    return World(place, bench, board, honest, best, _table(board), means)


def _table(board: Path) -> dict[str, Any]:
    out = board.with_name("table.json")
    assert invoke(["leaderboard", str(board), "--format", "json", "--out", str(out)]) == 0
    return json.loads(out.read_text())


def _check(bench: Path, board: Path) -> list[str]:
    return ["leaderboard", "check", "--bench", str(bench), "--board", str(board), *RECORD]


RECORD = ["--record"]


def _edit(place: Path, bench: Path, name: str, *adapter: str) -> None:
    made = ["run", *adapter, "--bench", str(bench), "--out", str(place / "preds" / name)]
    assert invoke(made) == 0
    _score(place, bench, name)


def _score(place: Path, bench: Path, name: str) -> None:
    score = ["score", str(place / "preds" / name), "--bench", str(bench), "--metrics", METRICS]
    assert invoke([*score, "--judge", "reference", "--flow", "dis"]) == 0


def _submit(place: Path, name: str, to: Path) -> Path:
    card = place / f"{name}.json"
    card.write_text(json.dumps(CARD | {"name": name}))
    submit = ["submit", str(place / "preds" / name), "--card", str(card), "--with-images", "--to", str(to)]
    assert invoke(submit) == 0
    (made,) = (path for path in (to / "submissions" / name).iterdir() if path.is_dir())
    return made


def states(folder: Path, *apart: Path) -> dict[str, tuple[Any, ...]]:
    """All that lies in a folder, links not followed, with what tells that it was changed."""
    found: dict[str, tuple[Any, ...]] = {}
    for here, folders, files in os.walk(folder):
        kept = [name for name in folders if Path(here, name) not in apart]
        for name in [*kept, *files]:
            facts = Path(here, name).lstat()
            times = () if name in folders else (facts.st_size, facts.st_mtime_ns)
            found[str(Path(here, name))] = (facts.st_mode, facts.st_ino, *times)
        folders[:] = kept
    return found
