"""The programs beside official code, as real processes; for that code stands what `helpers.stand_ins` has."""

import json
import sys

import pytest
from helpers.stand_ins import PACKAGES, stand_in_checkout
from huggingface_hub.utils import filter_repo_objects
from PIL import Image

from motionedit_bench.adapters import ADAPTERS, parse_settings
from motionedit_bench.errors import AdapterError, UsageError

WITHHELD = "the model's safety checker withheld the picture"


@pytest.fixture
def weights(tmp_path):
    """A folder that serves as any model, with a U-Net that draws in green."""
    (tmp_path / "weights" / "unet").mkdir(parents=True)
    (tmp_path / "weights" / "unet" / "colour").write_text("#00ff00")
    return tmp_path / "weights"


@pytest.fixture
def choose(tmp_path, weights):
    """What an adapter is asked with, to run what stands in for its official code."""

    def options(name):
        repo = stand_in_checkout(name, tmp_path / "repo")
        parts = {"anyedit": ["base"], "uniworld_v1": ["flux", "siglip"]}.get(name, [])
        return [f"repo={repo}", f"python={sys.executable}", *(f"{part}={weights}" for part in parts)]

    return options


@pytest.fixture
def run(mebench, choose, bench, tmp_path, weights):
    """Runs an adapter over four items, the second of which its safety checker withholds."""

    def call(name, *options):
        settings = [word for setting in choose(name) for word in ("--set", setting)]
        return mebench(
            *("run", "--adapter", name, "--bench", bench, "--out", tmp_path / "out", "--model", weights),
            *(*settings, *options),
        )

    return call


@pytest.mark.parametrize("name", PACKAGES)
def test_a_picture_that_the_safety_checker_withheld_is_refused(run, records, tmp_path, name):
    status, _, said = run(name)
    assert status == 1, said
    told = {record["item_id"]: (record["status"], record["reason"]) for record in records(tmp_path / "out")}
    assert told.pop("item-1") == ("refused", WITHHELD)
    assert set(told.values()) == {("ok", None)}
    assert not (tmp_path / "out" / "item-1.png").exists()


def test_anysd_edits_with_the_u_net_of_the_folder_that_is_named(run, tmp_path):
    run("anyedit")
    assert Image.open(tmp_path / "out" / "item-0.png").getpixel((9, 9)) == (0, 255, 0)
    provenance = json.loads((tmp_path / "out" / "run.json").read_text())["provenance"]
    assert provenance["revision_is"] == "SHA-256, sizes and ends of files"
    assert len(provenance["revision"]) == 64
    assert provenance["sources"]["model"] == "set for this run"


@pytest.mark.parametrize(("name", "version"), [("step1x_edit", "0.36.0.dev0"), ("ultraedit", "0.30.0.dev0")])
def test_the_version_of_the_checkouts_own_diffusers_is_recorded(run, tmp_path, name, version):
    run(name)
    packages = json.loads((tmp_path / "out" / "run.json").read_text())["provenance"]["packages"]
    assert packages["diffusers"] == version


@pytest.mark.parametrize(
    ("device", "visible", "seen"),
    [
        ("cuda:1", "4,GPU-5ae1c9,7", "GPU-5ae1c9"),
        ("cuda:1", None, "1"),
        ("auto", "4", "4"),
        ("cuda", "", ""),
    ],
)
def test_a_numbered_gpu_is_all_that_the_official_code_sees(
    choose, weights, tmp_path, monkeypatch, device, visible, seen
):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    settings = parse_settings(
        ADAPTERS.get("anyedit").Settings, [*choose("anyedit"), f"log={tmp_path / 'log'}"]
    )
    adapter = ADAPTERS.get("anyedit")(settings, str(weights), device)
    if not seen:
        with pytest.raises(AdapterError, match="runs on the device cuda only, and PyTorch in its"):
            adapter.load()
    else:
        adapter.load()
        assert adapter.provenance()["device"] == "cuda"
        assert f"visible: {seen}\n" in (tmp_path / "log").read_text()
    adapter.close()


@pytest.mark.parametrize("visible", ["", "4", "4,-1,5", "4,,5"])
def test_a_gpu_that_is_not_visible_is_named_before_anything_starts(choose, weights, monkeypatch, visible):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    adapter = ADAPTERS.get("anyedit")(
        parse_settings(ADAPTERS.get("anyedit").Settings, choose("anyedit")), str(weights), "cuda:1"
    )
    with pytest.raises(UsageError, match=f"^no device cuda:1: CUDA_VISIBLE_DEVICES={visible} shows [01] of"):
        adapter.load()


def test_two_processes_for_a_model_that_knows_one_gpu(run, tmp_path, monkeypatch, own_cache):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    status, said, _ = run("anyedit", "--workers", 2, "--device", "cuda:1")
    assert (status, "3 edited, 1 failed" in said) == (1, True)
    logs = [log.read_text() for log in (tmp_path / "cache" / "workers" / "logs").iterdir()]
    assert ["visible: 5\n" in log for log in logs] == [True, True]


@pytest.mark.parametrize("name", ["anyedit", "step1x_edit"])
@pytest.mark.parametrize(("device", "reason"), [("cpu", "and cpu is asked for"), ("auto", "sees none")])
def test_code_that_calls_cuda_by_name_says_so_before_it_looks_for_weights(
    choose, tmp_path, monkeypatch, name, device, reason
):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "" if device == "auto" else "0")
    settings = parse_settings(ADAPTERS.get(name).Settings, [*choose(name), f"log={tmp_path / 'log'}"])
    adapter = ADAPTERS.get(name)(settings, "no/where", device)
    with pytest.raises(
        AdapterError, match=f"cannot start: ValueError: the .* runs on the device cuda only.*{reason}"
    ):
        adapter.load()
    assert "asked for no/where" not in (tmp_path / "log").read_text()


STABLE_DIFFUSION = """
.gitattributes README.md v1-inference.yaml v1-5-pruned.ckpt v1-5-pruned.safetensors
v1-5-pruned-emaonly.safetensors
*model_index.json *feature_extractor/preprocessor_config.json *safety_checker/config.json
*safety_checker/model.safetensors safety_checker/model.fp16.safetensors safety_checker/pytorch_model.bin
*scheduler/scheduler_config.json *text_encoder/config.json *text_encoder/model.safetensors
text_encoder/model.fp16.safetensors text_encoder/pytorch_model.bin
*tokenizer/merges.txt *tokenizer/special_tokens_map.json *tokenizer/tokenizer_config.json
*tokenizer/vocab.json unet/config.json unet/diffusion_pytorch_model.safetensors
unet/diffusion_pytorch_model.non_ema.bin *vae/config.json *vae/diffusion_pytorch_model.safetensors
vae/diffusion_pytorch_model.bin vae/diffusion_pytorch_model.fp16.safetensors
"""
FLUX = """
.gitattributes README.md ae.safetensors flux1-dev.safetensors dev_grid.jpg *model_index.json
*scheduler/scheduler_config.json *text_encoder/config.json *text_encoder/model.safetensors
*text_encoder_2/config.json *text_encoder_2/model-00001-of-00002.safetensors
*text_encoder_2/model.safetensors.index.json *tokenizer/vocab.json *tokenizer_2/spiece.model
transformer/config.json transformer/diffusion_pytorch_model-00001-of-00003.safetensors
transformer/diffusion_pytorch_model.safetensors.index.json *vae/config.json
*vae/diffusion_pytorch_model.safetensors
"""


@pytest.mark.parametrize(
    ("name", "part", "hub_id", "files"),
    [
        ("anyedit", "base", "stable-diffusion-v1-5/stable-diffusion-v1-5", STABLE_DIFFUSION),
        ("uniworld_v1", "flux", "black-forest-labs/FLUX.1-dev", FLUX),
    ],
)
def test_only_what_is_read_of_a_repository_is_fetched(
    choose, weights, tmp_path, monkeypatch, name, part, hub_id, files
):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("STAND_IN_SNAPSHOTS", str(tmp_path / "snapshots"))
    (tmp_path / "snapshots" / hub_id).mkdir(parents=True)
    chosen = [setting for setting in choose(name) if not setting.startswith(f"{part}=")]
    settings = parse_settings(ADAPTERS.get(name).Settings, [*chosen, f"log={tmp_path / 'log'}"])
    adapter = ADAPTERS.get(name)(settings, str(weights))
    adapter.load()
    adapter.close()
    (line,) = (line for line in (tmp_path / "log").read_text().splitlines() if hub_id in line)
    patterns = line.split(f"asked for {hub_id} None ")[1].split()
    taken = list(filter_repo_objects([file.lstrip("*") for file in files.split()], allow_patterns=patterns))
    assert taken == [file[1:] for file in files.split() if file.startswith("*")]
