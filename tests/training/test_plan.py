"""A dry run before a model that is not what it should be: one line."""

import json
import shutil
import sys

import pytest
from helpers.shared import once
from helpers.tiny_checkpoints import build_kontext

from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.training.plan import plan
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.request import Request


@pytest.fixture
def model(tmp_path, tmp_path_factory):
    return shutil.copytree(once(tmp_path_factory, "training-kontext", build_kontext), tmp_path / "model")


def planned(model, **recipe):
    return plan(Request("flux_kontext", Recipe(**recipe), model=str(model)), 5, 1, 1)


def test_a_configuration_that_is_not_there_or_damaged(model):
    config = model / "transformer" / "config.json"
    config.write_text("{")
    with pytest.raises(AdapterError, match="has no transformer that can be read"):
        planned(model)
    config.unlink()
    with pytest.raises(AdapterError, match="has no transformer that can be read"):
        planned(model)


@pytest.mark.parametrize("package", ["peft", "tensorboard"])
def test_a_package_that_is_missing_is_said_before_anything_is_loaded(model, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)  # as Python itself marks what may not be imported
    (model / "model_index.json").unlink()
    with pytest.raises(UsageError, match=f"training needs the package {package}"):
        Request("flux_kontext", Recipe(), model=str(model)).run(None)


def test_a_model_of_another_class(model):
    index = json.loads((model / "model_index.json").read_text())
    (model / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableDiffusion3Pipeline"}))
    with pytest.raises(AdapterError, match="this adapter runs FluxKontextPipeline"):
        planned(model)


@pytest.mark.parametrize("targets", [("",), ("nope",), ("norm",), ("attn",)])
def test_targets_that_are_no_layers_are_one_line(model, targets):
    with pytest.raises(UsageError, match="the LoRA finds no layer") as refused:
        planned(model, targets=targets)
    assert "\n" not in str(refused.value)
