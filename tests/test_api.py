"""The example of the documentation, as it stands there, and what the functions of the package promise."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import motionedit_bench
from motionedit_bench.errors import PredictionsError, UsageError

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "python.md").read_text()
EXAMPLE = next(code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "load_board" in code)


def test_the_example_gives_what_the_command_line_gives(tmp_path, monkeypatch, mebench, capfd):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(EXAMPLE, "docs/python.md", "exec"), names)
    told = capfd.readouterr().out
    scores, means = names["scores"], names["means"]
    assert len(scores) == 2 * 16 * 3
    assert set(scores.status) == {"ok", "missing"}
    assert scores.value.isna().sum() == (scores.status == "missing").sum() == 2 * 13 * 3
    assert scores.variant[scores.metric == "mas"].str.startswith("flow=dis,").all()
    assert means.loc["identity", "mas"] == 0 < means.loc["shift", "mas"]
    for model in ("identity", "shift"):
        mebench("run", "--adapter", model, "--bench", "sample", "--out", f"again/{model}", "--limit", 3)
    mebench("score", "again", "--metrics", "mas,motion_gain,ssim", "--flow", "dis")
    rows = json.loads(mebench("leaderboard", "again", "--format", "json")[1])["rows"]
    for row in rows:
        for metric, summary in row["metrics"].items():
            assert means.loc[row["model"], metric] == pytest.approx(summary["mean"], abs=1e-9)
            line = f"{row['model']} {metric} {summary['mean']} {tuple(summary['ci95'])} 3/16"
            assert line in told.splitlines()


def test_rows_that_were_replaced_do_not_appear(bench, tmp_path):
    out = tmp_path / "preds" / "shift"
    motionedit_bench.run("shift", bench=str(bench), out=out, settings={"percent": 2})
    motionedit_bench.score(out, metrics=["psnr"])
    first = motionedit_bench.load_scores(out)
    (out / "item-0.png").write_bytes((bench / "target" / "item-0.png").read_bytes())
    tally = motionedit_bench.score(out, metrics=["psnr"])
    second = motionedit_bench.load_scores(out)
    assert dict(tally) == {"ok": 4}
    assert len(first) == len(second) == 4
    changed = first.value.to_numpy() != second.value.to_numpy()
    assert second.item_id[changed].tolist() == ["item-0"]
    assert len((out / "scores.jsonl").read_text().splitlines()) == 5
    assert set(second.category) == {"Locomotion/Distance"}


def test_mistakes_are_the_ones_of_the_command_line(bench, tmp_path):
    with pytest.raises(UsageError, match="unknown adapter 'shfit': did you mean 'shift'"):
        motionedit_bench.run("shfit", bench=str(bench), out=tmp_path / "out")
    with pytest.raises(UsageError, match="percent"):
        motionedit_bench.run("shift", bench=str(bench), out=tmp_path / "out", settings={"percent": "x"})
    motionedit_bench.run("identity", bench=str(bench), out=tmp_path / "out", ids=["item-1"])
    with pytest.raises(PredictionsError, match="nothing is scored"):
        motionedit_bench.load_scores(tmp_path / "out")
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        _ = motionedit_bench.scores


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, motionedit_bench; "
        "sys.exit(', '.join({'torch', 'numpy', 'pandas'} & sys.modules.keys()) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
