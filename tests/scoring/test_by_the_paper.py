"""Scores from images to rows are what the paper's formula gives."""

import json

import cv2
import numpy as np
import pytest
from helpers.by_the_paper import by_the_paper
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.scoring import score as scoring


def rows(folder):
    """The rows that count, by (item, metric)."""
    return {(row["item_id"], row["metric"]): row for row in read_lines(folder / "scores.jsonl")}


def score(bench, *folders, metrics, out=None, **choices):
    return scoring.score(open_benchmark(str(bench)), folders, metrics, Instruments(**choices), out)


def test_other_sizes_are_brought_to_the_inputs(bench, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    target = Image.open(bench / "target" / "item-2.png")
    target.resize((320, 240), Image.Resampling.LANCZOS).save(folder / "item-2.webp", lossless=True)
    target.resize((200, 120)).save(folder / "item-3.png")
    score(bench, folder, metrics=("mas", "motion_reward"))
    found = rows(folder)
    assert found["item-2", "mas"]["detail"]["edited_size"] == [320, 240]
    assert found["item-2", "mas"]["detail"]["stretched"] is False
    assert found["item-3", "mas"]["detail"]["stretched"] is True
    assert found["item-2", "mas"]["value"] > 85
    assert found["item-2", "motion_reward"]["detail"]["flow_size"] == "edited"


def test_the_released_rule_runs_at_the_edited_size(bench, tmp_path):
    """Flow at the edited image's size, the others brought to it without antialiasing."""
    folder = tmp_path / "model"
    folder.mkdir()
    Image.fromarray(photograph(2, 200, 150)).save(folder / "item-2.png")
    score(bench, folder, metrics=("mas",), flow_size="edited")
    first, target, edited = (
        np.asarray(Image.open(path), np.float32)
        for path in (bench / "input" / "item-2.png", bench / "target" / "item-2.png", folder / "item-2.png")
    )
    first, target = (
        cv2.resize(image, (200, 150), interpolation=cv2.INTER_LINEAR) for image in (first, target)
    )
    expected, *_ = by_the_paper(Dis().flow(first, edited), Dis().flow(first, target))
    found = rows(folder)["item-2", "mas"]
    assert found["value"] == pytest.approx(expected, abs=1e-3)
    assert found["detail"]["flow_size"] == "edited"


def plain_dis(first, second):
    """OpenCV itself, with nothing of ours in between."""
    first, second = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (first, second))
    return cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(first, second, None)


@pytest.mark.slow
def test_on_the_published_edits_every_score_is_the_papers_formula(published, tmp_path):
    """Six models, twelve items; sizes differ, .jpg files hold PNG data, each covers some of the items."""
    models = sorted((published / "preds").iterdir())
    score(published / "bench", *models, metrics=("mas", "motion_gain"), out=tmp_path)
    lines = [json.loads(line) for line in (published / "bench" / "metadata.jsonl").read_text().splitlines()]
    compared = 0
    for line in lines:
        first = Image.open(published / "bench" / line["file_name"]).convert("RGB")
        target = Image.open(published / "bench" / line["target_file_name"]).convert("RGB")
        target_flow = plain_dis(np.asarray(first), np.asarray(target.resize(first.size, Image.BICUBIC)))
        _, noop, *_ = by_the_paper(np.zeros_like(target_flow), target_flow)
        for model in models:
            found = rows(tmp_path / model.name)
            files = list(model.glob(f"{line['id']}.*"))
            if not files:
                assert found[line["id"], "mas"]["status"] == "missing"
                continue
            edited = Image.open(files[0]).convert("RGB").resize(first.size, Image.BICUBIC)
            value, unruled, *_ = by_the_paper(plain_dis(np.asarray(first), np.asarray(edited)), target_flow)
            assert found[line["id"], "mas"]["value"] == pytest.approx(value, abs=1e-3)
            assert found[line["id"], "motion_gain"]["value"] == pytest.approx(unruled - noop, abs=1e-3)
            compared += 1
    assert compared == 42
