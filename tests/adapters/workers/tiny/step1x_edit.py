"""Builds a tiny random checkpoint of Step1X-Edit: ``python step1x_edit.py CHECKOUT FOLDER``.

The fork counts on Qwen2.5-VL's own number of the token that ends a picture, so the vocabulary is as large.
"""

import sys

sys.path.insert(1, f"{sys.argv[1]}/src")

import parts
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, Step1XEditPipeline, Step1XEditTransformer2DModel

torch.manual_seed(0)
language, processor = parts.qwen_vl(size=151_700, end_of_picture=151_653)
transformer = Step1XEditTransformer2DModel(
    in_channels=16,
    num_layers=1,
    num_single_layers=1,
    attention_head_dim=16,
    num_attention_heads=2,
    joint_attention_dim=32,
    vector_in_dim=768,
    connector_in_channels=32,
    connector_hidden_size=32,
    connector_heads_num=2,
    connector_depth=1,
    axes_dims_rope=(4, 6, 6),
)
parts.awaken(transformer)
Step1XEditPipeline(
    scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
    vae=parts.autoencoder(
        shift_factor=0.1159, scaling_factor=0.3611, use_quant_conv=False, use_post_quant_conv=False
    ),
    text_encoder=language,
    processor=processor,
    transformer=transformer,
).save_pretrained(sys.argv[2])
