import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from helpers.pictures import photograph
from PIL import Image
from transformers import (
    BitImageProcessor,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    Dinov2Config,
    Dinov2Model,
    ViTConfig,
    ViTModel,
)

from motionedit_bench.errors import NotApplicable, UsageError, WeightsUnavailable
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.embedding import REMEMBERED, Encoder
from motionedit_bench.metrics.semantic import ClipDirection, ClipI, Dino, cosine

VIT = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
FIRST, TARGET, EDITED = (photograph(seed) for seed in (1, 2, 3))


def processed(kind, side):
    return kind(size={"shortest_edge": side}, crop_size={"height": side, "width": side})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Random models of each kind, in the files of the real ones."""
    root = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    text = {**VIT, "vocab_size": 99, "max_position_embeddings": 8, "bos_token_id": 1, "eos_token_id": 2}
    vision = {**VIT, "image_size": 32, "patch_size": 8}
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)).save_pretrained(
        root / "clip"
    )
    processed(CLIPImageProcessor, 32).save_pretrained(root / "clip")
    Dinov2Model(Dinov2Config(**VIT, image_size=28, patch_size=14)).save_pretrained(root / "dinov2")
    processed(BitImageProcessor, 28).save_pretrained(root / "dinov2")
    ViTModel(ViTConfig(**VIT, image_size=32, patch_size=8), add_pooling_layer=False).save_pretrained(
        root / "dino"
    )
    processed(CLIPImageProcessor, 32).save_pretrained(root / "dino")
    return root


def compare(tiny, edited, target=TARGET):
    instruments = Instruments(clip_model=str(tiny / "clip"), dino_model=str(tiny / "dinov2"), device="cpu")
    scene = Scene(Image.fromarray(FIRST), Image.fromarray(target), instruments)
    return Comparison(scene, Image.fromarray(edited)), instruments


def test_embeddings_are_the_models_own(tiny):
    """CLIP: the projected image features; DINO: the class token; both of what the processor makes."""
    pixels = processed(CLIPImageProcessor, 32)(images=Image.fromarray(FIRST), return_tensors="pt")
    with torch.no_grad():
        features = CLIPModel.from_pretrained(tiny / "clip").get_image_features(**pixels)
    features = getattr(features, "pooler_output", features)[0].double().numpy()
    found = Encoder("clip", str(tiny / "clip"), "cpu").embed(FIRST)
    assert found.shape == (16,)
    assert np.linalg.norm(found) == pytest.approx(1)
    assert np.allclose(found, features / np.linalg.norm(features), atol=1e-6)

    pixels = processed(BitImageProcessor, 28)(images=Image.fromarray(FIRST), return_tensors="pt")
    with torch.no_grad():
        token = Dinov2Model.from_pretrained(tiny / "dinov2")(**pixels).pooler_output[0].double().numpy()
    found = Encoder("dino", str(tiny / "dinov2"), "cpu").embed(FIRST)
    assert np.allclose(found, token / np.linalg.norm(token), atol=1e-6)
    assert Encoder("dino", str(tiny / "dino"), "cpu").embed(FIRST).shape == (32,)


def test_embeddings_are_remembered_for_a_while(tiny):
    encoder = Encoder("clip", str(tiny / "clip"), "cpu")
    first = encoder.embed(FIRST)
    assert encoder.embed(FIRST.copy()) is first
    for level in range(REMEMBERED):
        encoder.embed(np.full((40, 40, 3), level, np.uint8))
    assert len(encoder._kept) == REMEMBERED
    assert np.array_equal(encoder.embed(FIRST), first)


def test_the_version_names_model_preprocessing_and_library(tiny, tmp_path):
    def version(folder):
        return Encoder("clip", str(folder), "cpu").version()

    original = version(tiny / "clip")
    assert original.startswith("clip, arrays ")
    assert "CLIPImageProcessor" in original
    assert "transformers " in original
    assert str(tiny) not in original
    other = shutil.copytree(tiny / "clip", tmp_path / "clip")
    assert version(other) == original
    settings = json.loads((other / "preprocessor_config.json").read_text())
    (other / "preprocessor_config.json").write_text(json.dumps(settings | {"do_center_crop": False}))
    assert version(other).split(", ")[1] == original.split(", ")[1]
    assert version(other) != original
    state = safetensors.torch.load_file(other / "model.safetensors")
    state["visual_projection.weight"] *= 2
    safetensors.torch.save_file(state, other / "model.safetensors", metadata={"format": "pt"})
    assert version(other).split(", ")[1] != original.split(", ")[1]


def test_the_target_is_alike_and_doing_nothing_has_no_direction(tiny):
    for kind in (ClipI, Dino):
        comparison, instruments = compare(tiny, TARGET)
        assert kind(instruments).measure(comparison).value == pytest.approx(1, abs=1e-12)
        nothing = kind(instruments).measure(compare(tiny, FIRST)[0])
        assert nothing.value == pytest.approx(nothing.detail["noop"]) != 1
    metric = ClipDirection(instruments)
    assert metric.measure(compare(tiny, TARGET)[0]).value == pytest.approx(1, abs=1e-12)
    nothing = metric.measure(compare(tiny, FIRST)[0])
    assert (nothing.value, nothing.detail["change"]) == (0, 0)


def test_direction_by_its_definition(tiny):
    comparison, instruments = compare(tiny, EDITED)
    encoder = instruments.encoder("clip")
    first, edited, target = map(encoder.embed, (FIRST, EDITED, TARGET))
    made, wanted = edited - first, target - first
    found = ClipDirection(instruments).measure(comparison)
    assert found.value == pytest.approx(made @ wanted / np.linalg.norm(made) / np.linalg.norm(wanted))
    assert found.detail["target_change"] == pytest.approx(np.linalg.norm(wanted))


def test_a_target_that_changes_nothing_gives_no_direction(tiny):
    comparison, instruments = compare(tiny, EDITED, target=FIRST)
    with pytest.raises(NotApplicable, match="input and target have the same embedding"):
        ClipDirection(instruments).measure(comparison)


def test_cosine_by_hand():
    right, up = np.array([2.0, 0.0]), np.array([0.0, 3.0])
    assert cosine(right, right) == 1
    assert cosine(right, -right) == -1
    assert cosine(right, up) == cosine(right, 0 * up) == 0
    assert cosine(right, np.array([1.0, 1.0])) == pytest.approx(0.5**0.5)


def damaged(tiny, tmp_path, how):
    folder = shutil.copytree(tiny / "clip", tmp_path / "clip")
    if how == "torn":
        (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    elif how == "incomplete":
        state = safetensors.torch.load_file(folder / "model.safetensors")
        del state["visual_projection.weight"]
        safetensors.torch.save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    else:
        (folder / how).unlink()
    return folder


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("torn", "cannot be loaded (.*): give --clip-model another copy"),
        ("incomplete", "lacks 1 of its arrays (visual_projection.weight): give --clip-model a whole copy"),
        ("config.json", "cannot be loaded (.*): give --clip-model another copy"),
        ("preprocessor_config.json", "cannot be loaded (.*)"),
        ("model.safetensors", "cannot be loaded (.*)"),
    ],
)
def test_a_damaged_copy_is_refused(tiny, tmp_path, how, says):
    with pytest.raises(UsageError, match=says.replace("(", r"\(").replace(")", r"\)")) as caught:
        Encoder("clip", str(damaged(tiny, tmp_path, how)), "cpu")
    assert "\n" not in str(caught.value)


def test_a_model_of_another_type_is_refused(tiny):
    with pytest.raises(UsageError, match="is a model of type dinov2: --clip-model takes clip"):
        Encoder("clip", str(tiny / "dinov2"), "cpu")
    with pytest.raises(UsageError, match="is a model of type clip: --dino-model takes dinov2, "):
        Encoder("dino", str(tiny / "clip"), "cpu")


def test_what_is_out_of_reach_is_asked_for_once(monkeypatch):
    asked = []

    def unreachable(self, kind, model, device):
        asked.append(model)
        raise WeightsUnavailable("out of reach")

    monkeypatch.setattr(Encoder, "__init__", unreachable)
    instruments = Instruments(clip_model="org/model")
    for kind in (ClipI, ClipDirection, ClipI):
        with pytest.raises(WeightsUnavailable, match="out of reach"):
            kind(instruments)
    assert asked == ["org/model"]


def test_from_benchmark_to_scores(mebench, bench, tmp_path, tiny):
    for name in ("identity", "target"):
        mebench("run", "--adapter", name, "--bench", bench, "--out", tmp_path / "preds" / name)
    models = ("--clip-model", tiny / "clip", "--dino-model", tiny / "dinov2", "--device", "cpu")
    status, out, err = mebench("score", tmp_path / "preds", "--metrics", "clip_i,clip_dir,dino", *models)
    assert (status, out.splitlines()[-1], err) == (0, "rows: 24 ok", "")
    for name, direction in (("identity", 0), ("target", 1)):
        for row in read_lines(tmp_path / "preds" / name / "scores.jsonl"):
            assert row["detail"]["network"].startswith(("clip, arrays", "dinov2, arrays"))
            if row["metric"] == "clip_dir":
                assert row["value"] == pytest.approx(direction, abs=1e-9)
            else:
                assert (row["value"] == pytest.approx(1, abs=1e-12)) == (name == "target")


FROM_THE_HUB = """
import json, os, sys
from pathlib import Path
from helpers.tiny_hub import COMMIT, TinyHub

root = Path(sys.argv[1])
(root / "empty").mkdir()
hub = TinyHub({f"org/{name}": root / name for name in ("clip", "bare", "empty")}, gated=("org/gated",))
os.environ["HF_ENDPOINT"] = hub.url
from motionedit_bench.errors import MebenchError
from motionedit_bench.metrics.networks.embedding import Encoder

said = {"commit": COMMIT}

def ask(label, model):
    try:
        said[label] = Encoder("clip", model, "cpu").version()
    except MebenchError as error:
        said[label] = f"{type(error).__name__}: {error}"

ask("here", str(root / "clip"))
ask("found", "org/clip")
ask("gated", "org/gated")
ask("empty", "org/empty")
ask("bare", "org/bare")
hub.server.shutdown(); hub.server.server_close()
ask("cached", "org/clip")
ask("closed", "org/other")
print(json.dumps(said))
"""


@pytest.mark.slow
def test_models_come_from_the_hub_pinned_to_a_commit(tiny, tmp_path):
    shutil.copytree(tiny / "clip", tmp_path / "clip")
    bare = shutil.copytree(tiny / "clip", tmp_path / "bare")
    (bare / "model.safetensors").unlink()
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, "-c", FROM_THE_HUB, str(tmp_path)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    arrays = said["here"].partition(", ")[2]
    assert said["found"] == f"org/clip@{said['commit'][:12]}, {arrays}"
    assert said["cached"] == said["found"]
    assert said["gated"].startswith("WeightsUnavailable: org/gated is gated: accept its licence")
    assert said["empty"] == (
        "UsageError: org/empty has no config.json: give --clip-model a model of the transformers library"
    )
    assert said["bare"].startswith("UsageError: org/bare has none of model.safetensors, pytorch_model.bin")
    assert said["closed"].startswith("WeightsUnavailable: ")
    assert said["closed"].endswith("check the network, or give a local folder (--clip-model)")
