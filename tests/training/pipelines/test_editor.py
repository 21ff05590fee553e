import numpy as np
import pytest
import torch

from motionedit_bench.images import decode
from motionedit_bench.training.pipelines.families import family_of
from motionedit_bench.training.rollout import edits_of, noise_of

FAMILIES = ("kontext", "qwen", "qwen-plus")
STEPS = 3


def stock_edit(editor, item, noise):
    """What the pipeline itself makes of that noise: its last latents, and its picture."""
    latents = []
    adapter = editor._adapter
    image, size = adapter.fit(decode(item.input.read()))
    call = {**adapter.arguments(), **family_of(type(adapter)).call, **size}
    made = adapter.pipeline(
        prompt=item.instruction,
        image=image,
        latents=noise[None],
        callback_on_step_end=lambda _pipeline, _step, _time, held: latents.append(held["latents"]) or {},
        **call,
    )
    return latents[-1], made.images[0]


@pytest.mark.slow
@pytest.mark.usefixtures("small_inputs")
@pytest.mark.parametrize("family", FAMILIES)
def test_the_rollout_is_the_pipelines_own_edit(edit_with, item, family):
    editor = edit_with(family)
    condition = editor.condition(item)
    made = edits_of(editor, item, condition, [0], STEPS, "test")
    noise = noise_of(editor, condition, item, [0], "test")[0]
    theirs, stock = stock_edit(editor, item, noise)
    assert made.x0.shape == theirs.shape
    assert float((made.x0 - theirs).abs().max()) < 1e-5 * float(theirs.abs().max())
    assert float((made.x0 - noise).abs().max()) > 0.01  # it went somewhere
    [picture] = editor.decode(theirs, condition)
    assert (picture.dtype, picture.shape) == (np.uint8, (stock.height, stock.width, 3))
    assert int(np.abs(picture.astype(int) - np.asarray(stock).astype(int)).max()) <= 1
    assert (stock.width, stock.height) == (80, 64)  # about 96 x 64 pixels, 4 to 3, in multiples of 16
    assert (condition.call["guidance"] is None) == (family != "kontext")


@pytest.mark.slow
@pytest.mark.usefixtures("small_inputs")
@pytest.mark.parametrize("family", ["kontext", "qwen-plus"])
def test_images_of_an_item_do_not_depend_on_their_company(edit_with, item, family):
    editor = edit_with(family)
    condition = editor.condition(item)
    x = noise_of(editor, condition, item, [0, 1, 2], "test")
    t = torch.tensor([1.0, 0.5, 0.25])
    with torch.no_grad():
        together = editor.velocity(x, t, condition)
        alone = [editor.velocity(x[i : i + 1], t[i : i + 1], condition) for i in range(3)]
    assert together.shape == x.shape
    assert torch.allclose(together, torch.cat(alone), atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-3)


def test_what_kontext_is_told(edit_with, item):
    editor = edit_with("kontext")
    condition = editor.condition(item)
    assert condition.grid == (4, 5)
    assert condition.tokens == 20
    ids = condition.call["img_ids"]
    assert ids[:20, 0].eq(0).all()
    assert ids[20:, 0].eq(1).all()
    assert condition.call["guidance"].tolist() == [2.5]
    assert condition.call["encoder_hidden_states"].shape[1] == 128
    assert editor.facts()["call"]["max_sequence_length"] == 128
    sigmas = editor.sigmas(condition, 4)
    assert sigmas[0] == 1
    assert sigmas[-1] == 0
    assert sigmas == sorted(sigmas, reverse=True)
    assert len(sigmas) == 5
    assert sigmas[2] > 0.5  # shifted towards noise


def test_the_gradient_reaches_the_transformer(edit_with, item):
    editor = edit_with("kontext")
    condition = editor.condition(item)
    weight = editor.transformer.transformer_blocks[0].attn.to_q.weight
    weight.requires_grad_(True)
    x = noise_of(editor, condition, item, [0], "test")
    editor.velocity(x, torch.tensor([0.5]), condition).square().mean().backward()
    assert float(weight.grad.abs().sum()) > 0
