import numpy as np
import pytest
import torch
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench import alexnet, weights
from motionedit_bench.errors import NotApplicable
from motionedit_bench.files import read_lines
from motionedit_bench.metrics import METRICS, motion_alignment_score
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.flow.base import FlowEstimator
from motionedit_bench.metrics.flow.dis import Dis
from motionedit_bench.metrics.functional.consistency import confidence
from motionedit_bench.metrics.functional.similarity import psnr, ssim
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.perceptual import Lpips

WITHOUT_WEIGHTS = ("mas_confident", "motion_iou", "epe", "still_ssim", "still_psnr")
BY_LPIPS = ("still_lpips", "moved_lpips")
SIZE = (160, 120)
"""Its diagonal is 200 pixels."""


class Known(FlowEstimator):
    """Flows by agreement: 0 between identical pictures, else what was laid down for the second one."""

    name = "dis"

    def __init__(self, flows):
        super().__init__()
        self.flows = flows

    def flow(self, first, second):
        if np.array_equal(first, second):
            return np.zeros((*first.shape[:2], 2), np.float32)
        return self.flows[second.tobytes()]

    def version(self):
        return "known"


def block(dx, dy=0.0):
    """Rows 40..79 and columns 50..99 move: 2,000 of 19,200 pixels."""
    flow = np.zeros((120, 160, 2), np.float32)
    flow[40:80, 50:100] = (dx, dy)
    return flow


FIRST, TARGET, EDITED = (photograph(seed) for seed in (1, 2, 3))


def compare(target_flow, edited_flow, edited=EDITED, back=None):
    """A comparison in which those are the flows."""
    instruments = Instruments("dis")
    flows = {TARGET.tobytes(): target_flow, edited.tobytes(): edited_flow}
    flows[FIRST.tobytes()] = -target_flow if back is None else back
    instruments._estimator = lambda device: Known(flows)
    scene = Scene(Image.fromarray(FIRST), Image.fromarray(TARGET), instruments)
    return Comparison(scene, Image.fromarray(edited)), instruments


def measure(name, comparison, instruments):
    return METRICS.get(name)(instruments).measure(comparison)


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """LPIPS with random convolutions, through the same code."""
    random = torch.Generator().manual_seed(0)
    shapes = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}
    features = {f"{at}.bias": torch.zeros(out) for at, (out, _, _) in shapes.items()}
    for at, (out, inner, side) in shapes.items():
        scale = (2 / (inner * side * side)) ** 0.5
        features[f"{at}.weight"] = torch.randn(out, inner, side, side, generator=random) * scale
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "lpips"))
    monkeypatch.setattr(alexnet, "fetch", lambda: features)
    monkeypatch.setattr(alexnet, "DIGEST", alexnet.digest(features))
    weights.get("lpips")
    return Lpips("cpu")


def test_epe_by_hand():
    found = measure("epe", *compare(block(10), block(7, 4)))  # 5 px of 200
    assert found.value == pytest.approx(2.5)
    assert found.detail["target_motion"] == pytest.approx(5)
    assert found.detail["moved_share"] == pytest.approx(2000 / 19200)


def test_epe_counts_where_the_target_moves_alone():
    edited = block(10)
    edited[:20] = 50
    assert measure("epe", *compare(block(10), edited)).value == 0


def test_motion_iou_by_hand():
    edited = np.roll(block(-3), 25, axis=1)  # half of it overlaps, in another direction
    found = measure("motion_iou", *compare(block(10), edited))
    assert found.value == pytest.approx(1000 / 3000)
    assert found.detail["moved_share"] == found.detail["edit_moved_share"]


def test_the_still_region_alone_counts():
    edited = FIRST.copy()
    edited[40:80, 50:110] = 0  # where the target moves, and where it comes to rest
    comparison, instruments = compare(block(10), block(0.1), edited)
    assert measure("still_ssim", comparison, instruments).value == 1
    found = measure("still_psnr", comparison, instruments)
    assert (found.value, found.detail["capped"]) == (100, True)
    edited[:30] ^= 16
    comparison, instruments = compare(block(10), block(0.1), edited)
    still = comparison.scene.regions.still
    found = measure("still_psnr", comparison, instruments)
    changed_share = still[:30].sum() / still.sum()
    assert found.value == pytest.approx(10 * np.log10(255**2 / (256 * changed_share)))
    assert found.detail["still_share"] == pytest.approx(still.mean())
    assert measure("still_ssim", comparison, instruments).value < 1


def test_lpips_looks_at_its_region_alone(stranger):
    edited = TARGET.copy()
    edited[:38] = 255 - edited[:38]
    edited[90:] = 0
    comparison, instruments = compare(block(10), block(3), edited)
    assert measure("moved_lpips", comparison, instruments).value == 0
    edited = FIRST.copy()
    edited[40:80, 50:110] = 0
    comparison, instruments = compare(block(10), block(3), edited)
    assert measure("still_lpips", comparison, instruments).value == 0
    found = measure("moved_lpips", comparison, instruments)
    assert found.value > 0.01
    assert found.detail["changed_share"] == pytest.approx(40 * 60 / 19200)


def test_lpips_of_a_region_by_its_definition(stranger):
    comparison, instruments = compare(block(10), block(3))
    for name, reference, region in (
        ("still_lpips", FIRST, comparison.scene.regions.still),
        ("moved_lpips", TARGET, comparison.scene.regions.changed),
    ):
        composed = reference.copy()
        composed[region] = EDITED[region]
        expected = stranger.distance_map(composed, reference)[region].mean()
        assert measure(name, comparison, instruments).value == pytest.approx(expected, rel=1e-5)


def test_the_map_of_lpips(stranger):
    """Its mean is near the distance, it is 0 for the same picture, and the largest where they differ."""
    a, b = photograph(5), photograph(6)
    found = stranger.distance_map(a, b)
    assert found.shape == (120, 160)
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(stranger.distance(a, b), rel=0.1)
    assert not stranger.distance_map(a, a).any()
    near = a.copy()
    near[50:60, 70:80] = 255 - near[50:60, 70:80]
    place = np.unravel_index(stranger.distance_map(a, near).argmax(), (120, 160))
    assert np.hypot(place[0] - 55, place[1] - 75) < 20
    with pytest.raises(ValueError, match="one shape"):
        stranger.distance_map(a, a[:, :100])


def test_confident_mas_by_hand():
    """The half of the block that the flow back denies does not count."""
    back = -block(10)
    back[:60] = (90, 0)
    edited = block(10)
    edited[40:60, 50:100] = (0, 30)
    comparison, instruments = compare(block(10), edited, back=back)
    found = measure("mas_confident", comparison, instruments)
    assert found.value == pytest.approx(100, abs=1e-3)
    assert float(motion_alignment_score(edited, block(10))) < 91
    weights = confidence(block(10), back)
    assert found.detail["mean_confidence"] == pytest.approx(weights.mean(), rel=1e-5)
    assert found.detail["mean_confidence_moved"] == pytest.approx(weights[40:80, 50:100].mean(), rel=1e-5)


def test_confident_mas_does_not_ask_the_edits_own_flow():
    """Whether the way back from the edit agrees is of no account: nothing is computed but the way there."""
    calls = []
    comparison, instruments = compare(block(10), block(5))
    known = instruments.flows.estimator
    honest = known.flow
    known.flow = lambda a, b: calls.append(a.tobytes()) or honest(a, b)
    measure("mas_confident", comparison, instruments)
    assert EDITED.tobytes() not in calls


def test_a_target_that_does_not_move_scores_nothing(stranger):
    comparison, instruments = compare(block(0.1), block(10))
    for name in (*WITHOUT_WEIGHTS, *BY_LPIPS):
        with pytest.raises(NotApplicable, match="the target does not move"):
            measure(name, comparison, instruments)


def test_a_target_of_which_all_moves_has_no_still_region(stranger):
    everywhere = np.full((120, 160, 2), 4, np.float32)
    comparison, instruments = compare(everywhere, everywhere)
    for name in ("still_ssim", "still_psnr", "still_lpips"):
        with pytest.raises(NotApplicable, match="leaves 0 % of the picture still, less than 1 %"):
            measure(name, comparison, instruments)
    assert measure("motion_iou", comparison, instruments).value == 1
    assert measure("moved_lpips", comparison, instruments).value > 0


def test_a_target_whose_flow_nothing_confirms_has_no_confident_score():
    comparison, instruments = compare(block(10), block(10), back=block(0) + 60)
    with pytest.raises(NotApplicable, match="nowhere that the target moves is its flow confirmed"):
        measure("mas_confident", comparison, instruments)


def test_regions_of_similarity():
    region = np.zeros((120, 160), bool)
    region[20:30, 20:30] = True
    everywhere = np.ones((120, 160), bool)
    for of in (ssim, psnr):
        assert of(FIRST, EDITED, everywhere) == pytest.approx(of(FIRST, EDITED), abs=1e-9)
        assert of(FIRST, EDITED, region) != pytest.approx(of(FIRST, EDITED), abs=1e-3)
        with pytest.raises(ValueError, match="must have a pixel"):
            of(FIRST, EDITED, region & False)
        with pytest.raises(ValueError, match=r"must be bool \(120, 160\), but got int64"):
            of(FIRST, EDITED, region.astype(np.int64))
        with pytest.raises(ValueError, match=r"but got bool \(119, 160\)"):
            of(FIRST, EDITED, region[1:])
    border = everywhere.copy()
    border[5:-5, 5:-5] = False
    with pytest.raises(ValueError, match="must have a pixel"):
        ssim(FIRST, EDITED, border)


def test_from_benchmark_to_scores(mebench, bench, tmp_path, stranger):
    """Identity keeps what is still, the target is right about what moves, and a blank picture is neither."""
    preds = tmp_path / "preds"
    for name in ("identity", "target"):
        mebench("run", "--adapter", name, "--bench", bench, "--out", preds / name)
    (preds / "blank").mkdir()
    for number in range(4):
        (preds / "blank" / f"item-{number}.png").write_bytes(png(np.full_like(FIRST, 90)))
    names = (*WITHOUT_WEIGHTS, *BY_LPIPS)
    asked = ("--metrics", ",".join(names), "--flow", "dis")
    status, out, _ = mebench("score", preds, "--bench", bench, *asked)
    assert (status, out.splitlines()[-1]) == (0, "rows: 84 ok")

    def values(model):
        found = {name: [] for name in names}
        for row in read_lines(preds / model / "scores.jsonl"):
            assert row["detail"]["flow"] == "dis"
            assert row["detail"]["flow_version"] == Dis().version()
            found[row["metric"]].append(row["value"])
        return {name: np.array(column) for name, column in found.items()}

    identity, target, blank = map(values, ("identity", "target", "blank"))
    assert (identity["still_ssim"] == 1).all()
    assert (identity["still_psnr"] == 100).all()
    assert (identity["still_lpips"] == 0).all()
    assert (identity["motion_iou"] == 0).all()
    assert (identity["mas_confident"] == 0).all()
    assert (identity["epe"] > 0).all()
    assert (target["mas_confident"] == 100).all()
    assert (target["motion_iou"] == 1).all()
    assert (target["epe"] == 0).all()
    assert (target["moved_lpips"] == 0).all()
    assert (target["still_psnr"] > 40).all()
    assert (blank["still_ssim"] < 0.5).all()
    assert (blank["still_lpips"] > target["still_lpips"]).all()
    assert (blank["moved_lpips"] > 0.01).all()


def test_without_weights_the_rows_say_so(mebench, bench, tmp_path, monkeypatch):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    mebench("run", "--adapter", "target", "--bench", bench, "--out", tmp_path / "m")
    status, out, _ = mebench("score", tmp_path / "m", "--metrics", "moved_lpips,epe")
    assert (status, out.splitlines()[-1]) == (1, "rows: 4 unavailable, 4 ok")
