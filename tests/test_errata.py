import json

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.adapters.baselines import Shift
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errata import errata, errata_of
from motionedit_bench.errors import PredictionsError
from motionedit_bench.running.run import run


def manifest(pipeline="QwenImageEditPlusPipeline", versions=("5.24.0",), corrections=None):
    provenance = {"pipeline": pipeline} | ({"corrections": corrections} if corrections is not None else {})
    return {
        "provenance": provenance,
        "sessions": [{"packages": {"transformers": version} if version else {}} for version in versions],
    }


@pytest.mark.parametrize(
    ("run_json", "wrong"),
    [
        (manifest(), True),
        (manifest("QwenImageEditPipeline"), True),
        (manifest(versions=("4.57.1", "5.0.0rc1")), True),
        (manifest(corrections={}), True),
        (manifest(corrections={"text_encoder": "mm_token_type_ids supplied"}), False),
        (manifest("FluxKontextPipeline"), False),
        (manifest(versions=("4.55.4", "4.57.1")), False),
        (manifest(versions=(None,)), False),
        ({}, False),
        ({"provenance": "odd", "sessions": [1]}, False),
        ({"provenance": {"pipeline": "QwenImageEditPipeline"}, "sessions": [1, {"packages": 5}]}, False),
        ({"provenance": {"pipeline": "QwenImageEditPipeline"}, "sessions": "odd"}, False),
    ],
)
def test_which_runs_saw_their_pictures_at_wrong_positions(run_json, wrong):
    assert [one.name for one in errata(run_json)] == (["picture-positions"] if wrong else [])


def test_a_run_with_a_known_fault_is_not_resumed(tmp_path):
    benchmark = open_benchmark(str(make_benchmark(tmp_path / "bench")))
    out = tmp_path / "out"
    run("shift", Shift(), benchmark, benchmark.items[:2], out)
    path = out / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | manifest()))
    with pytest.raises(
        PredictionsError, match=r"picture at wrong positions: choose another --out, or remove"
    ):
        run("shift", Shift(), benchmark, benchmark.items, out)
    assert len(list(out.glob("*.png"))) == 2


@pytest.mark.parametrize("content", [b"[" * 100_000, b"[1]", b"\xff", b"", b"null"])
def test_a_manifest_that_cannot_be_read_tells_nothing(tmp_path, content):
    (tmp_path / "run.json").write_bytes(content)
    assert errata_of(tmp_path) == ()


def test_old_runs_of_anysd_may_hold_black_pictures():
    old = {"adapter": "anyedit", "provenance": {"device": "cuda"}}
    assert [one.name for one in errata(old)] == ["black-pictures"]
    assert errata({"adapter": "anyedit", "provenance": {"withheld": "refused"}}) == ()
    assert errata({"adapter": "anyedit", "provenance": {}}) == ()
