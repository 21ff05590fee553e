"""BAGEL's program: its attention."""

import subprocess
import sys

import pytest

from motionedit_bench.workers.setup import PROGRAMS

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
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
