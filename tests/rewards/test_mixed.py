"""Rewards beside the rows that `mebench score` writes for the same pictures."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers.pictures import make_benchmark, photograph, png
from helpers.tiny_judge_server import failing, judging, saying
from PIL import Image

from motionedit_bench import api
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.calls.pace import Pace
from motionedit_bench.errors import UsageError, WeightsUnavailable
from motionedit_bench.files import read_lines
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.judge.opening import Terms
from motionedit_bench.records import Item, Picture
from motionedit_bench.rewards.mixture import scale_of
from motionedit_bench.rewards.request import Request, check_targets

METRICS = ("motion_reward", "mas", "motion_gain", "ssim", "psnr", "epe", "still_ssim")
JUDGED = ("fidelity", "overall")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("rewards")


@pytest.fixture(scope="module")
def benchmark(place):
    return open_benchmark(str(make_benchmark(place / "bench", count=2)))


@pytest.fixture(scope="module")
def edits(benchmark):
    """Pictures of each item: the input, a part of the way, another size, noise."""
    made = {}
    for k, item in enumerate(benchmark.items):
        first = photograph(k)
        part = first.copy()
        part[30:90, 41:111] = first[30:90, 40:110]
        smaller = np.asarray(Image.fromarray(part).resize((96, 80)))
        noise = np.random.default_rng(k).integers(0, 256, first.shape, dtype=np.uint8)
        made[item.id] = [first, part, smaller, noise]
    return made


def scored(place, benchmark, edits, **options):
    """The rows of each picture, by (item, number of the picture, metric)."""
    rows = {}
    for number in range(4):
        folder = place / f"preds-{'-'.join(options['metrics'])}" / f"model-{number}"
        folder.mkdir(parents=True)
        for item, pictures in edits.items():
            (folder / f"{item}.png").write_bytes(png(pictures[number]))
        api.score(folder, bench=benchmark.spec, flow="dis", workers=1, **options)
        for row in read_lines(folder / "scores.jsonl"):
            rows[row["item_id"], number, row["metric"]] = row
    return rows


def test_a_reward_is_the_score_of_the_same_picture(place, benchmark, edits):
    rows = scored(place, benchmark, edits, metrics=METRICS)
    rewards = {name: Request(name, flow="dis", device="cpu").open() for name in METRICS}
    seen = 0
    for item in benchmark.items:
        for name, reward in rewards.items():
            for number, found in enumerate(reward.score(item, edits[item.id])):
                row = rows[item.id, number, name]
                assert found.status == row["status"]
                assert found.value == scale_of(name).share(row["value"])
                assert found.terms[name]["value"] == row["value"]
                seen += 1
    assert seen == len(METRICS) * 8


def test_a_mixture_is_made_of_scores_judges_included(place, benchmark, edits):
    rows = scored(
        place, benchmark, edits, metrics=("motion_reward", *JUDGED), judges=("reference",), protocol="digit"
    )
    mixture = "motion=2,judge=1,fidelity=1"
    reward = Request(mixture, flow="dis", judge="reference", device="cpu").open()
    rounded = Request("motion=1", rounded=True, flow="dis", device="cpu").open()
    levels = set()
    for item in benchmark.items:
        found = reward.score(item, edits[item.id])
        for number, one in enumerate(found):
            row = {name: rows[item.id, number, name] for name in ("motion_reward", *JUDGED)}
            smooth = row["motion_reward"]["detail"]["continuous"]
            expected = 0.5 * smooth + 0.25 * row["overall"]["value"] / 5 + 0.25 * row["fidelity"]["value"] / 5
            assert one.value == pytest.approx(expected, abs=1e-15)
            assert json.loads(json.dumps(one.terms)) == one.terms
            (level,) = [r.value for r in rounded.score(item, [edits[item.id][number]])]
            assert level == row["motion_reward"]["value"]
            levels.add(round(5 * level, 9))
    assert levels <= {0, 1, 2, 3, 4, 5}


def test_company_and_threads_change_nothing(benchmark, edits):
    reward = Request("motion,mas", flow="dis", device="cpu").open()
    item, other = benchmark.items
    together = reward.score(item, edits[item.id])
    alone = [reward.score(item, [one])[0] for one in edits[item.id]]
    assert together == alone
    asked = [item, other, item, other]
    with ThreadPoolExecutor(len(asked)) as pool:
        found = list(pool.map(lambda one: reward.score(one, edits[one.id]), asked))
    assert found[0] == found[2] == together
    assert found[1] == found[3] == reward.score(other, edits[other.id])
    reward.close()


def test_edits_of_one_size_share_the_targets_flow(benchmark, edits, monkeypatch):
    seen, flow = [], Dis.flow

    def counted(self, first, second):
        seen.append(first.shape)
        return flow(self, first, second)

    monkeypatch.setattr(Dis, "flow", counted)
    reward = Request("motion", flow="dis", device="cpu").open()
    reward.score(benchmark.items[0], [edits["item-0"][2]] * 3)
    assert seen.count((80, 96, 3)) == 3 + 1
    assert len(seen) == 4  # none at the input's size, where nothing is to be rewarded
    reward.close()


def asking(url, **choices):
    terms = Terms(base_url=url, pace=Pace(concurrency=4, tries=2, backoff=0.01, timeout=300))
    return Request(judge="openai:m", flow="dis", device="cpu", terms=terms, **choices).open()


def test_the_judge_is_asked_one_question_whose_expected_digit_is_the_reward(
    benchmark, edits, tmp_path, monkeypatch
):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    item = benchmark.items[0]
    with judging(lambda asked, before: saying("4", logprobs={"4": -0.2876821, "2": -1.3862944})) as server:
        reward = asking(server.url, mixture="motion=0.5,judge=0.5")
        found = reward.score(item, edits[item.id])
        assert len(server.asked) == 4
        assert "How good is the second picture" in server.asked[0].text
        for one in found:
            assert one.terms["judge"]["value"] == pytest.approx(0.75 * 4 + 0.25 * 2, abs=1e-6)
            motion = one.terms["motion"]["reward"]
            assert one.value == pytest.approx(0.5 * motion + 0.5 * 3.5 / 5, abs=1e-6)
        assert reward.score(item, edits[item.id]) == found
        assert len(server.asked) == 4  # the ledger knows them
        reward.close()


def test_a_judge_that_fails_leaves_no_reward_at_all(benchmark, edits, tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    item = benchmark.items[0]
    replies = iter([saying("4", logprobs={"4": -0.01}), saying("no digit", logprobs={"no": -0.01})])
    with judging(lambda asked, before: next(replies, failing(500))) as server:
        reward = asking(server.url, mixture="motion=0.5,judge=0.5")
        found = reward.score(item, edits[item.id])
        assert sorted(one.status for one in found) == ["failed", "failed", "ok", "unparsed"]
        for one in found:
            assert (one.value is None) == (one.status != "ok")
            assert one.terms["motion"]["reward"] is not None
            assert one.status == "ok" or one.reason.startswith("judge: ")
        reward.close()


def test_an_item_that_cannot_be_looked_at_gives_reasons(edits):
    reward = Request("motion", flow="dis", device="cpu").open()
    picture = photograph(0)

    def gone():
        raise FileNotFoundError(2, "gone", "input.png")

    damaged = Item("damaged", "x", Picture("a", lambda: b"no picture"), Picture("b", lambda: b"x"))
    lost = Item("lost", "x", Picture("c", gone), None)
    targetless = Item("targetless", "x", Picture("d", lambda: png(picture)), None)
    for item, status in ((damaged, "not_applicable"), (lost, "failed"), (targetless, "not_applicable")):
        (one,) = reward.score(item, [picture])
        assert (one.value, one.status) == (None, status)
        assert one.reason
    with pytest.raises(ValueError, match="uint8"):
        reward.score(targetless, [picture.astype(float)])


def test_what_cannot_be_given_is_refused_before_anything_is_done(monkeypatch):
    with pytest.raises(UsageError, match="say who judges, with --judge SPEC"):
        Request("motion=0.5,judge=0.5")
    with pytest.raises(UsageError, match="nothing of --reward motion is judged"):
        Request("motion", judge="reference")
    with pytest.raises(UsageError, match="unknown flow"):
        Request("motion", flow="diss").open()

    def without_weights(self, instruments):
        raise WeightsUnavailable("no weights: fetch them by `mebench weights get`")

    monkeypatch.setattr("motionedit_bench.metrics.motion.Reward.__init__", without_weights)
    with pytest.raises(WeightsUnavailable, match="motion_reward: no weights: fetch them"):
        Request("motion", flow="dis").open()
    item = Item("bare", "x", Picture("a", lambda: b""), None)
    with pytest.raises(UsageError, match="motion, mas needs target pictures, and none of the 1 items"):
        check_targets(Request("motion,mas"), [item])
    check_targets(Request("judge", judge="openai:m"), [item])


def test_facts_say_what_it_is_and_by_which_versions():
    facts = Request("motion,judge", flow="dis", judge="reference", device="cpu").open().facts()
    assert facts["weights"] == {"motion": 0.5, "judge": 0.5}
    assert facts["versions"]["motion"]["flow"] == "dis"
    assert facts["versions"]["motion"]["metric"] == "motion_reward"
    assert json.loads(json.dumps(facts)) == facts
