"""The hub's client against a real HTTP server on loopback, in a process of its own.

A process of its own, because the client reads the hub's address and the cache folder once, when it is
imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers.tiny_checkpoints import build_lora

FETCHES = """
import json, os, sys
from pathlib import Path
from helpers.tiny_hub import COMMIT, TinyHub

root = Path(sys.argv[1])
hub = TinyHub({"org/model": root}, gated=("org/gated",))
os.environ["HF_ENDPOINT"] = hub.url
from motionedit_bench.hub import fetch
from motionedit_bench.errors import AdapterError

said = {"url": hub.url, "commit": COMMIT}

def ask(label, *what):
    before = hub.requests
    try:
        found = fetch(*what)
        said[label] = found and {
            "text": found.path.read_text(), "commit": found.commit, "offline": found.offline
        }
    except AdapterError as error:
        said[label] = str(error)
    said[label + " requests"] = hub.requests - before

ask("gated", "org/gated", None, "a.txt")
ask("unknown", "org/nobody", None, "a.txt")
ask("revision", "org/model", "v9", "a.txt")
ask("absent", "org/model", None, "b.txt")
ask("no id", "some/long/path", None, "a.txt")
ask("found", "org/model", None, "a.txt")
ask("nested", "org/model", "main", "deep/c.txt")
hub.failing = True
ask("failing", "org/other", None, "a.txt")
hub.failing, hub.down = False, True
ask("down", "org/other", None, "a.txt")
ask("down but cached", "org/model", None, "a.txt")
ask("down but cached, nested", "org/model", COMMIT, "deep/c.txt")
hub.server.shutdown(); hub.server.server_close()
ask("closed", "org/other", None, "a.txt")
json.dump(said, sys.stdout)
"""

PIPELINE = """
import json, os, sys
from pathlib import Path
from helpers.tiny_hub import TinyHub

checkpoint, lora = map(Path, sys.argv[1:3])
hub = TinyHub({"org/kontext": checkpoint, "org/lora": lora})
os.environ["HF_ENDPOINT"] = hub.url
from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext
from motionedit_bench.errors import AdapterError

said = []
for model, settings in json.loads(sys.argv[3]):
    hub.down = model.startswith("down:")
    adapter = FluxKontext(parse_settings(FluxKontext.Settings, settings), model.removeprefix("down:"), "cpu")
    try:
        adapter.load()
        said.append(adapter.provenance())
    except AdapterError as error:
        said.append(str(error))
json.dump(said, sys.stdout)
"""


def run(code: str, home: Path, *arguments: object, **environment: str) -> Any:
    """What the code printed, as JSON, with an empty hub cache."""
    tests = str(Path(__file__).resolve().parents[1])
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING"))}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**inherited, "HF_HOME": str(home), "PYTHONPATH": tests, "NO_PROXY": "127.0.0.1", **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("repository")
    (root / "a.txt").write_text("A")
    (root / "deep").mkdir()
    (root / "deep" / "c.txt").write_text("C")
    found: dict[str, Any] = run(FETCHES, tmp_path_factory.mktemp("home"), root)
    return found


@pytest.mark.parametrize(
    ("label", "texts"),
    [
        ("gated", ["org/gated is gated", "accept its licence at http://", "`hf auth login`"]),
        ("unknown", ["no folder here and no model", "'org/nobody'", "check the spelling"]),
        ("revision", ["org/model has no revision 'v9'"]),
        ("no id", ["'some/long/path' is neither a folder here nor a hub id"]),
        ("failing", ["answers 503 for org/other", "try again later"]),
        ("down", ["cannot be reached for org/other", "check the network, or give a local folder"]),
        ("closed", ["cannot be reached for org/other", "check the network, or give a local folder"]),
    ],
)
def test_each_refusal_says_what_to_do_on_one_line(said: dict[str, Any], label: str, texts: list[str]) -> None:
    assert all(text in said[label] for text in texts), said[label]
    assert "\n" not in said[label]


def test_a_file_that_is_not_in_the_repository(said: dict[str, Any]) -> None:
    assert said["absent"] is None


def test_found_files_are_pinned_to_the_commit(said: dict[str, Any]) -> None:
    assert said["found"] == {"text": "A", "commit": said["commit"], "offline": False}
    assert said["nested"] == {"text": "C", "commit": said["commit"], "offline": False}


def test_an_unreachable_hub_is_asked_once(said: dict[str, Any]) -> None:
    assert [said[f"{label} requests"] for label in ("down", "failing", "closed")] == [1, 1, 0]


def test_a_cached_copy_serves_while_the_hub_is_away(said: dict[str, Any]) -> None:
    assert said["down but cached"] == {"text": "A", "commit": said["commit"], "offline": True}
    assert said["down but cached, nested"] == {"text": "C", "commit": said["commit"], "offline": True}


def test_offline_by_the_environment(tmp_path: Path) -> None:
    said = run(FETCHES, tmp_path, tmp_path, HF_HUB_OFFLINE="1")
    assert "HF_HUB_OFFLINE keeps it from being fetched" in said["unknown"]
    assert said["unknown requests"] == 0


def test_a_cache_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A")
    said = run(FETCHES.replace('ask("nested"', "#"), tmp_path / "a.txt", tmp_path)
    assert "org/model cannot be saved to" in said["found"]
    assert "set HF_HOME to another folder" in said["found"]


def test_what_is_no_hub_is_named_so(tmp_path: Path) -> None:
    code = FETCHES.replace("TinyHub(", "Plain(").replace(
        "root =", "class Plain(TinyHub):\n    def answer(self, path): return 200, {}, b'hello'\nroot ="
    )
    assert "is no hub: check HF_ENDPOINT and any proxy" in run(code, tmp_path, tmp_path)["found"]


@pytest.mark.slow
def test_a_pipeline_and_its_lora_from_the_hub(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    from diffusers import FluxTransformer2DModel

    folder = checkpoints["FluxKontextPipeline"]
    transformer = FluxTransformer2DModel.from_pretrained(folder, subfolder="transformer")
    build_lora(transformer, tmp_path / "lora", "adapter_model.safetensors", prefix="base_model.model.")
    cases = [
        ["org/kontext", ["lora=org/lora"]],
        ["down:org/kontext@main", []],
        ["org/lora", []],
        ["org/kontext", ["lora=org/lora/other.safetensors"]],
        ["org/kontext", ["lora=org/kontext"]],
    ]
    fetched, cached, not_one, no_file, no_lora = run(
        PIPELINE, tmp_path / "home", folder, tmp_path / "lora", json.dumps(cases)
    )
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert (fetched["revision"], fetched["revision_is"]) == (commit, "commit on the hub")
    assert (fetched["lora"]["revision"], fetched["lora"]["declared_scale"]) == (commit, 2.0)
    assert cached["revision"] == commit
    assert not_one == "org/lora is not a diffusers pipeline: it has no model_index.json"
    assert "org/lora has no other.safetensors: name its file" in no_file
    assert "has no pytorch_lora_weights.safetensors or adapter_model.safetensors" in no_lora
