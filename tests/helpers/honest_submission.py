"""An honest submission, made by the commands themselves once, and ways to spoil copies of it."""

import json
import shutil
from pathlib import Path

from motionedit_bench.cli import invoke
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.check import check
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.records import digest

CARD = {
    "name": "shifter",
    "organisation": "Example Lab",
    "licence": "Apache-2.0",
    "link": "https://example.org/shifter",
    "contact": "someone@example.org",
    "open_weights": True,
}


def prepare(place: Path, bench: Path) -> Path:
    """A folder with ``preds/shifter`` scored, ``card.json``, and the submission at ``honest``."""
    (place / "card.json").write_text(json.dumps(CARD))
    preds = place / "preds" / "shifter"
    assert invoke(["run", "--adapter", "shift", "--bench", str(bench), "--out", str(preds)]) == 0
    metrics = "mas,motion_gain,ssim,overall,fidelity,preservation,coherence"
    arguments = ["score", str(preds), "--bench", str(bench), "--metrics", metrics, "--judge", "reference"]
    assert invoke([*arguments, "--flow", "dis"]) in (0, 1)
    submit = ["submit", str(preds), "--card", str(place / "card.json"), "--with-images"]
    assert invoke([*submit, "--to", str(place / "board")]) == 0
    (made,) = (path for path in (place / "board" / "submissions" / "shifter").iterdir() if path.is_dir())
    shutil.copytree(made, place / "honest")
    return place


def board_by_dis(folder: Path, bench: Path) -> Path:
    """A board's folder whose policy is of that benchmark, and of the flow by which `prepare` scores."""
    folder.mkdir()
    (folder / "board.toml").write_text(f"bench = {str(bench)!r}\nflow = 'dis'\n")
    return folder


def seal(folder: Path) -> None:
    """Make the checksums right again, as somebody who tampers would."""
    files = {
        str(path.relative_to(folder)): digest(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith("checksums.json")
    }
    (folder / "checksums.json").write_text(json.dumps({"format": 1, "files": files}))


def name_images(folder: Path) -> None:
    """Let rows say that they are about the images that are there, as somebody who tampers would."""
    there = {path.stem: digest(path.read_bytes()) for path in (folder / "images").iterdir()}
    rows = rows_of(folder)
    write_rows(folder, [{**row, "image": there.get(row["item_id"], row.get("image"))} for row in rows])


def rows_of(folder: Path) -> list:
    return [json.loads(line) for line in (folder / "scores.jsonl").read_text().splitlines()]


def write_rows(folder: Path, rows: list) -> None:
    (folder / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def in_many_ways(rows: list) -> list:
    """The rows, and as many of `mas` as no honest submission has, each in a column of its own."""
    first = next(row for row in rows if row["metric"] == "mas")
    return rows + [{**first, "detail": {**first["detail"], "flow": f"flow-{k}"}} for k in range(8)]


def look_at(path, benchmark, board=None, policy=None, **asked):
    """The verdict on a submission; everything is computed again unless a sample is asked for."""
    return check(path, benchmark, Asked(board, **asked), policy or Policy(flow="dis"))
