"""Models held to the commits of a lock file, and their terms told before anything is fetched."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark
from helpers.tiny_checkpoints import build_kontext
from helpers.tiny_hub import COMMIT

from motionedit_bench import pinning
from motionedit_bench.adapters import find_adapter, parse_settings
from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.pinning import Repository, hold

KONTEXT = "black-forest-labs/FLUX.1-Kontext-dev"
ONE, TWO = Repository("org/one", "a" * 40, "apache-2.0"), Repository("org/two", "b" * 40)

PROGRAM = """
import json, os, sys
from pathlib import Path
from helpers.tiny_hub import TinyHub

checkpoint, bench, lock = map(Path, sys.argv[1:4])
name = "black-forest-labs/FLUX.1-Kontext-dev"
hub = TinyHub({name: checkpoint})
card = {"license": "other", "license_name": "flux-1-dev"}
hub.cards[name] = {"gated": "auto", "cardData": card}
os.environ["HF_ENDPOINT"] = hub.url
from motionedit_bench.cli import invoke

def say(*arguments):
    before = hub.requests
    for stream in (sys.stdout, sys.stderr):
        print(">", file=stream, flush=True)
    print("=", invoke(list(map(str, arguments))), hub.requests - before, flush=True)

run = ("run", "--adapter", "flux_kontext", "--bench", bench, "--out", lock.parent / "out", "--lock", lock)
say("prefetch", "--adapters", "flux_kontext", "--lock", lock)
content = lock.read_text()
lock.write_text(content.replace("0123", "3210"))
say(*run, "--set", "steps=1")
say("prefetch", "--adapters", "flux_kontext", "--lock", lock)
hub.down = True
lock.write_text(content)
say(*run)
"""


def test_a_lock_learns_what_it_lacks_and_holds_the_rest(tmp_path: Path) -> None:
    lock = tmp_path / "models.lock"
    hold(lock, [ONE])
    hold(lock, [TWO])
    written = lock.read_bytes()
    assert json.loads(written) == {
        "format": 1,
        "models": {
            "org/one": {"commit": "a" * 40, "licence": "apache-2.0"},
            "org/two": {"commit": "b" * 40, "licence": None},
        },
    }
    hold(lock, [TWO, ONE])
    with pytest.raises(UsageError, match=rf"holds org/two at {'b' * 40}, .* at {'c' * 40}: name org/two@bbb"):
        hold(lock, [ONE, Repository("org/three", "d" * 40), Repository("org/two", "c" * 40)])
    assert lock.read_bytes() == written
    hold(tmp_path / "none.lock", [])
    assert not (tmp_path / "none.lock").exists()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"models": {"org/one": 1}}', '{"models": {"org/one": {}}}', '{"models": []}'],
)
def test_a_damaged_lock_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.lock").write_text(text)
    with pytest.raises(StorageError, match=r"models\.lock is damaged \(.*\): mend or remove it"):
        hold(tmp_path / "models.lock", [ONE])


def test_what_is_told_of_a_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert str(Repository("org/one", "a" * 40, "mit", None, 3_500_000)) == (
        "org/one at aaaaaaaaaaaa: licence mit, up to 3.5 MB"
    )
    told = str(Repository("org/one", "a" * 40, None, "manual", 24_000_000_000))
    assert told.startswith("org/one at aaaaaaaaaaaa: licence not stated, gated (manual): accept at http")
    assert told.endswith("/org/one, up to 24.0 GB")
    monkeypatch.setattr(pinning.hub, "is_offline", lambda: True)
    monkeypatch.setattr(pinning.hub, "snapshot", lambda name, revision, fetched: tmp_path / name / COMMIT)
    assert pinning.look_up("org/one@v1") == Repository("org/one", COMMIT)


@pytest.mark.parametrize(
    ("adapter", "settings", "found"),
    [
        ("flux_kontext", (), [KONTEXT]),
        (
            "flux_kontext",
            ("lora=org/lora@v2/a.safetensors",),
            [KONTEXT, "org/lora@v2"],
        ),
        (
            "uniworld_v1",
            ("flux=.",),
            ["LanguageBind/UniWorld-V1", "google/siglip2-so400m-patch16-512"],
        ),
        ("gemini_images", (), []),
        ("identity", (), []),
    ],
)
def test_which_repositories_an_adapter_takes_files_from(
    adapter: str, settings: tuple[str, ...], found: list[str]
) -> None:
    kind = find_adapter(adapter)
    assert kind(parse_settings(kind.Settings, settings)).repositories() == found


@pytest.mark.parametrize("model", ["./nope", "far/away/nope", "no pe/x"])
def test_a_model_that_is_nowhere_is_one_line(
    bench: Path, tmp_path: Path, mebench: Callable[..., tuple[int, str, str]], model: str
) -> None:
    asked = ("run", "--adapter", "flux_kontext", "--bench", bench, "--out", tmp_path / "out")
    for more in ((), ("--lock", tmp_path / "models.lock")):
        status, _, err = mebench(*asked, "--model", model, *more)
        assert (status, err.count("\n")) == (2, 1)
        assert f"{model!r} is neither a folder here nor a hub id" in err


@pytest.mark.parametrize(
    ("adapter", "why"),
    [("identity", "it takes no files from the hub"), ("gpt_image", "at most, records say which version")],
)
def test_a_lock_that_holds_nothing_is_said(
    bench: Path,
    tmp_path: Path,
    mebench: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    adapter: str,
    why: str,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    lock = tmp_path / "models.lock"
    asked = ("run", "--adapter", adapter, "--bench", bench, "--out", tmp_path / "out", "--lock", lock)
    assert f"mebench: --lock holds nothing of {adapter}: {why}" in mebench(*asked)[2]
    assert not lock.exists()


@pytest.mark.slow
def test_a_fetch_tells_the_terms_first_and_a_run_is_held(tmp_path: Path) -> None:
    checkpoint, bench = tmp_path / "kontext", make_benchmark(tmp_path / "bench", 1)
    build_kontext(checkpoint)
    lock = tmp_path / "models.lock"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    tests = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(checkpoint), str(bench), str(lock)],
        env={**inherited, "HF_HOME": str(tmp_path / "home"), "PYTHONPATH": tests, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("=")]
    fetched, *refused = done.stderr.split(">\n")[1:]
    first = fetched.splitlines()[0]
    assert first.endswith(" kB") or first.endswith(" MB")
    assert f"to be fetched: {KONTEXT} at 0123456789ab: licence flux-1-dev, " in first
    assert "gated (auto): accept at http://127.0.0.1" in first
    assert json.loads(lock.read_text())["models"][KONTEXT]["commit"] == COMMIT
    assert [line.split()[1] for line in told] == ["0", "2", "2", "2"], done.stderr
    assert told[1:3] == ["= 2 1", "= 2 1"]  # one look at the hub, and nothing is fetched
    for one in refused[:2]:
        assert one.count("\n") == 1
        assert f"models.lock holds {KONTEXT} at 3210456789" in one
    assert f"cannot be reached for {KONTEXT}" in refused[2]
    assert not (tmp_path / "out").exists()
