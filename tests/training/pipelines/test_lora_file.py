import json

import diffusers
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.images import decode
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.training import stored
from motionedit_bench.training.pipelines.lora_file import export_lora, folded
from motionedit_bench.training.recipe import Recipe
from motionedit_bench.training.train import Task, train

DATA = {"name": "set", "revision": None, "fingerprint": "f", "train": 1, "not_in": {"checked": False}}


class Brightness:
    def score(self, item, pictures):
        return [Rewarded(float(picture.mean()) / 255) for picture in pictures]

    def facts(self):
        return {"weights": {"brightness": 1.0}}


def trained(editor, item, run, **settings):
    chosen = {"steps": 2, "prompts": 1, "images": 2, "sampling_steps": 2, "rank": 4, "alpha": 8} | settings
    recipe = Recipe(learning_rate=0.05, flat_std=0.0, **chosen)
    return train(Task(editor, Brightness(), [item], facts=DATA), recipe, run)


@pytest.mark.slow
@pytest.mark.usefixtures("small_inputs")
@pytest.mark.parametrize("family", ["kontext", "qwen-plus"])
def test_a_trained_lora_gives_the_released_pipeline_the_policys_pixels(
    edit_with, checkpoint, item, tmp_path, family
):
    editor = edit_with(family)
    adapter = editor._adapter
    state = trained(editor, item, tmp_path, steps=1)
    with state.policies.holding(state.ema):
        mine = np.asarray(adapter.edit(item, 7))
    released = getattr(diffusers, type(adapter.pipeline).__name__).from_pretrained(checkpoint(family))
    released.load_lora_weights(str(export_lora(tmp_path)))
    image, size = adapter.fit(decode(item.input.read()))
    generator = torch.Generator("cpu").manual_seed(7)
    call = adapter.arguments() | size
    theirs = released(prompt=item.instruction, image=image, generator=generator, **call).images[0]
    assert np.array_equal(mine, np.asarray(theirs))


def test_a_run_with_the_lora_makes_the_policys_pixels_at_any_scale(edit_with, checkpoint, item, tmp_path):
    editor = edit_with("kontext")
    state = trained(editor, item, tmp_path, rank=3, alpha=4)
    with state.policies.holding(state.ema):
        mine = np.asarray(editor._adapter.edit(item, 7)).astype(int)
    with state.policies.by("base"):
        assert np.abs(mine - np.asarray(editor._adapter.edit(item, 7))).max() > 10
    settings = editor._adapter.settings.model_copy(update={"lora": str(export_lora(tmp_path))})
    run = FluxKontext(settings, model=str(checkpoint("kontext")), device="cpu")
    run.load()
    assert np.abs(mine - np.asarray(run.edit(item, 7))).max() <= 1
    assert run.provenance()["lora"]["training"]["trained_on"]["name"] == "set"


def test_what_is_exported(edit_with, item, tmp_path):
    editor = edit_with("kontext")
    state = trained(editor, item, tmp_path / "run")
    names = {path.name for path in export_lora(tmp_path / "run").iterdir()}
    assert names == {"pytorch_lora_weights.safetensors", "training.json"}
    out = export_lora(tmp_path / "run", tmp_path / "theta", weights="theta")
    found = load_file(out / "pytorch_lora_weights.safetensors")
    layers = {f"transformer.{name}" for name in state.policies.theta}
    assert found.keys() == layers
    assert "transformer.transformer_blocks.0.attn.to_out.0.lora_B.weight" in layers
    start = load_file(
        export_lora(tmp_path / "run", tmp_path / "start", 0) / "pytorch_lora_weights.safetensors"
    )
    assert all(not tensor.any() for name, tensor in start.items() if "lora_B" in name)
    assert json.loads((tmp_path / "start" / "training.json").read_text())["step"] == 0
    with pytest.raises(UsageError, match="no checkpoint of step 9: 0, 2"):
        export_lora(tmp_path / "run", step=9)


def test_folding_changes_b_alone():
    weights = {"a.lora_A.weight": torch.ones(2, 3), "a.lora_B.weight": torch.ones(3, 2)}
    found = folded(weights, "transformer", 2.0)
    assert found["transformer.a.lora_A.weight"].eq(1).all()
    assert found["transformer.a.lora_B.weight"].eq(2).all()


def test_a_folder_without_a_training(tmp_path):
    with pytest.raises(UsageError, match="holds no training"):
        export_lora(tmp_path)


def test_a_damaged_checkpoint(tmp_path):
    told = {"recipe": {"rank": 2, "alpha": 4}, "data": DATA, "reward": {}}
    (tmp_path / "run.json").write_text(json.dumps(told))
    with pytest.raises(UsageError, match="no checkpoint yet"):
        export_lora(tmp_path)
    checkpoint = tmp_path / "checkpoints" / "3"
    checkpoint.mkdir(parents=True)
    stored.write(checkpoint, {"ema": {"q.lora_A.weight": torch.ones(2, 2)}}, {"step": 3})
    assert export_lora(tmp_path, tmp_path / "sound").exists()
    flipped = bytearray((checkpoint / "ema.safetensors").read_bytes())
    flipped[-1] ^= 1
    (checkpoint / "ema.safetensors").write_bytes(flipped)
    with pytest.raises(StorageError, match=r"3 is damaged, remove it: .*ema.safetensors is not what was"):
        export_lora(tmp_path, tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("content", ["{}", "[]", "5", '{"sessions": [], "adapter": "identity"}'])
def test_a_folder_of_something_else(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(UsageError, match="holds something else than a training"):
        export_lora(tmp_path)


@pytest.mark.slow
def test_a_qwen_training_goes_on(edit_with, item, tmp_path):
    for steps in (1, 2):
        state = trained(edit_with("qwen-plus"), item, tmp_path, steps=steps)
    assert (state.step, state.updates) == (2, 2)
