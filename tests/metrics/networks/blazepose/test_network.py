"""How the two networks are run together, by stand-ins that know where a person is; and by the real ones."""

import sys
import types

import numpy as np
import pytest
from skimage import data

from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.networks.blazepose import BlazePose, network
from motionedit_bench.metrics.networks.blazepose.detection import anchors


@pytest.fixture(scope="module")
def by_the_real_ones(pose_weights):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEBENCH_CACHE", str(pose_weights))
        return BlazePose()


SHAPES = {"detection": [(2254, 12), (2254, 1)], "landmarks": [(195,), (1,), (256, 256, 1), (64, 64, 39)]}


class StandIn:
    """A network of those shapes. A bright picture has a person, who stands in the middle."""

    def __init__(self, path, num_threads, experimental_op_resolver_type):
        assert (num_threads, experimental_op_resolver_type) == (1, "plain")
        self.kind = "detection" if "detection" in path else "landmarks"
        self.runs = 0

    def allocate_tensors(self):
        pass

    def get_input_details(self):
        return [{"index": 0}]

    def set_tensor(self, index, tensor):
        self.bright = tensor.max() > 0.1
        self.runs += 1

    def invoke(self):
        self.answers = [np.full((1, *shape), -20, np.float32) for shape in SHAPES[self.kind]]
        if self.kind == "detection":
            if self.bright:
                self.answers[1][0, 5] = 3
            middle, above = (np.subtract(place, anchors()[5]) * 224 for place in ((0.5, 0.5), (0.5, 0.2)))
            self.answers[0][0, 5] = [*middle, 20, 20, *middle, *above, 0, 0, 0, 0]
        else:
            points = np.full((39, 5), 4.0)
            points[:, 0], points[:, 1] = 128, np.linspace(100, 150, 39)
            points[33, :2], points[34, :2] = (128, 128), (128, 128 - 256 / 2.5)
            self.answers[0][0] = points.ravel()
            self.answers[1][0] = 0.7 if self.bright else 0.2

    def get_output_details(self):
        return [{"index": k, "shape": one.shape} for k, one in enumerate(self.answers)]

    def get_tensor(self, index):
        return self.answers[index]


@pytest.fixture
def blazepose(monkeypatch, tmp_path):
    module = types.ModuleType("ai_edge_litert.interpreter")
    module.Interpreter = StandIn
    module.OpResolverType = types.SimpleNamespace(BUILTIN_WITHOUT_DEFAULT_DELEGATES="plain")
    monkeypatch.setitem(sys.modules, "ai_edge_litert", types.ModuleType("ai_edge_litert"))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", module)

    def locate(name):
        (tmp_path / name).write_text(name)
        return tmp_path / name

    monkeypatch.setattr(network, "locate", locate)
    return BlazePose()


def test_a_person_in_the_middle(blazepose):
    (found,) = blazepose.people(np.full((100, 200, 3), 230, np.uint8))
    assert found.joints[:, 0] == pytest.approx(99.5, abs=0.01)
    assert found.size == pytest.approx(120, abs=0.01)
    assert found.joints[0, 1] == pytest.approx(49.5 - 28 / 256 * 150, abs=0.01)
    assert found.certainty == pytest.approx(0.7)
    assert found.visibility.min() > 0.98


def test_nobody_in_the_dark(blazepose):
    assert blazepose.people(np.zeros((100, 200, 3), np.uint8)) == []


def test_people_are_remembered_for_a_while(blazepose, monkeypatch):
    monkeypatch.setattr(network, "REMEMBERED", 2)
    pictures = [np.full((20, 20, 3), level, np.uint8) for level in (200, 220, 240)]
    first = blazepose.people(pictures[0])
    assert blazepose.people(pictures[0].copy()) is first
    for picture in pictures[1:]:
        blazepose.people(picture)
    assert blazepose.people(pictures[0]) is not first


def test_the_version_names_the_files_and_the_package(blazepose):
    first, second = blazepose.version().split(", ")[0].removeprefix("blazepose full ").split()
    assert first != second
    assert "ai-edge-litert" in blazepose.version()


def test_without_the_package_poses_are_unavailable(monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(WeightsUnavailable, match=r"pip install 'motionedit-bench\[pose\]'"):
        BlazePose()


def test_without_the_weights_it_says_how_to_get_them():
    pytest.importorskip("ai_edge_litert")
    with pytest.raises(WeightsUnavailable, match="run `mebench weights get pose`"):
        BlazePose()


def test_the_astronauts_joints_are_where_they_are_in_the_picture(by_the_real_ones):
    """Read off the picture by eye: nose, eyes, corners of the mouth, shoulders; pixels of 512."""
    (found,) = by_the_real_ones.people(data.astronaut())
    by_eye = {0: (221, 120), 2: (244, 104), 5: (197, 101), 9: (237, 145), 10: (210, 145)}
    for joint, place in by_eye.items():
        assert np.hypot(*(found.joints[joint] - place)) < 12, joint
    assert found.joints[11, 0] > 270 > 130 > found.joints[12, 0]


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea"])
def test_what_is_nobody_is_nobody(by_the_real_ones, name):
    assert by_the_real_ones.people(getattr(data, name)()) == []
