import io
import warnings
from importlib import metadata
from pathlib import Path

import lpips
import numpy as np
import pytest
import torch
from helpers.real_weights import real_weights
from PIL import Image, ImageFilter
from skimage import data
from torch.nn.functional import conv2d, max_pool2d, relu

from motionedit_bench import alexnet, weights
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.networks.perceptual import Lpips, build

ASTRONAUT = Image.fromarray(data.astronaut()).resize((256, 256), Image.Resampling.BICUBIC)


def random_features() -> alexnet.Features:
    random = torch.Generator().manual_seed(0)
    shapes = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}
    features = {}
    for layer, (out, inner, side) in shapes.items():
        scale = (2 / (inner * side * side)) ** 0.5
        features[f"{layer}.weight"] = torch.randn(out, inner, side, side, generator=random) * scale
        features[f"{layer}.bias"] = torch.randn(out, generator=random) * 0.1
    return features


def reference_lpips(features: alexnet.Features, a: np.ndarray, b: np.ndarray) -> float:
    """LPIPS by its definition: unit-length features of five layers, squared differences, weighted."""
    heads = torch.load(
        Path(lpips.__file__).parent / "weights/v0.1/alex.pth", map_location="cpu", weights_only=True
    )

    def layers(image: np.ndarray) -> list[torch.Tensor]:
        x = torch.tensor(image / 127.5 - 1, dtype=torch.float32).permute(2, 0, 1)[None]
        x = (x - torch.tensor([-0.030, -0.088, -0.188]).view(3, 1, 1)) / torch.tensor(
            [0.458, 0.448, 0.450]
        ).view(3, 1, 1)
        found = []
        for layer, stride, padding in [(0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1)]:
            if layer in (3, 6):
                x = max_pool2d(x, 3, 2)
            x = relu(conv2d(x, features[f"{layer}.weight"], features[f"{layer}.bias"], stride, padding))
            found.append(x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10))
        return found

    distances = [
        ((x - y).square() * heads[f"lin{number}.model.1.weight"]).sum(1).mean()
        for number, (x, y) in enumerate(zip(layers(a), layers(b), strict=True))
    ]
    return float(sum(distances))


@pytest.fixture(scope="module")
def network(request):
    """LPIPS with AlexNet's real convolutions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEBENCH_CACHE", str(real_weights(request.config, "lpips")))
        yield Lpips("cpu")


def changed(kind: str) -> np.ndarray:
    if kind == "noise":
        noise = np.random.default_rng(0).normal(0, 15, (256, 256, 3))
        return np.clip(np.rint(np.asarray(ASTRONAUT) + noise), 0, 255).astype(np.uint8)
    if kind == "blur":
        return np.asarray(ASTRONAUT.filter(ImageFilter.GaussianBlur(1)))
    buffer = io.BytesIO()
    ASTRONAUT.save(buffer, "JPEG", quality=30)
    return np.asarray(Image.open(buffer))


@pytest.mark.parametrize(("kind", "known"), [("noise", 0.19), ("blur", 0.17), ("jpeg", 0.05)])
def test_known_distances(network, kind, known):
    assert network.distance(np.asarray(ASTRONAUT), changed(kind)) == pytest.approx(known, abs=0.01)


def test_real_weights_follow_the_definition(network):
    features = alexnet.load(weights.locate("lpips"))
    for kind in ("noise", "blur", "jpeg"):
        expected = reference_lpips(features, np.asarray(ASTRONAUT), changed(kind))
        assert network.distance(np.asarray(ASTRONAUT), changed(kind)) == pytest.approx(expected, abs=1e-5)


def test_identical_is_exactly_zero_and_order_does_not_matter(network):
    image = np.asarray(ASTRONAUT)
    assert network.distance(image, image.copy()) == 0
    assert network.distance(image, changed("noise")) == network.distance(changed("noise"), image)


def test_the_version_names_library_and_weights(network):
    features = alexnet.load(weights.locate("lpips"))
    library = f"lpips {metadata.version('lpips')}, net alex, version 0.1"
    assert network.version() == f"{library}; AlexNet arrays {alexnet.digest(features)[:12]}"


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """LPIPS with random convolutions, through the same code."""
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(alexnet, "fetch", random_features)
    monkeypatch.setattr(alexnet, "DIGEST", alexnet.digest(random_features()))
    weights.get("lpips")
    return Lpips("cpu")


def test_any_weights_follow_the_definition(stranger):
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 256, (2, 61, 47, 3), dtype=np.uint8)
    distance = stranger.distance(a, b)
    assert distance > 0.01
    assert distance == pytest.approx(reference_lpips(random_features(), a, b), rel=1e-4)
    assert stranger.distance(a, a) == 0
    assert stranger.distance(a, b) == stranger.distance(b, a) == distance


def test_nothing_is_printed_and_nothing_warned(stranger, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Lpips("cpu")
        build(random_features())
    assert capsys.readouterr() == ("", "")


def test_the_version_changes_with_the_weights(stranger, monkeypatch):
    other = random_features() | {"0.bias": torch.zeros(64)}
    weights.locate("lpips").unlink()
    monkeypatch.setattr(alexnet, "fetch", lambda: other)
    monkeypatch.setattr(alexnet, "DIGEST", alexnet.digest(other))
    weights.get("lpips")
    assert Lpips("cpu").version() != stranger.version()


def test_wrong_images_are_refused(stranger):
    image = np.zeros((31, 40, 3), np.uint8)
    assert stranger.distance(image, image) == 0
    with pytest.raises(ValueError, match="at least 31 pixels, but got 40x30"):
        stranger.distance(image[:30], image[:30])
    with pytest.raises(ValueError, match="one shape"):
        stranger.distance(image, image[:, :39])
    with pytest.raises(ValueError, match="must be uint8"):
        stranger.distance(image, image.astype(np.float32))


def test_without_weights_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "ours"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(WeightsUnavailable, match="run `mebench weights get lpips`, or put the file"):
        Lpips("cpu")
