"""Three models on four items of two categories: pictures, and scores as `mebench score` leaves them."""

import json
import shutil
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark
from helpers.scored_models import row
from helpers.shared import once

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site.subject import read

MEANS = {"mover": 30.0, "idler": 0.0, "half": 8.0}


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `bench` and `preds`: made once, and to be read alone."""
    return once(tmp_path_factory, "drawn", _make)


@pytest.fixture(scope="session")
def subject(drawn):
    return read(contest(drawn / "preds"))


def _make(root: Path) -> None:
    bench = make_benchmark(root / "bench")
    lines = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    lines[3]["category"] = "Pose/Posture"
    (bench / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    benchmark = open_benchmark(str(bench))
    items = [{"id": item.id, "category": item.category} for item in benchmark.items]
    for model, mean in MEANS.items():
        place = root / "preds" / model
        shutil.copytree(bench / ("input" if model == "idler" else "target"), place)
        rows = []
        for number, item in enumerate(items):
            gone = model == "half" and number == 0
            found = {"motion_gain": mean * (1 + number / 4), "mas": mean + 50 - number, "psnr": 20.0 + number}
            found |= {"lpips": 0.5 - mean / 100}
            for metric, value in found.items():
                trust = {"flow_trust": 0.1 if number == 3 else 0.9}
                rows.append(row(item["id"], None if gone else value, metric, **trust))
            rows.append(row(item["id"], 70.0, "mas_noop"))
        (place / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in rows))
        about = {"model": model, "bench": benchmark.facts(), "items": items}
        (place / "scoring.json").write_text(json.dumps(about))
    (root / "preds" / "half" / "item-0.png").unlink()
    (root / "preds" / "half" / "item-2.png").write_bytes(b"no picture")
