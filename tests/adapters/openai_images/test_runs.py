"""`openai_images` in runs, against a real HTTP server on loopback: keys, several at once, interruptions."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.images_client import MODEL, SECRET, loaded
from helpers.pictures import make_benchmark
from helpers.tiny_images_server import Fault, TinyImagesServer, error

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.served.openai_images import OpenAIImages
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.conformance.adapter import check
from motionedit_bench.engines import threads
from motionedit_bench.errors import (
    AdapterError,
    EditFailed,
    PredictionsError,
    UsageError,
)
from motionedit_bench.files import read_lines
from motionedit_bench.records import Item
from motionedit_bench.running.attempt import item_seed
from motionedit_bench.running.run import Outcome, run


def test_a_wrong_key_is_one_line_and_fails_no_item(
    server: TinyImagesServer, bench: Path, tmp_path: Path, mebench: Callable[..., tuple[int, str, str]]
) -> None:
    server.faults = [error(401, f"Incorrect API key provided: {SECRET}.")] * 9
    command = (
        *("run", "--adapter", "openai_images", "--model", MODEL),
        *("--bench", bench, "--out", tmp_path / "out"),
    )
    status, out, err = mebench(*command)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(
        "mebench: the server refuses the key (401: Incorrect API key provided: [OPENAI_API_KEY].)"
    )
    assert len(server.requests) == 1
    assert (tmp_path / "out" / "records.jsonl").read_text() == ""
    server.faults = []
    assert mebench(*command)[0] == 0


def test_the_key_is_nowhere(server: TinyImagesServer, bench: Path, tmp_path: Path) -> None:
    server.faults = [
        error(500, f"internal: {SECRET}"),
        error(400, f"declined: {SECRET}", "moderation_blocked"),
        Fault(502, SECRET.encode()),
    ]
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "motionedit_bench",
                "run",
                "--adapter",
                "openai_images",
                "--model",
                MODEL,
            ),
            *("--bench", str(bench), "--out", str(tmp_path / "out"), "--set", "retries=0"),
        ],
        env={**os.environ, "OPENAI_LOG": "debug"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "3 failed" in done.stdout
    assert {request.key for request in server.requests} == {SECRET}
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert SECRET not in done.stdout + done.stderr
    assert SECRET.encode() not in written
    assert b"declined: [OPENAI_API_KEY]" in written


def records(out: Path) -> dict[str, dict[str, Any]]:
    return {record["item_id"]: record for record in read_lines(out / "records.jsonl")}


def test_four_at_once_give_what_one_at_a_time_gives(server: TinyImagesServer, tmp_path: Path) -> None:
    bench = open_benchmark(str(make_benchmark(tmp_path / "bench", count=10)))
    server.faults_of = {bench.items[6].instruction: error(400, "no", "moderation_blocked")}
    one = loaded("send_seed=true")
    assert run("served", one, bench, bench.items, tmp_path / "one") == Outcome(kept=0, done=9, failed=1)
    server.requests.clear()
    server.together = threading.Barrier(4)  # nothing is answered before four are there
    four = loaded("send_seed=true", "concurrency=4")
    assert run("served", four, bench, bench.items, tmp_path / "four") == Outcome(kept=0, done=9, failed=1)
    for item in bench.items:
        first, second = (records(tmp_path / name)[item.id] for name in ("one", "four"))
        assert {**first, "seconds": 0} == {**second, "seconds": 0}
        assert first["seed"] == item_seed(42, item.id)
    assert records(tmp_path / "four")["item-6"]["status"] == "refused"
    for path in (tmp_path / "one").glob("*.png"):
        assert path.read_bytes() == (tmp_path / "four" / path.name).read_bytes()


def test_a_run_goes_on_with_another_concurrency(
    server: TinyImagesServer, bench: Path, tmp_path: Path
) -> None:
    opened = open_benchmark(str(bench))
    run("served", loaded("send_seed=true"), opened, opened.items[:2], tmp_path / "out")
    many = loaded("send_seed=true", "concurrency=3", "timeout=90", "retries=1")
    assert run("served", many, opened, opened.items, tmp_path / "out") == Outcome(kept=2, done=2, failed=0)
    assert "concurrency" not in json.loads((tmp_path / "out" / "run.json").read_text())["settings"]


def test_what_ends_the_run_keeps_the_edits_in_hand(server: TinyImagesServer, tmp_path: Path) -> None:
    bench = open_benchmark(str(make_benchmark(tmp_path / "bench", count=12)))
    server.faults_of = {bench.items[5].instruction: Fault(401)}
    with pytest.raises(AdapterError, match="refuses the key"):
        run("served", loaded("concurrency=3"), bench, bench.items, tmp_path / "out")
    kept = records(tmp_path / "out")
    assert {"item-0", "item-1", "item-2"} <= set(kept)
    assert all(record["status"] == "ok" for record in kept.values())
    assert len(server.requests) == len(kept) + 1 < len(bench.items)
    assert {path.stem for path in (tmp_path / "out").glob("*.png")} == set(kept)


def test_an_interruption_keeps_the_edits_in_hand(
    server: TinyImagesServer,
    tmp_path: Path,
    mebench: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three are in hand, and get no answer before a fourth is there, which is this test."""
    bench = make_benchmark(tmp_path / "bench", count=8)
    server.together = together = threading.Barrier(4)
    wait = threads.wait

    def interrupted(*_: Any, **__: Any) -> None:
        while len(server.requests) < 3:
            time.sleep(0.01)
        monkeypatch.setattr(threads, "wait", answered)
        signal.raise_signal(signal.SIGINT)

    def answered(*futures: Any, **options: Any) -> Any:
        monkeypatch.setattr(threads, "wait", wait)
        together.wait(timeout=600)
        return wait(*futures, **options)

    monkeypatch.setattr(threads, "wait", interrupted)
    command = ("run", "--adapter", "openai_images", "--model", MODEL, "--bench", bench)
    status, _, err = mebench(*command, "--out", tmp_path / "out", "--set", "concurrency=3")
    assert status == 130
    assert "mebench: interrupted; waiting for the 3 edits in hand\n" in err
    assert "interrupted; what is done is kept" in err.splitlines()[-1]
    assert len(server.requests) == len(records(tmp_path / "out")) == 3


def test_it_conforms(server: TinyImagesServer) -> None:
    findings = check(
        OpenAIImages(parse_settings(OpenAIImages.Settings, ["send_seed=1", "concurrency=3"]), MODEL)
    )
    assert {finding.outcome for finding in findings} == {"pass"}


def test_without_a_seed_the_kit_says_so(server: TinyImagesServer) -> None:
    findings = check(OpenAIImages(model=MODEL))
    (failed,) = [finding for finding in findings if finding.outcome == "FAIL"]
    assert failed.reason == "samples is True, but another seed gave the same image"


def test_a_proxy_that_cannot_be_used_is_one_line_and_fails_no_item(
    server: TinyImagesServer,
    bench: Path,
    tmp_path: Path,
    mebench: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://me:hush@127.0.0.1:7891/")
    command = ("run", "--adapter", "openai_images", "--model", MODEL, "--bench", bench)
    status, out, err = mebench(*command, "--out", tmp_path / "out")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("mebench: the proxy that ALL_PROXY (socks://...) names cannot be used")
    assert "hush" not in err
    assert server.requests == []


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET.replace("-", "%2D"),
        "".join(f"\\u{ord(one):04x}" for one in SECRET),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        "x" * 280 + SECRET,
        SECRET[:-1],
    ],
)
def test_no_spelling_of_the_key_is_told(
    server: TinyImagesServer, items: tuple[Item, ...], spelled: str
) -> None:
    server.faults = [error(400, f"no: {spelled}")]
    with pytest.raises(EditFailed) as caught:
        loaded().edit(items[0], 1)
    told = str(caught.value)
    assert "[OPENAI_API_KEY]" in told or told.endswith("...")
    assert SECRET[3:12] not in told
    assert spelled[:30] not in told or spelled.startswith("x")


def test_a_key_in_a_setting_is_refused(server: TinyImagesServer) -> None:
    with pytest.raises(UsageError, match="the key stands in a setting") as caught:
        loaded(f'extra={{"user": "{SECRET}"}}')
    assert SECRET not in str(caught.value)


def test_a_run_of_before_a_setting_was_there_goes_on(
    server: TinyImagesServer, bench: Path, tmp_path: Path
) -> None:
    opened, out = open_benchmark(str(bench)), tmp_path / "out"
    run("served", loaded(), opened, opened.items[:1], out)
    manifest = json.loads((out / "run.json").read_text())
    del manifest["settings"]["input_fidelity"]
    (out / "run.json").write_text(json.dumps(manifest))
    with pytest.raises(PredictionsError, match="another settings"):
        run("served", loaded("input_fidelity=high"), opened, opened.items, out)
    assert run("served", loaded(), opened, opened.items[:2], out) == Outcome(kept=1, done=1, failed=0)
