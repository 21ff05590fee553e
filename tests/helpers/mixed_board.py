"""A board with figures of every standing, as submissions and recorded checks leave it, written by hand."""

import json
from pathlib import Path

from helpers.honest_submission import CARD, seal, write_rows
from helpers.pictures import make_benchmark
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.submission.history import note
from motionedit_bench.leaderboard.submission.standing import Recorded, keep
from motionedit_bench.records import digest

WAY = {"flow": "dis", "flow_size": "input", "metric_version": "1"}
JUDGE = {"judge": "openai:m", "protocol": "rubric", "metric_version": "1"}


def row(model, item, metric, value, standing=None, status=None, **detail):
    """One row; with a standing it is one of the board's own."""
    detail = (JUDGE if metric == "overall" else WAY if metric.startswith("m") else {}) | detail
    ways = [name for name in ("flow", "flow_size", "judge", "protocol") if name in detail]
    record = {
        "model": model,
        "item_id": item,
        "metric": metric,
        "value": value,
        "status": status or ("ok" if value is not None else "missing"),
        "reason": None if value is not None else "no image for this item",
        "detail": detail,
        "variant": {"choice": ways, "versions": [name for name in detail if name not in ways]},
        "blame": None,
        "key": "0" * 64,
    }
    return record if standing is None else record | {"standing": standing}


def submission(board: Path, model: str, rows, fingerprint: str, ids, files=None) -> Path:
    """What a submitter leaves: a folder that counts, with these rows, and these further files, in it."""
    made = board / "made" / model
    made.mkdir(parents=True)
    for name, content in (files or {}).items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_bytes(content)
    write_rows(made, rows)
    facts = {"spec": "/nowhere", "name": "forged", "revision": None, "fingerprint": fingerprint}
    facts |= {"items": len(ids)}
    items = [{"id": item, "category": None} for item in ids]
    scoring = {"format": 1, "model": model, "bench": facts, "items": items, "sessions": []}
    (made / "scoring.json").write_text(json.dumps(scoring))
    (made / "card.json").write_text(json.dumps(CARD | {"name": model}))
    seal(made)
    name = digest((made / "checksums.json").read_bytes())
    place = board / "submissions" / model / name
    place.parent.mkdir(parents=True, exist_ok=True)
    made.rename(place)
    note(place.parent, "submitted", name)
    return place


def record(board: Path, place: Path, rows, fingerprint: str, accepted: bool = True, **more) -> None:
    """What the board's own check leaves of a submission."""
    facts = {
        "format": 1,
        "model": place.parent.name,
        "hash": place.name,
        "number": 1,
        "word": "verified" if accepted else "rejected",
        "accepted": accepted,
        "complete": True,
        "seed": 0,
        "notes": [],
        "findings": 0 if accepted else 1,
        "by": None,
        "version": "0.1.0",
        "bench": fingerprint,
        "utc": "2026-01-01T00:00:00+00:00",
    }
    keep(board, Recorded.model_validate(facts | more), rows)


VALUES = {"first": 71.0, "second": 52.0, "third": 51.0}


def make_board(place: Path, count: int = 4) -> Path:
    """A board of a small benchmark.

    ``first``, ``second``, ``third``: recomputed, and rated by a judge whose answers were read again; the
    submitted rows say 99. ``partly``: one image is missing. ``best-alone``: only ``mas`` was handed in.
    ``in-part``: its motion is recomputed, its ``lpips`` claimed. ``claimer``: nothing was checked, all is
    at its best. ``refused``: its check rejected it.
    """
    folder = make_benchmark(place / "bench", count)
    benchmark = open_benchmark(str(folder))
    ids, fingerprint = [item.id for item in benchmark.items], benchmark.fingerprint()
    board = place / "board"
    board.mkdir()
    (board / "board.toml").write_text(f'bench = "{folder}"\nflow = "dis"\n')

    def rows(model, base, standing, metrics=("mas", "motion_gain", "ssim"), **values):
        found = {"mas": base, "motion_gain": base / 4, "ssim": base / 100, "mas_noop": 40.0} | values
        return [
            row(model, item, metric, found[metric] + number / 100, standing)
            for metric in (*metrics, "mas_noop")
            for number, item in enumerate(ids)
        ]

    def judged(model, value, standing):
        return [row(model, item, "overall", value, standing) for item in ids]

    def enter(model, own, submitted=None, **more):
        lines = [{k: v for k, v in one.items() if k != "standing"} for one in submitted or own]
        made = submission(board, model, lines, fingerprint, ids)
        if own:
            record(board, made, own, fingerprint, **more)

    best = {"mas": 99.0, "motion_gain": 99.0, "ssim": 0.9}
    for number, (model, base) in enumerate(VALUES.items()):
        forged = rows(model, base, None, **best)
        enter(model, rows(model, base, "recomputed") + judged(model, 4.0 - number, "reread"), forged)
    partly = rows("partly", 60.0, "recomputed")
    enter(
        "partly",
        [
            one
            | ({"value": None, "status": "missing", "reason": "no image"} if one["item_id"] == ids[0] else {})
            for one in partly
        ],
    )
    enter("best-alone", rows("best-alone", 98.0, "recomputed", ("mas",)))
    in_part = [row("in-part", item, "lpips", 0.0, "claimed", network="alex") for item in ids]
    enter("in-part", rows("in-part", 50.0, "recomputed") + in_part)
    enter("claimer", [], rows("claimer", 99.0, None, **best) + judged("claimer", 5.0, None))
    enter("refused", rows("refused", 97.0, "recomputed", **best), accepted=False)
    return board


def of(board: Path, model: str) -> Path:
    """The folder of a model's submission."""
    (place,) = (path for path in (board / "submissions" / model).iterdir() if path.is_dir())
    return place


def bench_of(board: Path) -> str:
    """The benchmark that the board's policy names."""
    return (board / "board.toml").read_text().split('"')[1]
