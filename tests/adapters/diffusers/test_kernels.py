"""What a manifest says of how a pipeline computes."""

from types import SimpleNamespace

import pytest
import torch
from diffusers import UNet2DConditionModel

from motionedit_bench.adapters.diffusers.kernels import in_use


def test_what_attention_is_computed_with(monkeypatch: pytest.MonkeyPatch) -> None:
    unet = UNet2DConditionModel(
        sample_size=4,
        block_out_channels=(4,),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D",),
        up_block_types=("CrossAttnUpBlock2D",),
        norm_num_groups=2,
        cross_attention_dim=4,
        attention_head_dim=2,
    )
    encoder = SimpleNamespace(config=SimpleNamespace(_attn_implementation="eager"))
    pipeline = SimpleNamespace(components={"unet": unet, "text_encoder": encoder, "tokenizer": object()})
    monkeypatch.setattr(torch.backends.cuda, "flash_sdp_enabled", lambda: False)
    found = in_use(pipeline)
    assert found["attention"] == {"unet": ["AttnProcessor2_0"], "text_encoder": "eager"}
    assert found["sdpa"] == ["efficient", "cudnn", "math"]
    assert found["threads"] == torch.get_num_threads()
    assert (found["torch"], found["backend"], found["deterministic"]) == (torch.__version__, "native", False)
