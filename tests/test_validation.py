import shutil

import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.adapters.baselines import Resaved
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import PredictionsError
from motionedit_bench.files import Journal
from motionedit_bench.folders import model_folders
from motionedit_bench.made_on import manifest_bench
from motionedit_bench.running.run import run
from motionedit_bench.validation import KINDS, validate


@pytest.fixture
def model(bench, tmp_path):
    opened = open_benchmark(str(bench))
    run("resaved", Resaved(), opened, opened.items, tmp_path / "preds" / "resaved")
    return tmp_path / "preds" / "resaved"


def kinds(bench, *folders):
    return [(f.item_id, f.kind) for f in validate(open_benchmark(str(bench)), folders)]


def test_good_predictions_have_no_findings(bench, model):
    assert kinds(bench, model) == []


def test_everything_that_is_wrong_is_found(bench, model):
    (model / "item-0.png").write_bytes((model / "item-0.png").read_bytes()[:500])
    shutil.copy(bench / "input" / "item-1.png", model / "item-1.png")
    Image.fromarray(photograph(0, 120, 120)).save(model / "item-2.png")
    (model / "item-3.png").unlink()
    Image.fromarray(photograph(5)).save(model / "item-9.png")
    assert kinds(bench, model) == [
        ("item-0", "corrupt"),
        ("item-1", "identical"),
        ("item-2", "stretched"),
        ("item-3", "missing"),
        ("item-9", "extra"),
    ]


def test_twins_two_files_for_one_id_and_failed_edits_are_found(bench, model):
    shutil.copy(model / "item-0.png", model / "item-1.png")
    shutil.copy(model / "item-2.png", model / "item-2.JPG")
    (model / "item-3.png").unlink()
    with Journal(model / "records.jsonl") as records:
        records.append({"item_id": "item-3", "status": "failed", "reason": "out of memory"})
    found = validate(open_benchmark(str(bench)), [model])
    assert [(f.item_id, f.kind) for f in found] == [
        ("item-1", "duplicate"),
        ("item-2", "corrupt"),
        ("item-3", "failed"),
    ]
    assert "item-0" in found[0].what
    assert "item-2.JPG, item-2.png" in found[1].what
    assert "out of memory" in found[2].what
    assert {f.kind for f in found} <= set(KINDS)


def test_an_input_that_cannot_be_decoded_is_found(bench, model):
    (bench / "input" / "item-1.png").write_bytes(b"rubbish")
    (finding,) = validate(open_benchmark(str(bench)), [model])
    assert "the benchmark's input image" in finding.what


def test_folders_are_told_apart(bench, model, tmp_path):
    assert model_folders(model) == [model]
    assert model_folders(model.parent) == [model]
    (model.parent / "empty").mkdir()
    (model.parent / ".hidden").mkdir()
    (model.parent / ".hidden" / "a.png").write_bytes(b"")
    assert model_folders(model.parent) == [model]
    with pytest.raises(PredictionsError, match="no predictions folder"):
        model_folders(tmp_path / "absent")
    with pytest.raises(PredictionsError, match="holds no predictions"):
        model_folders(model.parent / "empty")


def test_manifests_name_their_benchmark(bench, model):
    assert manifest_bench(model)["spec"] == str(bench)
    assert manifest_bench(bench) is None
    (model / "run.json").write_text("{}")
    with pytest.raises(PredictionsError, match=r"run\.json is not a manifest"):
        manifest_bench(model)
