"""BAGEL's program: its attention, and the official code with a tiny checkpoint where that is at hand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.adapters import ADAPTERS, parse_settings
from motionedit_bench.adapters.workers.setup import PROGRAMS
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.running import run as running
from motionedit_bench.running.run import Outcome

ATTENTION = """
import torch
from bagel import attention
torch.manual_seed(0)
lengths = [(5, 9), (4, 4), (1, 7)]
pick = lambda side: [pair[side] for pair in lengths]
ends = lambda side: torch.tensor([0, *pick(side)]).cumsum(0).to(torch.int32)
q, k, v = torch.randn(10, 4, 8), torch.randn(20, 2, 8), torch.randn(20, 2, 8)
for causal in (False, True):
    longest = {"max_seqlen_q": 5, "max_seqlen_k": 9}
    got = attention(q=q, k=k, v=v, cu_seqlens_q=ends(0), cu_seqlens_k=ends(1), causal=causal, **longest)
    q0 = k0 = 0
    for rows, columns in lengths:
        for head in range(4):
            scores = q[q0:q0+rows, head] @ k[k0:k0+columns, head // 2].T / 8 ** 0.5
            for i in range(rows if causal else 0):
                scores[i, columns - rows + i + 1:] = -torch.inf
            want = scores.softmax(-1) @ v[k0:k0+columns, head // 2]
            assert torch.allclose(got[q0:q0+rows, head], want, atol=1e-5), (causal, rows, columns, head)
        q0, k0 = q0 + rows, k0 + columns
"""


@pytest.mark.slow
def test_the_attention_in_place_of_flash_attn_computes_the_same(tmp_path):
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(1, {str(PROGRAMS)!r})\n{ATTENTION}",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr


BAGEL = {name: os.environ.get(f"MEBENCH_BAGEL_{name}") for name in ("REPO", "PYTHON")}


@pytest.mark.skipif(
    not all(BAGEL.values()),
    reason="NOT RUN: BAGEL's official code; name its checkout and a Python that has what it needs by "
    "MEBENCH_BAGEL_REPO and MEBENCH_BAGEL_PYTHON",
)
def test_bagel_edits_by_its_official_code_with_a_tiny_checkpoint(tmp_path, records):
    """Some minutes on a CPU: the official code edits at 512x512 at least, by an autoencoder of fixed size."""
    model = tmp_path / "tiny-bagel"
    builder = Path(__file__).with_name("build_tiny_bagel.py")
    subprocess.run([BAGEL["PYTHON"], builder, BAGEL["REPO"], model], check=True, timeout=300)
    bench = open_benchmark(str(make_benchmark(tmp_path / "bench", count=2, width=128, height=128)))
    made = []
    for out, items in ((tmp_path / "first", bench.items), (tmp_path / "second", bench.items[:1])):
        settings = [
            f"repo={BAGEL['REPO']}",
            f"python={BAGEL['PYTHON']}",
            "steps=3",
            f"log={tmp_path / 'log'}",
        ]
        kind = ADAPTERS.get("bagel")
        adapter = kind(parse_settings(kind.Settings, settings), model=str(model), device="cpu")
        outcome = running.run("bagel", adapter, bench, items, out)
        assert outcome == Outcome(0, len(items), 0), records(out)
        made.append([(out / f"item-{k}.png").read_bytes() for k in range(len(items))])
        assert {(record["width"], record["height"]) for record in records(out)} == {(512, 512)}
    (one, other), (again,) = made
    assert one == again != other
