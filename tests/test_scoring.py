import json
import shutil

import numpy as np
import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.adapters.baselines import Identity, Resaved, Target
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import ImageError, StorageError, UsageError, WeightsUnavailable
from motionedit_bench.files import Journal, read_lines
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.flow.gmflow import GMFlow
from motionedit_bench.metrics.flow.unimatch import random_checkpoint
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.running.run import run
from motionedit_bench.scoring import score as scoring
from motionedit_bench.scoring.replica import threads

MOTION = ("mas", "motion_gain", "mas_noop", "motion_magnitude")


def rows(folder):
    """The rows that count, by (item, metric)."""
    return {(row["item_id"], row["metric"]): row for row in read_lines(folder / "scores.jsonl")}


def score(bench, *folders, metrics=MOTION, out=None, **choices):
    return scoring.score(open_benchmark(str(bench)), folders, metrics, Instruments(**choices), out)


@pytest.fixture
def preds(bench, tmp_path):
    """The baselines' predictions for the small benchmark."""
    opened = open_benchmark(str(bench))
    for name, adapter in (("identity", Identity()), ("target", Target()), ("resaved", Resaved())):
        run(name, adapter, opened, opened.items, tmp_path / "preds" / name)
    return tmp_path / "preds"


def test_target_is_exactly_100_and_identity_exactly_0(bench, preds):
    tally = score(bench, preds / "identity", preds / "target")
    assert tally == {"ok": 32}
    for item in open_benchmark(str(bench)).items:
        target, identity = rows(preds / "target"), rows(preds / "identity")
        assert target[item.id, "mas"]["value"] == 100.0
        assert identity[item.id, "mas"]["value"] == 0.0
        assert identity[item.id, "motion_gain"]["value"] == 0.0
        noop = identity[item.id, "mas_noop"]["value"]
        assert target[item.id, "motion_gain"]["value"] == pytest.approx(100 - noop, abs=1e-12)
        assert target[item.id, "motion_magnitude"]["value"] > 0


def test_every_term_is_there_and_the_value_follows_from_them(bench, preds):
    score(bench, preds / "resaved")
    row = rows(preds / "resaved")["item-1", "mas"]
    terms = row["detail"]
    assert terms["flow"] == "dis"
    assert terms["flow_size"] == "input"
    assert "opencv" in terms["flow_version"]
    assert terms["d_ovl"] == pytest.approx(0.7 * terms["d_mag"] + 0.3 * terms["d_dir"])
    share = (terms["d_ovl"] - terms["d_min"]) / (terms["d_max"] - terms["d_min"])
    assert terms["unruled"] == pytest.approx(100 * (1 - min(max(share, 0), 1)))
    assert row["value"] == (0.0 if terms["static"] else terms["unruled"])


def test_a_second_scoring_computes_nothing_and_adds_nothing(bench, preds, monkeypatch):
    score(bench, preds / "resaved")
    before = (preds / "resaved" / "scores.jsonl").read_bytes()
    monkeypatch.setattr(Dis, "flow", lambda *_: pytest.fail("computed again"))
    assert score(bench, preds / "resaved") == {"ok": 16}
    assert (preds / "resaved" / "scores.jsonl").read_bytes() == before


def test_a_changed_image_is_scored_again_and_the_last_row_counts(bench, preds):
    score(bench, preds / "resaved")
    shutil.copy(preds / "target" / "item-0.png", preds / "resaved" / "item-0.png")
    before = len(list(read_lines(preds / "resaved" / "scores.jsonl")))
    score(bench, preds / "resaved")
    assert rows(preds / "resaved")["item-0", "mas"]["value"] == 100.0
    assert len(list(read_lines(preds / "resaved" / "scores.jsonl"))) == before + 4


def test_going_back_to_an_earlier_image_revives_its_row(bench, preds):
    folder = preds / "resaved"
    score(bench, folder)
    original = rows(folder)["item-0", "mas"], (folder / "item-0.png").read_bytes()
    shutil.copy(preds / "target" / "item-0.png", folder / "item-0.png")
    score(bench, folder)
    (folder / "item-0.png").write_bytes(original[1])
    score(bench, folder)
    assert rows(folder)["item-0", "mas"] == original[0]


def test_an_interrupted_scoring_goes_on_behind_a_torn_line(bench, preds):
    folder = preds / "resaved"
    score(bench, folder)
    whole = (folder / "scores.jsonl").read_bytes()
    (folder / "scores.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
    score(bench, folder)
    again = (folder / "scores.jsonl").read_bytes()
    assert sorted(again.splitlines()) == sorted(whole.splitlines())


def test_nothing_is_invented(bench, preds):
    """Every way a prediction can be unusable is a row with a status, a reason, and no value."""
    folder = preds / "resaved"
    (folder / "item-0.png").unlink()
    (folder / "records.jsonl").unlink()
    content = (folder / "item-1.png").read_bytes()
    (folder / "item-1.png").write_bytes(content[: len(content) // 2])
    (folder / "item-2.jpg").write_bytes(content)
    tally = score(bench, folder)
    assert tally == {"missing": 4, "corrupt": 8, "ok": 4}
    found = rows(folder)
    assert len(found) == 16
    for (item, _), row in found.items():
        if item != "item-3":
            assert row["value"] is None
    assert found["item-0", "mas"]["reason"] == "no image for this item"
    assert "cannot be decoded" in found["item-1", "mas"]["reason"]
    assert "two files for one id: item-2.jpg, item-2.png" in found["item-2", "mas"]["reason"]


def test_a_failed_edit_keeps_its_reason(bench, preds):
    folder = preds / "resaved"
    with Journal(folder / "records.jsonl") as records:
        records.append({"item_id": "item-0", "status": "failed", "reason": "out of memory"})
        records.append({"item_id": "item-1", "status": "refused", "reason": "policy"})
    (folder / "item-0.png").unlink()
    (folder / "item-1.png").unlink()
    assert score(bench, folder, metrics=("mas",)) == {"failed": 1, "refused": 1, "ok": 2}
    assert "out of memory" in rows(folder)["item-0", "mas"]["reason"]


def test_a_target_without_motion_cannot_be_scored_by_motion(bench, preds):
    shutil.copy(bench / "input" / "item-1.png", bench / "target" / "item-1.png")
    score(bench, preds / "target", metrics=(*MOTION, "ssim"))
    found = rows(preds / "target")
    for metric in ("mas", "motion_gain", "mas_noop"):
        assert found["item-1", metric]["status"] == "not_applicable"
        assert "does not move" in found["item-1", metric]["reason"]
    assert found["item-1", "motion_magnitude"]["value"] == 0.0
    assert found["item-1", "ssim"]["status"] == "ok"


def test_items_without_a_usable_target(bench, preds):
    lines = [json.loads(line) for line in (bench / "metadata.jsonl").read_text().splitlines()]
    del lines[0]["target_file_name"]
    (bench / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (bench / "target" / "item-1.png").write_bytes(b"rubbish")
    score(bench, preds / "identity", metrics=("mas", "psnr"))
    found = rows(preds / "identity")
    for metric in ("mas", "psnr"):
        assert found["item-0", metric]["status"] == "not_applicable"
        assert found["item-0", metric]["reason"] == "the item has no target image"
        assert "an image of the benchmark is unusable" in found["item-1", metric]["reason"]
    assert found["item-2", "mas"]["value"] == 0.0


class NoWeights(Dis):
    def __init__(self, device="auto"):
        raise WeightsUnavailable("no weights here: get them there")


def test_without_weights_those_rows_are_unavailable_and_the_others_go_on(bench, preds):
    instruments = Instruments("dis")
    instruments._estimator = NoWeights
    opened = open_benchmark(str(bench))
    tally = scoring.score(opened, [preds / "resaved"], ("mas", "psnr"), instruments)
    assert tally == {"unavailable": 4, "ok": 4}
    row = rows(preds / "resaved")["item-0", "mas"]
    assert row["reason"] == "no weights here: get them there"
    assert row["detail"] == {"flow": "dis", "flow_size": "input"}
    lines = len(list(read_lines(preds / "resaved" / "scores.jsonl")))
    scoring.score(opened, [preds / "resaved"], ("mas", "psnr"), instruments)
    assert len(list(read_lines(preds / "resaved" / "scores.jsonl"))) == lines
    score(bench, preds / "resaved", metrics=("mas",))
    assert rows(preds / "resaved")["item-0", "mas"]["status"] == "ok"


def test_what_several_metrics_lack_is_said_once(bench, preds, capsys):
    instruments = Instruments("dis")
    instruments._estimator = NoWeights
    scoring.score(open_benchmark(str(bench)), [preds / "resaved"], ("mas", "motion_gain"), instruments)
    assert capsys.readouterr().err.count("get them there") == 1


def test_options_of_another_flow_are_refused():
    with pytest.raises(UsageError, match="flow dis takes no --flow-batch"):
        Instruments("dis", flow_options={"batch": 2})


def test_both_definitions_share_the_flow_where_sizes_are_equal(bench, preds, monkeypatch):
    calls = []
    honest = Dis.flow
    monkeypatch.setattr(Dis, "flow", lambda self, a, b: calls.append(1) or honest(self, a, b))
    assert score(bench, preds / "resaved", metrics=("mas", "motion_reward")) == {"ok": 8}
    assert len(calls) == 4 * 3  # and the target's flow back, for the trust in it


def test_a_metric_that_breaks_or_gives_no_number_is_a_failed_row(bench, preds, monkeypatch):
    monkeypatch.setattr(Dis, "flow", lambda self, a, b: np.full((*a.shape[:2], 2), np.inf, np.float32))
    assert score(bench, preds / "resaved", metrics=("motion_magnitude",)) == {"failed": 4}
    assert "the metric gave" in rows(preds / "resaved")["item-0", "motion_magnitude"]["reason"]
    monkeypatch.setattr(Dis, "flow", lambda self, a, b: {}["no such thing"])
    assert score(bench, preds / "identity", metrics=("mas",)) == {"failed": 4}
    assert "KeyError: 'no such thing'" in rows(preds / "identity")["item-0", "mas"]["reason"]


def test_the_targets_flow_is_computed_once_for_all_models_and_kept(bench, preds, tmp_path, monkeypatch):
    calls = []
    honest = Dis.flow
    monkeypatch.setattr(Dis, "flow", lambda self, a, b: calls.append(1) or honest(self, a, b))
    score(bench, *(preds / name for name in ("identity", "target", "resaved")), store=tmp_path / "flows")
    assert len(calls) == 4 * (2 + 1 + 3)  # per item: target there and back, the input itself, three edits
    calls.clear()
    score(bench, preds / "identity", out=tmp_path / "out", store=tmp_path / "flows")
    assert len(calls) == 4
    kept, fresh = rows(tmp_path / "out" / "identity"), rows(preds / "identity")
    assert {k: row["value"] for k, row in kept.items()} == {k: row["value"] for k, row in fresh.items()}


@pytest.mark.slow
def test_flows_of_several_models_at_a_time_give_the_same_scores(preds, tmp_path, monkeypatch):
    """But for rounding; and an edit whose flow cannot be computed leaves the others theirs."""
    bench = make_benchmark(tmp_path / "one", 1, 128, 96)
    random_checkpoint(tmp_path / "random.pth")
    names = ("identity", "target", "resaved")
    counts = []
    honest = GMFlow.flow

    def counted(network, one, others):
        counts.append(len(others.fine))
        return honest(network, one, others)

    monkeypatch.setattr(GMFlow, "flow", counted)
    values = []
    for batch in (1, 2):
        options = {"weights": tmp_path / "random.pth", "batch": batch}
        folders, out = [preds / name for name in names], tmp_path / str(batch)
        tally = score(bench, *folders, metrics=("mas",), out=out, flow="unimatch", flow_options=options)
        assert tally == {"ok": 3}
        values.append([row["value"] for name in names for row in read_lines(out / name / "scores.jsonl")])
    # the target, there and back, and three edits, of which two may go at a time
    assert counts == [1, 1, 1, 1, 1, 1, 2, 1, 1]
    assert values[0] == pytest.approx(values[1], abs=1e-2)
    assert len(set(values[0])) > 1

    def never_two(network, one, others):
        if len(others.fine) > 1:
            raise ImageError("no finite numbers")
        return honest(network, one, others)

    monkeypatch.setattr(GMFlow, "flow", never_two)
    out = tmp_path / "left to themselves"
    score(bench, *folders, metrics=("mas",), out=out, flow="unimatch", flow_options=options)
    alone = [row["value"] for name in names for row in read_lines(out / name / "scores.jsonl")]
    assert alone == values[0]


def test_damaged_kept_flows_are_computed_again(bench, preds, tmp_path):
    store = tmp_path / "flows"
    score(bench, preds / "target", store=store)
    for path in store.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    score(bench, preds / "target", store=store, out=tmp_path / "out")
    assert rows(tmp_path / "out" / "target")["item-0", "mas"]["value"] == 100.0


def test_rows_and_their_order_do_not_depend_on_the_number_of_workers(bench, preds, tmp_path):
    opened = open_benchmark(str(bench))
    folders = [preds / name for name in ("identity", "target", "resaved")]
    files = []
    for workers in (1, 2, 5):
        out = tmp_path / f"out-{workers}"
        scoring.score(opened, folders, (*MOTION, "ssim", "psnr"), Instruments(), out, threads(workers))
        files.append({name.name: (out / name.name / "scores.jsonl").read_bytes() for name in folders})
    assert files[0] == files[1] == files[2]


def test_a_store_that_cannot_be_written_costs_no_result(bench, preds, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert score(bench, preds / "target", metrics=("mas",), store=tmp_path / "file" / "flows") == {"ok": 4}
    assert capsys.readouterr().err.count("flows are not kept") >= 1


def test_with_out_the_predictions_are_untouched(bench, preds, tmp_path):
    before = {path: path.read_bytes() for path in preds.rglob("*") if path.is_file()}
    score(bench, preds / "identity", out=tmp_path / "out")
    assert {path: path.read_bytes() for path in preds.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in (tmp_path / "out" / "identity").iterdir()) == [
        "scores.jsonl",
        "scoring.json",
    ]


def test_two_scorings_at_once_are_refused(bench, preds):
    with Journal(preds / "identity" / "scores.jsonl"), pytest.raises(StorageError, match="another process"):
        score(bench, preds / "identity")
