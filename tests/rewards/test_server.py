"""The server as a process of its own, with real requests."""

import base64
import json
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx2
import numpy as np
import pytest
from helpers.pictures import make_benchmark, photograph, png
from helpers.reward_server import start

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.rewards import wire
from motionedit_bench.rewards.remote import RemoteReward
from motionedit_bench.rewards.request import Request

OPTIONS = ("--reward", "motion=1,ssim=1", "--flow", "dis", "--port", 0, "--devices", "cpu,cpu")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return make_benchmark(tmp_path_factory.mktemp("served") / "bench", count=2)


@pytest.fixture(scope="module")
def served(bench):
    server = start(bench, *OPTIONS)
    yield server
    server.kill()


def edit(name="item-0", image=None):
    return {"id": name, "image": base64.b64encode(image or png(photograph(0))).decode()}


def post(url, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return httpx2.post(url + wire.REWARDS, content=body, timeout=600)


@pytest.mark.slow
def test_the_server_gives_what_is_measured_here(served, bench):
    benchmark = open_benchmark(str(bench))
    request = Request("motion=1,ssim=1", flow="dis", device="cpu")
    here, there = (
        request.open(),
        RemoteReward(served.url, request.told(), benchmark.fingerprint(), timeout=600),
    )
    pictures = [photograph(k) for k in range(3)]
    for item in benchmark.items:
        assert there.score(item, pictures) == here.score(item, pictures)
    assert there.facts() == {**here.facts(), "server": served.url}
    health = httpx2.get(served.url + wire.HEALTH, timeout=600).json()
    assert (health["replicas"], health["queue"]) == (2, 0)
    assert health["bench"]["fingerprint"] == benchmark.fingerprint()
    here.close()
    there.close()


@pytest.mark.slow
def test_a_request_may_mix_items_and_is_answered_in_its_order(served):
    names = ["item-1", "item-0", "item-1", "item-0"]
    images = [png(photograph(k % 2)) for k in (1, 0, 0, 1)]
    answered = post(served.url, {"items": list(map(edit, names, images))})
    assert answered.status_code == 200
    told = answered.json()["rewards"]
    assert [one["id"] for one in told] == names
    assert {one["status"] for one in told} == {"ok"}
    assert told[0]["reward"] > told[2]["reward"]
    assert told[1]["reward"] > told[3]["reward"]
    assert told[0]["terms"]["motion"]["weight"] == 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"{", 422, "Invalid JSON"),
        ({"items": []}, 413, "1 to 64 a request, but got 0"),
        ({"items": [edit()] * 65}, 413, "1 to 64 a request, but got 65"),
        ({"edits": [edit()]}, 422, "items: Field required"),
        ({"items": [{"id": "item-0"}]}, 422, "items.0.image: Field required"),
        ({"items": [{**edit(), "pickle": "x"}]}, 422, "items.0.pickle: Extra inputs"),
        ({"items": [{"id": "item-0", "image": "!"}]}, 422, "items.0.image (item-0): not base64"),
        ({"items": [edit(image=b"\x80\x04K\x01.")]}, 422, "not an image of the formats"),
        ({"items": [edit(image=png(np.zeros((2049, 2049, 3), np.uint8)))]}, 422, "more than the 4194304"),
        ({"items": [edit("item-9")]}, 404, "unknown item 'item-9'"),
    ],
)
def test_what_is_no_request_is_answered_in_one_line(served, content, status, said):
    answered = post(served.url, content)
    assert answered.status_code == status
    error = answered.json()["error"]
    assert said in error
    assert "\n" not in error


def test_a_port_that_is_taken_is_one_line(bench, mebench):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, _, err = mebench("serve-reward", "--bench", bench, *OPTIONS, "--port", port)
    assert status == 2
    assert err.splitlines()[-1].startswith(f"mebench: cannot listen at 127.0.0.1:{port} (")


def test_rewards_that_cannot_be_given_are_refused_before_it_listens(bench, mebench):
    status, _, err = mebench("serve-reward", "--bench", bench, "--flow", "dis")
    assert (status, err) == (2, "mebench: --reward judge: say who judges, with --judge SPEC\n")


@pytest.mark.parametrize("devices", ["", "cpu,", "cpu,,cpu"])
def test_devices_without_a_name_are_refused(bench, mebench, devices):
    status, _, err = mebench("serve-reward", "--bench", bench, *OPTIONS, "--devices", devices)
    assert (status, err.count("\n")) == (2, 1)
    assert "--devices takes names" in err


def test_help_imports_nothing_heavy():
    program = (
        "import sys; from motionedit_bench.cli import invoke; invoke(['serve-reward', '--help']); "
        "print({'torch', 'fastapi', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")


@pytest.mark.slow
def test_a_server_killed_in_the_middle_costs_no_reward_if_it_comes_back(bench, served):
    item = open_benchmark(str(bench)).items[0]
    pictures = [photograph(k) for k in range(16)]
    client, impatient = RemoteReward(served.url), RemoteReward(served.url, patience=0)
    before = client.score(item, pictures)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.score, item, pictures)
        served.kill()
        again = start(bench, *OPTIONS, "--port", served.url.rpartition(":")[2])
        served.process, served.reader = again.process, again.reader
        assert asked.result() == before
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(300) == 0  # interrupted, it ends well
    (gone,) = impatient.score(item, pictures[:1])
    assert (gone.value, gone.status) == (None, "failed")
    assert "ConnectError" in gone.reason
    client.close()
    impatient.close()
