"""The estimator `unimatch`, with weights of random numbers."""

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from helpers.pictures import scene
from torch import Tensor

from motionedit_bench.errors import ImageError, UsageError
from motionedit_bench.metrics.flow import FLOWS, unimatch
from motionedit_bench.metrics.flow.gmflow import Features, GMFlow
from motionedit_bench.metrics.flow.gmflow.network import MEAN, STD, normalise
from motionedit_bench.metrics.flow.unimatch import (
    UniMatch,
    free_memory,
    read_weights,
    room,
)


def test_it_is_registered_under_its_name():
    assert FLOWS.get("unimatch") is UniMatch
    assert UniMatch.name == "unimatch"


@pytest.mark.parametrize("size", [(64, 96), (50, 70), (33, 32), (1, 1)])
def test_images_are_padded_with_black_right_and_below_then_normalised(estimator, state, size):
    height, width = size
    first, second = scene(height, width), scene(height, width, dx=3)
    flow = estimator.flow(first, second)
    assert flow.shape == (height, width, 2)
    assert flow.dtype == np.float32
    assert flow.flags.c_contiguous

    black = np.zeros((2, -height % 32 + height, -width % 32 + width, 3))
    black[0, :height, :width], black[1, :height, :width] = first, second
    by_hand = torch.from_numpy((black / 255 - MEAN) / STD).permute(0, 3, 1, 2).float()
    network = GMFlow().eval()
    network.load_state_dict(state)
    with torch.inference_mode():
        wanted = network(by_hand[:1], by_hand[1:])[0, :height, :width].numpy()
    assert np.abs(flow - wanted).max() < 1e-2


def test_normalisation_expects_rgb_in_0_to_255():
    white = normalise(torch.full((1, 3, 2, 2), 255.0))
    assert torch.allclose(white[0, :, 0, 0], (1 - torch.tensor(MEAN)) / torch.tensor(STD))
    assert normalise(torch.zeros(1, 3, 2, 2))[0, 0, 0, 0] < -2


def test_equal_arguments_give_equal_results_in_any_order(estimator, checkpoint):
    images = [scene(40, 60, dx) for dx in (0, 2, 5)]
    there, back = estimator.flow(images[0], images[1]), estimator.flow(images[1], images[0])
    estimator.flow(images[2], images[0])
    assert not np.array_equal(there, back)
    assert np.array_equal(there, estimator.flow(images[0], images[1]))
    assert np.array_equal(back, UniMatch("cpu", checkpoint).flow(images[1], images[0]))


def test_floats_and_bytes_of_equal_value_have_equal_flow(estimator):
    first, second = scene(40, 60), scene(40, 60, dx=2)
    flow = estimator.flow(first.astype(np.float32), second.astype(np.float32))
    assert np.array_equal(flow, estimator.flow(first, second))


def test_the_order_of_the_colours_matters(estimator):
    first, second = scene(40, 60), scene(40, 60, dx=2)
    reversed_ = estimator.flow(first[..., ::-1], second[..., ::-1])
    assert np.abs(reversed_ - estimator.flow(first, second)).mean() > 0.01


def test_features_of_an_image_serve_several_flows(estimator):
    images = [scene(64, 96, dx) for dx in (0, 2, 5)]
    seen = [estimator.features(image) for image in images]
    assert isinstance(seen[0], Features)
    assert seen[0].coarse.shape == (1, 8, 12, 128)
    assert seen[0].fine.shape == (1, 16, 24, 128)
    kept = seen[0].fine.clone()
    for k in (1, 2):
        flow = estimator.flows_between(seen[0], seen[k])[0]
        assert np.array_equal(flow, estimator.flow(images[0], images[k]))
    assert torch.equal(seen[0].fine, kept)


def test_an_input_is_looked_at_once_for_target_and_edits(checkpoint, monkeypatch):
    estimator = UniMatch("cpu", checkpoint)
    seen: list[float] = []
    look = estimator.features
    monkeypatch.setattr(estimator, "features", lambda image: (seen.append(image.mean()), look(image))[1])
    images = [scene(32, 32, dx) for dx in range(4)]
    for k in (1, 2, 3):
        estimator.flow(images[0].copy(), images[k])
    assert seen == [image.mean() for image in images]


def test_flows_in_batches_are_the_flows_one_by_one(estimator, checkpoint, monkeypatch):
    """But for rounding; also where memory has room for fewer at a time than were asked for."""
    first, seconds = scene(40, 60), [scene(40, 60, dx) for dx in (1, 2, 3, 4, 5)]
    singly = np.stack(estimator.flows(first, seconds))
    assert np.array_equal(singly[3], estimator.flow(first, seconds[3]))
    batched = UniMatch("cpu", checkpoint, batch=4)
    counts: list[int] = []
    network = batched._network.flow

    def counted(one: Features, others: Features) -> Tensor:
        counts.append(len(others.fine))
        return network(one, others)

    monkeypatch.setattr(batched._network, "flow", counted)
    assert np.abs(np.stack(batched.flows(first, seconds)) - singly).max() < 1e-2
    assert counts == [4, 1]
    pixels = 64 * 64
    monkeypatch.setattr(unimatch, "free_memory", lambda device: 200_000_000 + 2 * 1_000 * pixels)
    assert np.abs(np.stack(batched.flows(first, seconds)) - singly).max() < 1e-2
    assert counts[2:] == [2, 2, 1]
    assert batched.flows(first, []) == []


def test_threads_take_turns_on_a_gpu(checkpoint, monkeypatch):
    estimator = UniMatch("cpu", checkpoint)
    estimator._turn = unimatch.turns(torch.device("cuda"))
    network, inside, together = estimator._network.flow, [0], []

    def watched(one: Features, others: Features) -> Tensor:
        inside[0] += 1
        together.append(inside[0])
        found = network(one, others)
        inside[0] -= 1
        return found

    monkeypatch.setattr(estimator._network, "flow", watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda dx: estimator.flow(scene(32, 64), scene(32, 64, dx=dx)), range(8)))
    assert together == [1] * 8


def test_bfloat16_is_another_version_with_nearby_numbers(estimator, checkpoint):
    rough = UniMatch("cpu", checkpoint, precision="bfloat16")
    first, second = scene(64, 96), scene(64, 96, dx=2)
    flow, exact = rough.flow(first, second), estimator.flow(first, second)
    assert flow.dtype == np.float32
    assert 0 < np.abs(flow - exact).mean() < 0.25 * np.abs(exact).mean()
    assert rough.version() != estimator.version()


def test_the_version_names_network_weights_library_and_precision(estimator, checkpoint, tmp_path):
    digest = read_weights(checkpoint)[0]
    assert f"weights {digest}" in estimator.version()
    for part in (
        "gmflow-scale2-regrefine6-mixdata",
        f"torch {torch.__version__.partition('+')[0]}",
        "float32",
    ):
        assert part in estimator.version()
    other = torch.load(checkpoint, weights_only=True)
    other["model"]["refine_proj.bias"] += 1
    torch.save(other, tmp_path / "other.pth")
    assert UniMatch("cpu", tmp_path / "other.pth").version() != estimator.version()


def test_wrong_arguments_are_refused(estimator, checkpoint):
    with pytest.raises(ValueError, match="one shape"):
        estimator.flow(scene(32, 32), scene(32, 33))
    with pytest.raises(ValueError, match="must be uint8 or float32"):
        estimator.flow(scene(32, 32).astype(float), scene(32, 32).astype(float))
    with pytest.raises(UsageError, match="at least 1, but got 0"):
        UniMatch("cpu", checkpoint, batch=0)
    with pytest.raises(UsageError, match="unknown precision 'float16'.*bfloat16, float32"):
        UniMatch("cpu", checkpoint, precision="float16")
    with pytest.raises(UsageError, match="cannot use device 'tpu'"):
        UniMatch("tpu", checkpoint)


def test_numbers_that_are_not_finite_are_an_error_not_a_flow(state, tmp_path):
    broken = {
        name: value * (1e38 if name == "refine.flow_head.conv2.weight" else 1)
        for name, value in state.items()
    }
    torch.save({"model": broken}, tmp_path / "broken.pth")
    with pytest.raises(ImageError, match="no finite numbers"):
        UniMatch("cpu", tmp_path / "broken.pth").flow(scene(32, 32), scene(32, 32, dx=2))


def test_what_does_not_fit_in_memory_is_refused_before_it_starts():
    assert room(720, 1280, free=2 * 10**9) == 1
    assert room(720, 1280, free=4 * 10**9) == 4
    told = r"images of 1280x720 pixels needs about 1\.1 GB of memory, and 0\.5 GB are free: use smaller"
    with pytest.raises(ImageError, match=told):
        room(720, 1280, free=500_000_000)
    assert 10**6 < free_memory(torch.device("cpu")) < 10**15


@pytest.mark.slow
@pytest.mark.unmeasured
def test_memory_that_runs_out_on_the_way_is_the_pairs_error_not_a_crash(checkpoint):
    program = f"""
        import resource
        import numpy as np, psutil, torch
        from motionedit_bench.errors import ImageError
        from motionedit_bench.metrics.flow.unimatch import UniMatch

        torch.set_num_threads(1)
        estimator = UniMatch("cpu", {str(checkpoint)!r})
        image = np.random.RandomState(0).randint(0, 256, (640, 640, 3), dtype=np.uint8)
        small = estimator.flow(image[:32, :32], image[32:64, :32])
        held = psutil.Process().memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (held + 100_000_000, resource.RLIM_INFINITY))
        try:
            estimator.flow(image, image[::-1])
        except ImageError as error:
            print(error)
        assert np.array_equal(small, estimator.flow(image[:32, :32], image[32:64, :32]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    assert "between images of 640x640 pixels ran out of memory: use smaller images" in done.stdout
