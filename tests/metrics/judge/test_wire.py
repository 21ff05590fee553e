"""The served judge against a server that others wrote: `transformers serve` with a tiny random model."""

import os
import socket
import subprocess
import sys
import time

import httpx2
import pytest
from helpers.pictures import photograph
from helpers.tiny_checkpoints import build_judge
from PIL import Image

from motionedit_bench.calls.pace import Pace
from motionedit_bench.metrics.judge.answer import Unparsed, expectation_of, scores_of
from motionedit_bench.metrics.judge.model import Call
from motionedit_bench.metrics.judge.rubric import question
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.metrics.judge.shown import Shown


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """Address and model of a running server."""
    folder = build_judge(tmp_path_factory.mktemp("served") / "tiny-vlm")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "serve.log"
    command = [
        *(sys.executable, "-m", "transformers.cli.transformers", "serve", str(folder)),
        *("--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        deadline = time.monotonic() + 600
        while True:
            try:
                httpx2.get(f"http://127.0.0.1:{port}/health", timeout=60)
                break
            except httpx2.HTTPError:
                if server.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"transformers serve did not start: {log.read_text()[-2000:]}")
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1", str(folder)
    finally:
        server.terminate()
        server.wait(300)


def call(name):
    pictures = [Shown.of(Image.fromarray(photograph(k, 96, 64))) for k in range(2)]
    return Call(question(name), "Raise the left arm.", pictures)


@pytest.fixture
def model(serving):
    url, name = serving
    made = Served("openai", name, url, fields={"max_tokens": 24}, pace=Pace(timeout=600))
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_real_server_sees_the_pictures_and_its_nonsense_is_no_score(model):
    answer = model.ask(call("rubric"))
    assert answer.text
    assert answer.tokens_in > 500, "the pictures' tokens are not there"
    assert answer.tokens_out > 0
    with pytest.raises(Unparsed):
        scores_of(answer)
    assert model.ask(call("rubric")).text == answer.text


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_real_server_that_sends_no_probabilities_gives_no_digit(model):
    with pytest.raises(Unparsed, match="no log-probabilities"):
        expectation_of(model.ask(call("fidelity")))
