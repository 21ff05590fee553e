"""Everything brought from a hub on loopback; then, with no hub and no sockets, the commands themselves."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet
import pytest
from helpers.pictures import make_benchmark
from helpers.tiny_checkpoints import build_clip, build_judge, build_kontext
from helpers.tiny_hub import TinyHub

TESTS = Path(__file__).resolve().parents[1]
WANTED = (
    *("prefetch", "--bench", "org/bench", "--adapters", "flux_kontext", "--metrics", "mas,clip_i"),
    *("--judge", "local:org/judge", "--judge", "reference"),
)

COMMANDS = """
import json, sys
from motionedit_bench.cli import invoke
for arguments in json.loads(sys.argv[1]):
    print(">", *arguments, flush=True)
    print("=", invoke(arguments), flush=True)
"""


def data_set(folder, bench):
    """The benchmark as a data set of the hub has it."""
    rows = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()][:1]
    (folder / "data").mkdir(parents=True)

    def pictures(field):
        return [{"bytes": (bench / row[field]).read_bytes(), "path": None} for row in rows]

    table = {
        "id": [row["id"] for row in rows],
        "prompt": [row["prompt"] for row in rows],
        "input_image": pictures("file_name"),
        "target_image": pictures("target_file_name"),
    }
    arrow.parquet.write_table(arrow.table(table), folder / "data" / "train-00000-of-00001.parquet")
    return folder


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Runs command lines in one process, and gives each one's status and all that was said."""
    root = tmp_path_factory.mktemp("node")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "AWS_"))}
    log = root / "attempts"
    home = {"HF_HOME": str(root / "home"), "MEBENCH_CACHE": str(root / "cache"), "NO_NETWORK_LOG": str(log)}

    def run(*commands, **environment):
        log.write_text("")
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS, json.dumps([list(map(str, one)) for one in commands])],
            env={**inherited, **home, "NO_PROXY": "127.0.0.1", **environment},
            capture_output=True,
            text=True,
            cwd=root,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        statuses = [int(line[2:]) for line in done.stdout.splitlines() if line.startswith("= ")]
        return statuses, done.stdout, done.stderr, log.read_text()

    return run


OFFLINE = {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(TESTS / "helpers" / "no_network")}


@pytest.fixture(scope="module")
def prefetched(node, tmp_path_factory):
    root = tmp_path_factory.mktemp("hub")
    hub = TinyHub(
        {
            "org/bench": data_set(root / "bench", make_benchmark(root / "folder", 1)),
            "black-forest-labs/FLUX.1-Kontext-dev": build_kontext(root / "kontext"),
            "openai/clip-vit-base-patch32": build_clip(root / "clip"),
            "org/judge": build_judge(root / "judge"),
        }
    )
    found = node((*WANTED, "--dry-run"), WANTED, (*WANTED, "--dry-run"), HF_ENDPOINT=hub.url)
    hub.server.shutdown()
    hub.server.server_close()
    return found, hub.url


@pytest.mark.slow
def test_what_is_missing_is_told_and_brought(prefetched):
    (statuses, out, err, _), _ = prefetched
    assert statuses == [1, 0, 0], out + err
    first, second, third = out.split("> ")[1:]
    assert first.count("to fetch") == 4
    assert "MB" in first or "kB" in first
    assert "to fetch" not in second + third
    assert "HF_HUB_OFFLINE=1 HF_HOME=" in third
    assert max(map(len, first.splitlines()[2:])) <= 80


@pytest.mark.slow
def test_then_no_command_asks_anybody_and_what_was_not_brought_is_one_line(prefetched, node):
    _, url = prefetched
    run = ("run", "--adapter", "flux_kontext", "--bench", "org/bench", "--set", "steps=1")
    score = ("score", "preds", "--flow", "dis", "--metrics", "mas,clip_i,fidelity")
    statuses, out, err, attempts = node(
        ("list",),
        ("doctor",),
        (*WANTED, "--dry-run"),
        (*run, "--out", "preds/flux"),
        ("validate", "preds"),
        (*score, "--judge", "local:org/judge"),
        ("leaderboard", "preds"),
        ("run", "--adapter", "identity", "--bench", "org/other", "--out", "o"),
        ("run", "--adapter", "instruct_pix2pix", "--bench", "org/bench", "--out", "o"),
        (*score, "--judge", "local:org/nobody"),
        HF_ENDPOINT=url,
        **OFFLINE,
    )
    assert attempts == "", out + err
    assert "Traceback" not in err
    assert statuses[:7] == [0, 0, 0, 0, 0, 1, 0], out + err  # the scoring has a gap:
    assert "1 edited, 0 failed" in out
    assert re.search(r"rows: 2 ok, 1 (unparsed|failed)", out), out  # the tiny judge talks nonsense
    assert statuses[7:] == [2, 2, 2]
    assert "run `mebench prefetch --bench org/other` where there is a network" in err
    told = [line for line in err.splitlines() if line.startswith("mebench: ") and "HF_HUB_OFFLINE" in line]
    assert len(told) == 3, err
    for brings in ("--bench org/other", "--adapters instruct_pix2pix", "--judge local:org/nobody"):
        assert sum(f"`mebench prefetch {brings}` " in line for line in told) == 1, err


def test_the_guard_sees_who_asks():
    import_and_ask = "import socket; socket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run(
        [sys.executable, "-c", import_and_ask],
        env={**os.environ, **OFFLINE, "NO_NETWORK_LOG": os.devnull},
        capture_output=True,
        text=True,
    )
    assert "ConnectionRefusedError: no network: socket." in done.stderr
