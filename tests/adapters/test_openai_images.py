"""`openai_images` against a real HTTP server on loopback, with faults on purpose."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.pictures import make_benchmark
from helpers.tiny_images_server import Fault, TinyImagesServer, answer, error, serving
from PIL import Image

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.openai_images import OpenAIImages
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.conformance import check
from motionedit_bench.errors import (
    AdapterError,
    EditFailed,
    EditRefused,
    ImageError,
    MebenchError,
    UsageError,
)
from motionedit_bench.journal import read_lines
from motionedit_bench.records import Item, Picture
from motionedit_bench.runner import Outcome, item_seed, run

SECRET = "sk-very-secret-0123456789"
MODEL = "some/model"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyImagesServer]:
    with serving() as tiny:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        monkeypatch.setenv("OPENAI_BASE_URL", tiny.url)
        yield tiny


@pytest.fixture
def items(bench: Path) -> tuple[Item, ...]:
    return open_benchmark(str(bench)).items


def loaded(*settings: str) -> OpenAIImages:
    adapter = OpenAIImages(parse_settings(OpenAIImages.Settings, settings), MODEL)
    adapter.load()
    return adapter


def failure(item: Item, *settings: str) -> MebenchError:
    with pytest.raises(MebenchError) as raised:
        loaded(*settings).edit(item, 1)
    assert "\n" not in str(raised.value)
    return raised.value


def pixels(image: Image.Image | Path) -> np.ndarray:
    return np.asarray(image if isinstance(image, Image.Image) else Image.open(image)).astype(int)


def test_what_is_sent_and_what_comes_back(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    image = loaded("send_seed=true").edit(items[0], 7)
    (request,) = server.requests
    assert (request.path, request.key) == ("/v1/images/edits", SECRET)
    assert request.fields == {"model": MODEL, "prompt": items[0].instruction, "seed": "7"}
    sent = Image.open(io.BytesIO(request.image))
    assert (sent.format, sent.mode, sent.size) == ("PNG", "RGB", (160, 120))
    assert (pixels(sent) == pixels(Image.open(io.BytesIO(items[0].input.read())))).all()
    assert (pixels(image) == (pixels(sent) + 7) % 256).all()


def test_only_what_is_asked_for_is_sent(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    loaded().edit(items[0], 7)
    assert set(server.requests[0].fields) == {"model", "prompt"}
    adapter = loaded(
        "size=64x48",
        "quality=low",
        "response_format=b64_json",
        "num_inference_steps=3",
        "guidance_scale=2.5",
        "true_cfg_scale=4",
        "negative_prompt=blur",
        'extra={"cfg_text_scale": 4, "input_fidelity": "high"}',
    )
    adapter.edit(items[0], 7)
    sent = {
        "size": "64x48",
        "quality": "low",
        "response_format": "b64_json",
        "num_inference_steps": 3,
        "guidance_scale": 2.5,
        "true_cfg_scale": 4.0,
        "negative_prompt": "blur",
        "cfg_text_scale": 4,
        "input_fidelity": "high",
    }
    expected = {name: str(value) for name, value in sent.items()}
    assert server.requests[1].fields == {"model": MODEL, "prompt": items[0].instruction, **expected}
    facts = adapter.provenance()
    assert facts["sent"] == sent
    assert (facts["model"], facts["base_url"], facts["revision"]) == (MODEL, server.url, None)
    assert facts["seeding"] == "left to the server"
    assert SECRET not in json.dumps(facts)


def test_an_input_that_cannot_be_read_is_not_sent(server: TinyImagesServer) -> None:
    with pytest.raises(ImageError, match="not an image"):
        loaded().edit(Item("a", "Move it.", Picture("a.png", lambda: b"text")), 1)
    assert server.requests == []


@pytest.mark.parametrize(
    "fault",
    [error(429, "slow down"), error(500), error(503), Fault(cut=True), Fault(seconds=2)],
    ids=["429", "500", "503", "cut", "slow"],
)
def test_passing_faults_are_tried_again(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault
) -> None:
    server.faults = [fault]
    loaded("timeout=1").edit(items[0], 1)
    assert len(server.requests) == 2
    assert server.requests[0].fields == server.requests[1].fields
    assert server.requests[0].image == server.requests[1].image


def test_the_servers_own_delay_is_kept(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    server.faults = [error(429, "slow down", Retry_After="1.5")]
    loaded().edit(items[0], 1)
    first, second = server.requests
    assert second.arrived - first.arrived >= 1.5  # the back-off of a first retry alone is at most 0.5 s


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error(429, "slow down"), "the server answered 429: slow down"),
        (error(500, "out of memory"), "the server answered 500: out of memory"),
        (Fault(502, b"<html>Bad Gateway</html>"), "the server answered 502: <html>Bad Gateway</html>"),
        (Fault(500), "the server answered 500: no reason given"),
        (Fault(422, b'{"detail": "size is odd"}'), "the server answered 422: size is odd"),
        (Fault(422, b'{"detail": [{"loc": "size"}]}'), 'the server answered 422: [{"loc": "size"}]'),
        (Fault(400, b'{"error": "x' + 999 * b"y" + b'"}'), "the server answered 400: xyyy"),
        (Fault(cut=True), "the connection to the server was lost: "),
        (Fault(seconds=2), "the server did not answer within 0.5 s"),
        (Fault(200, b"{"), "the server's answer is not JSON"),
        (Fault(200, b"hello", {"Content-Type": "text/plain"}), "the server answered without an image"),
        (Fault(200, b"{}"), "the server answered without an image"),
        (Fault(200, b"[]"), "the server answered without an image"),
        (Fault(200, b'{"data": []}'), "the server answered without an image"),
        (Fault(200, b'{"data": 1}'), "the server answered without an image"),
        (answer(b64_json=None), "the server answered without an image"),
        (answer(b64_json=5), "the server answered without an image"),
        (answer(url="http://127.0.0.1/a.png"), "with a URL: ask for the picture with --set response_format"),
        (answer(b64_json="%%%"), "the server's answer is no image: "),
        (answer(b64_json="aGVsbG8="), "the server's answer is no image: not an image of the formats"),
    ],
)
def test_lasting_faults_are_that_items_failure(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault, message: str
) -> None:
    server.faults = [fault]
    failed = failure(items[0], "retries=0", "timeout=0.5")
    assert type(failed) is EditFailed
    assert message in str(failed)
    assert len(str(failed)) < 350


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "moderation_blocked"),
        (400, "content_policy_violation"),
        (400, "contentFilter"),
        (403, "content_filter"),
    ],
)
def test_a_refusal_is_no_failure(
    server: TinyImagesServer, items: tuple[Item, ...], status: int, code: str
) -> None:
    server.faults = [error(status, "Rejected by the safety system.", code)]
    refused = failure(items[0])
    assert type(refused) is EditRefused
    assert str(refused) == "the model declined: Rejected by the safety system."


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            error(401, f"Incorrect API key: {SECRET}"),
            "refuses the key (401: Incorrect API key: [OPENAI_API_KEY])",
        ),
        (
            error(403, "not verified"),
            "the server does not give some/model (403: not verified): check --model",
        ),
        (error(404, "no such model"), "the server does not give some/model (404: no such model)"),
        (error(429, "pay", "insufficient_quota"), "the account is spent (429: pay)"),
        (error(400, "pay", "billing_hard_limit_reached"), "the account is spent (400: pay)"),
    ],
)
def test_what_would_fail_every_item_ends_the_run(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault, message: str
) -> None:
    server.faults = [fault]
    ended = failure(items[0], "retries=0")
    assert type(ended) is AdapterError
    assert message in str(ended)


@pytest.mark.parametrize("status", [403, 404])
def test_once_something_was_served_a_forbidden_item_is_its_own_failure(
    server: TinyImagesServer, items: tuple[Item, ...], status: int
) -> None:
    adapter = loaded()
    adapter.edit(items[0], 1)
    server.faults = [error(status, "not this one")]
    with pytest.raises(EditFailed, match=f"the server answered {status}: not this one"):
        adapter.edit(items[1], 1)


def test_nobody_at_the_address(items: tuple[Item, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as tiny:
        url = tiny.url
    ended = failure(items[0], "retries=0", f"base_url={url}")
    assert type(ended) is AdapterError
    assert f"nobody answers at {url}/ (" in str(ended)
    assert "Connection refused): start the server, or mend --set base_url=..." in str(ended)


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
    many = loaded("send_seed=true", "concurrency=3", "timeout=9", "retries=1")
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


def test_an_interruption_keeps_the_edits_in_hand(server: TinyImagesServer, tmp_path: Path) -> None:
    bench = make_benchmark(tmp_path / "bench", count=8)
    server.together = threading.Barrier(4)
    process = subprocess.Popen(
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
            *("--bench", str(bench), "--out", str(tmp_path / "out"), "--set", "concurrency=3"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(server.requests) < 3:  # three are in hand, and wait for a fourth
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.5)  # the third request is there before the main thread waits for it
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert process.stderr.readline() == "mebench: interrupted; waiting for the 3 edits in hand\n"
    server.together.wait(timeout=20)
    assert process.wait(timeout=20) == 130
    with process.stderr:
        assert "interrupted; what is done is kept" in process.stderr.read()
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


def test_a_model_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="needs --model: the name under which the server knows the model"):
        OpenAIImages()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("base_url=127.0.0.1:8000/v1", "the base URL must look like http://HOST:PORT/v1, but got '127.0.0.1"),
        ("base_url=http:///v1", "the base URL must look like"),
        ("base_url=http://host:99999/v1", "the base URL is not an address"),
        ("base_url=http://me:pass@host/v1", "the base URL must hold no name, password or query"),
        ("base_url=me:pass@host/v1", "the base URL must hold no name, password or query"),
        ("base_url=http://host/v1?key=pass", "the base URL must hold no name, password or query"),
        ("base_url=", "at least 1 character"),
        ("api_key=pass", "unknown setting 'api_key'"),
        ("size=big", "--set size=big"),
        ("extra=[1]", "--set extra=[1]"),
        ("extra={", "--set extra={"),
        ('extra={"n": 4}', "cannot hold 'n'"),
        ('extra={"size": "auto"}', "cannot hold 'size'"),
        ("concurrency=0", "--set concurrency=0"),
        ("response_format=url", "--set response_format=url"),
    ],
)
def test_wrong_settings(setting: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        OpenAIImages(parse_settings(OpenAIImages.Settings, [setting]), MODEL)
    assert message in str(raised.value)
    assert "pass@" not in str(raised.value)
    assert "=pass" not in str(raised.value)


def test_a_wrong_address_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:pass@host/v1")
    with pytest.raises(
        UsageError, match="must hold no name, password or query: a key is read from OPENAI_API_KEY"
    ):
        OpenAIImages(model=MODEL)


def test_keys(monkeypatch: pytest.MonkeyPatch, server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f" {SECRET}\n")
    loaded().edit(items[0], 1)
    monkeypatch.setenv("OPENAI_API_KEY", "two\nlines")
    with pytest.raises(AdapterError, match="OPENAI_API_KEY holds characters that no key has"):
        loaded()
    monkeypatch.delenv("OPENAI_API_KEY")
    loaded().edit(items[0], 1)  # a server of one's own may need none
    assert [request.key for request in server.requests] == [SECRET, "none"]
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(AdapterError, match="no key: export OPENAI_API_KEY, or name a server of your own"):
        loaded()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)  # what Python itself holds for a barred module
    with pytest.raises(AdapterError, match=r"pip install 'motionedit-bench\[openai\]'"):
        loaded("base_url=http://127.0.0.1/v1")
