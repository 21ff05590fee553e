import numpy as np
import pytest
import torch

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.networks.network import batch, exact, place


def test_auto_is_a_gpu_where_there_is_one():
    assert place("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert place("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:99"])
def test_a_device_that_is_not_here_is_refused(name):
    with pytest.raises(UsageError, match=f"cannot use device '{name}' .*: use auto, cpu or cuda") as caught:
        place(name)
    assert "\n" not in str(caught.value)


def test_a_batch_keeps_range_and_order():
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    for given in (image, image[::-1][::-1], image.astype(np.float32)):
        tensor = batch(given, torch.device("cpu"))
        assert tensor.dtype == torch.float32
        assert tensor.shape == (1, 3, 2, 4)
        assert tensor[0, 2, 1, 3] == image[1, 3, 2] == 23


def test_inference_leaves_pytorch_as_it_was():
    before = torch.backends.cudnn.deterministic
    with exact():
        assert torch.is_inference_mode_enabled()
        assert torch.backends.cudnn.deterministic
    assert not torch.is_inference_mode_enabled()
    assert torch.backends.cudnn.deterministic == before
