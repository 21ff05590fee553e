"""Trainings leave cuDNN's attention out while they learn, and put it back."""

import pytest
import torch

from motionedit_bench.training.attention import without_cudnn


@pytest.mark.parametrize("stands", [True, False])
def test_it_is_off_inside_and_as_before_afterwards(stands):
    before = torch.backends.cuda.cudnn_sdp_enabled()
    torch.backends.cuda.enable_cudnn_sdp(stands)
    with without_cudnn():
        assert not torch.backends.cuda.cudnn_sdp_enabled()
    assert torch.backends.cuda.cudnn_sdp_enabled() == stands
    torch.backends.cuda.enable_cudnn_sdp(before)
