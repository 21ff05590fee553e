"""Served models in runs: many at once, faults among them, what it costs, and going on."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.images_client import SECRET
from helpers.tiny_editors import gemini, said
from helpers.tiny_images_server import Fault, error
from PIL import Image

from motionedit_bench.adapters.served.base import IN_A_ROW
from motionedit_bench.adapters.served.prices import read_prices
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import AdapterError, UsageError
from motionedit_bench.files import read_lines
from motionedit_bench.running.attempt import item_seed
from motionedit_bench.running.run import run
from motionedit_bench.running.spending import Spent, spent

from .conftest import Api

Mebench = Callable[..., tuple[int, str, str]]


def command(api: Api, bench: Path, out: Path, *more: object) -> tuple[object, ...]:
    settings = [one for setting in api.settings for one in ("--set", setting)]
    return ("run", "--adapter", api.name, "--bench", bench, "--out", out, *settings, *more)


def test_of_eight_at_once_each_item_has_its_own_edit_or_reason(
    api: Api, twelve: Path, tmp_path: Path
) -> None:
    benchmark, out = open_benchmark(str(twelve)), tmp_path / "out"
    bad, sad = benchmark.items[3], benchmark.items[7]
    api.server.faults_of = {bad.instruction: error(400, "not this one")}
    api.server.faults_of[sad.instruction] = (
        said(gemini(finish="NO_IMAGE"))
        if api.name == "gemini_images"
        else error(400, "no", "moderation_blocked" if api.name == "seedream" else None)
    )
    passing = (
        error(429, "slow", Retry_After="0.1"),
        error(500),
        Fault(cut=True),
        Fault(200, b"{..", torn=True),
    )
    api.server.faults = list(passing)
    adapter = api.adapter("concurrency=8")
    outcome = run(api.name, adapter, benchmark, benchmark.items, out)
    assert (outcome.done, outcome.failed) == (10, 2)
    kept = {record["item_id"]: record for record in read_lines(out / "records.jsonl")}
    assert list(kept) == [item.id for item in benchmark.items]
    assert kept[bad.id]["status"] == "failed"
    assert kept[sad.id]["status"] == ("failed" if api.name == "flux_2_pro" else "refused")
    for item in benchmark.items:
        if kept[item.id]["status"] == "ok":
            made = np.asarray(Image.open(out / f"{item.id}.png"))
            assert (made == api.expected(item, item_seed(42, item.id))).all()
    assert sum(record["tries"] for record in kept.values()) == 12 + len(passing)
    assert outcome.spent == spent(out)
    assert outcome.spent.calls == 12 + len(passing)
    assert json.loads((out / "run.json").read_text())["cost"] == {
        "calls": outcome.spent.calls,
        "us_dollars": outcome.spent.us_dollars,
    }
    before = {path.name: path.read_bytes() for path in out.glob("*.png")}
    api.server.faults_of = {}
    api.server.requests.clear()
    again = run(api.name, api.adapter("concurrency=8"), benchmark, benchmark.items, out)
    assert (again.kept, again.done, again.failed) == (10, 2, 0)
    assert len(api.server.requests) == 2
    assert before.items() <= {path.name: path.read_bytes() for path in out.glob("*.png")}.items()
    assert not any(SECRET.encode() in path.read_bytes() for path in out.iterdir())


def test_what_an_outage_hit_is_missing_and_tried_again(gemini_api: Api, twelve: Path, tmp_path: Path) -> None:
    benchmark, out = open_benchmark(str(twelve)), tmp_path / "out"
    bad = benchmark.items[2]
    gemini_api.server.faults_of = {
        item.instruction: error(500, "down") for item in (bad, *benchmark.items[6:])
    }
    with pytest.raises(AdapterError, match="failed for 3 items in a row"):
        run("gemini_images", gemini_api.adapter("retries=0"), benchmark, benchmark.items, out)
    kept = {record["item_id"]: record["status"] for record in read_lines(out / "records.jsonl")}
    ids = [item.id for item in benchmark.items]
    assert kept == {**dict.fromkeys(ids[:6], "ok"), bad.id: "failed"}
    assert spent(out).calls == 6 + IN_A_ROW
    gemini_api.server.faults_of = {item.instruction: error(500, "down") for item in benchmark.items[10:]}
    outcome = run("gemini_images", gemini_api.adapter("retries=0"), benchmark, benchmark.items, out)
    assert (outcome.kept, outcome.done, outcome.failed) == (5, 5, 2)
    last = {record["item_id"]: record["status"] for record in read_lines(out / "records.jsonl")}
    assert last == {**dict.fromkeys(ids[:10], "ok"), **dict.fromkeys(ids[10:], "failed")}


def test_what_it_would_cost_and_what_it_cost(
    bfl_api: Api, twelve: Path, tmp_path: Path, mebench: Mebench
) -> None:
    asked = command(bfl_api, twelve, tmp_path / "out")
    status, out, _ = mebench(*asked, "--dry-run")
    assert status == 0
    assert out.splitlines()[1].startswith("about 0.54 US dollars, 0.045 an edit (https://docs.bfl.ai/")
    assert out.endswith("seen 2026-11-28); 0.00 spent before\n")
    assert bfl_api.server.requests == []
    status, out, err = mebench(*asked, "--max-cost", "0.2")
    assert (status, out) == (2, "")
    assert "over budget: 0.1800 US dollars spent, the next call may bring it to 0.2250" in err
    assert "--max-cost is 0.2; what is edited stays" in err
    assert spent(tmp_path / "out") == Spent(4, 0.18)
    status, _, err = mebench(*asked, "--max-cost", "0.2")  # what was spent before counts
    assert status == 2
    assert "0.1800 US dollars spent" in err
    status, _, err = mebench(*asked, "--max-calls", "5")
    assert status == 2
    assert "over budget: 5 calls were made, --max-calls is 5" in err
    assert len(bfl_api.server.requests) == 5
    status, out, _ = mebench(*asked, "--dry-run")
    assert "would edit 7 of 12 items" in out
    assert out.endswith("; 0.23 spent before\n") or out.endswith("; 0.22 spent before\n")
    status, out, _ = mebench(*asked, "--max-cost", "1")
    assert (status, out) == (
        0,
        f"{tmp_path / 'out'}: 7 edited, 0 failed, 5 there already; "
        "in all 12 calls, 0.54 US dollars as far as prices are known\n",
    )


def test_tries_of_an_item_that_ended_the_run_count(
    seedream_api: Api, twelve: Path, tmp_path: Path, mebench: Mebench
) -> None:
    asked = command(seedream_api, twelve, tmp_path / "out", "--max-calls", "3")
    seedream_api.server.faults = [error(500)] * 3
    for _ in range(2):
        status, _, err = mebench(*asked)
        assert (status, "over budget: 3 calls were made" in err) == (2, True)
    assert len(seedream_api.server.requests) == 3
    assert spent(tmp_path / "out") == Spent(3, 0.0)


def test_merged_shards_cost_what_they_cost_together(
    seedream_api: Api, twelve: Path, tmp_path: Path, mebench: Mebench
) -> None:
    for shard in ("1/2", "2/2"):
        assert mebench(*command(seedream_api, twelve, tmp_path / "out", "--shard", shard))[0] == 0
    assert mebench("merge", tmp_path / "out")[0] == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["cost"] == {
        "calls": 12,
        "us_dollars": 0.36,
    }


def test_limits_need_a_price_and_one_process(
    bfl_api: Api, twelve: Path, tmp_path: Path, mebench: Mebench
) -> None:
    asked = command(bfl_api, twelve, tmp_path / "out", "--model", "flux-9", "--max-cost", "1")
    status, _, err = mebench(*asked)
    assert (status, err.count("\n")) == (2, 1)
    assert "--max-cost needs a price of bfl:flux-9: add it to a file and give that by --prices" in err
    _, out, _ = mebench(*asked[:-2], "--dry-run")
    assert out.endswith("no price of bfl:flux-9 is known; 0 calls were made before\n")
    prices = tmp_path / "prices.toml"
    prices.write_text('["bfl:flux-9"]\nimage = 0.5\nsource = "a list"\nseen = "2026-11-28"\n')
    _, out, _ = mebench(*asked, "--prices", prices, "--dry-run")
    assert "about 6.00 US dollars, 0.5 an edit (a list, seen 2026-11-28)" in out
    status, _, err = mebench(*asked, "--prices", prices, "--workers", "2")
    assert (status, "limits of cost go with one process" in err) == (2, True)
    status, _, err = mebench("run", "--adapter", "shift", "--bench", twelve, "--max-calls", "1")
    assert (status, "shift costs nothing: leave out --max-calls" in err) == (2, True)


@pytest.mark.parametrize(
    "text",
    [
        *("[", '["a:b"]\nimage = 1'),
        *(f'["a:b"]\nimage = {price}\nsource = "x"\nseen = "y"' for price in ("-1", "nan", "inf")),
    ],
)
def test_prices_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(UsageError, match="it needs, for each model, a table"):
        read_prices(tmp_path / "prices.toml")


def test_each_price_says_where_it_stands_and_since_when() -> None:
    for name, price in read_prices().items():
        assert name.partition(":")[0] in ("openai", "gemini", "seedream", "bfl")
        assert price.source.startswith("https://")
        assert price.seen >= "2026-11-28"
        assert 0 < price.image < 1
