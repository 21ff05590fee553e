"""A site that is served while somebody looks: by a process of its own, over HTTP, as a browser asks."""

import http.client
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
from helpers.scored_models import FIVE, write_model

from motionedit_bench.cli import invoke
from motionedit_bench.leaderboard import browsing


@pytest.fixture
def scored(bench, tmp_path):
    preds = tmp_path / "preds"
    for adapter in ("identity", "target"):
        where = ("--bench", str(bench), "--out", str(preds / adapter))
        assert invoke(["run", "-q", "--adapter", adapter, *where]) == 0
    assert invoke(["score", "-q", str(preds), "--metrics", "ssim"]) == 0
    return preds


def ask(address, path="/", host=None):
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=6000)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    content = answer.read().decode(errors="replace")
    connection.close()
    return answer, content


def look_at(process, scored, bench):
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:")
    answer, page = ask(address)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "identity" in page
    assert "resaved" not in page
    assert ask(address, "/site.js")[0].status == 200
    for path in ("/data/", "/../preds/identity/run.json", "/%2e%2e/%2e%2e/secret.js", "//etc/passwd"):
        assert ask(address, path)[0].status == 404
    assert ask(address, "/favicon.ico")[0].status == 204
    assert ask(address, host="elsewhere.example")[0].status == 403
    assert ask(address, host="localhost:1")[0].status == 200  # the other end of a tunnel
    (scored / "identity").rename(scored / "resaved")
    assert any("reload the page" in line for line in process.stderr)
    assert "resaved" in ask(address)[1]
    first = next((bench / "input").iterdir())
    first.rename(bench / "gone")
    with (scored / "target" / "scores.jsonl").open("a") as file:
        file.write("\n")
    assert any("the site stays as it was" in line for line in process.stderr)
    (bench / "gone").rename(first)
    (scored / "target" / "scores.jsonl").write_text("rubbish\n")
    assert any("the site stays as it was" in line for line in process.stderr)
    assert "target" in ask(address)[1]


def test_a_site_is_served_follows_its_scores_and_leaves_nothing(scored, bench, tmp_path):
    place = tmp_path / "temporary"
    place.mkdir()
    (place / "secret.js").write_text("outside")
    command = [sys.executable, "-m", "motionedit_bench", "browse", str(scored), "--no-open"]
    environment = {**os.environ, "TMPDIR": str(place)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, env=environment, text=True, **pipes)
    try:
        look_at(process, scored, bench)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=6000)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert [path.name for path in place.iterdir() if path.name.startswith("mebench")] == []


def test_what_ends_the_process_interrupts_it():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), browsing._ended_as_interrupted():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_a_site_is_made_from_is_looked_at(tmp_path):
    write_model(tmp_path / "preds", "m", dict.fromkeys(FIVE, 50.0))
    before = browsing.state(tmp_path / "preds")
    assert {os.path.basename(path) for path in before} == {"scores.jsonl", "scoring.json"}
    assert browsing.state(tmp_path / "preds" / "m") == before
    with (tmp_path / "preds" / "m" / "scores.jsonl").open("a") as file:
        file.write("\n")
    assert browsing.state(tmp_path / "preds") != before
    (tmp_path / "preds" / "comparisons.jsonl").touch()
    assert str(tmp_path / "preds" / "comparisons.jsonl") in browsing.state(tmp_path / "preds")
    submitted = tmp_path / "board" / "submissions" / "m" / "hash"
    submitted.mkdir(parents=True)
    assert list(browsing.state(tmp_path / "board")) == [str(submitted)]


def test_a_browser_opens_where_there_is_a_screen_alone(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    browsing.open_browser("http://127.0.0.1:1/")
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    browsing.open_browser("http://127.0.0.1:1/")
    assert opened == ["http://127.0.0.1:1/"]


def test_other_pages_may_not_load_what_is_served(tmp_path):
    (tmp_path / "items.js").write_text("mebench.receive(1)")
    with browsing.served(tmp_path) as address:
        answer, _ = ask(address, "/items.js")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_request_that_is_none_and_a_browser_that_goes_away_print_nothing(tmp_path, capfd):
    (tmp_path / "large").write_bytes(bytes(20_000_000))
    with browsing.served(tmp_path) as address:
        assert ask(address, host="[")[0].status == 403
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port)) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            gone.recv(1)
        wait_for_threads()
    assert capfd.readouterr().err == ""


def wait_for_threads():
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=600)


def test_nothing_scored_is_one_line(mebench, tmp_path):
    status, out, err = mebench("browse", tmp_path, "--no-open")
    assert (status, out, err.count("\n")) == (2, "", 1)
