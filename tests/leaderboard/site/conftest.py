"""A site with hostile text in it."""

import json
import shutil
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark
from helpers.shared import once

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">"


@pytest.fixture(scope="session")
def hostile() -> str:
    return HOSTILE


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three models on four items of two categories: edits, scores, and text that wants to be markup."""
    return once(tmp_path_factory, "scored", _score) / "preds"


def _score(root: Path) -> None:
    from motionedit_bench.cli import invoke

    bench = make_benchmark(root / "bench")
    metadata = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    metadata[1]["prompt"] = f"Move it. {HOSTILE}"
    metadata[2]["category"] = metadata[3]["category"] = f"Posture/{HOSTILE}"
    (bench / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in metadata))
    models = root / "preds"
    for name, source in (("mover", "target"), ("idler", "input"), ("<b>half", "target")):
        shutil.copytree(bench / source, models / name)
    (models / "<b>half" / "item-0.png").unlink()
    (models / "<b>half" / "item-3.png").write_bytes(b"no picture")
    assert invoke(["score", str(models), "--bench", str(bench), "--flow", "dis", "--metrics", METRICS]) == 1
    _add_judge(models / "mover" / "scores.jsonl")


METRICS = "mas,motion_gain,ssim,psnr"


def _add_judge(path: Path) -> None:
    rows = [
        {
            "model": "mover",
            "item_id": f"item-{k}",
            "metric": "fidelity",
            "value": float(k),
            "status": "ok",
            "reason": None,
            "detail": {"judge": "tester", "why": f"The arm is raised. {HOSTILE}"},
            "key": f"judge-{k}",
        }
        for k in range(4)
    ]
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="session")
def site(scored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from motionedit_bench.cli import invoke

    def build(folder: Path) -> None:
        arguments = ["leaderboard", str(scored), "--format", "html", "--out", str(folder / "site")]
        assert invoke([*arguments, "--published"]) == 0

    return once(tmp_path_factory, "public", build) / "site"
