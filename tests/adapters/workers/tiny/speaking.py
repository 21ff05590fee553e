"""A language model of random weights that says one of a few sentences: which one, by all that it is shown.

Two channels of the residual stream are its own: one is alike in every token, and by it all other tokens are
out of the question; one says that a sentence has been said, and by it the end follows.
"""

from typing import Any

import torch

HERE, SAID = 0, 1
"""The channels."""
FAR = 20.0
"""How far from anything that is said another token is, a logit before the scale of the last norm."""
SHARP = 3.0
"""What attention's norms are multiplied by: random attention is else nearly an average over all tokens, and
another picture would not be heard."""


SLOW = 7
"""A channel of a head that turns slowly with the distance."""


def make_speak(model: Any, tokenizer: Any, sentences: list[str]) -> None:
    """Give the tokenizer each sentence as a token, and have the model say one of them, and end."""
    from tokenizers import AddedToken

    tokenizer.add_tokens([AddedToken(one, normalized=False, special=False) for one in sentences])
    said = tokenizer.convert_tokens_to_ids(sentences)
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    language = model.model.language_model
    with torch.no_grad():
        for layer in language.layers:
            for last in (layer.self_attn.o_proj, layer.mlp.down_proj):
                last.weight[[HERE, SAID]] = 0
            for norm, first, sign in (("q_norm", "q_proj", -1), ("k_norm", "k_proj", 1)):
                getattr(layer.self_attn, norm).weight.fill_(SHARP)
                rows = getattr(layer.self_attn, first).weight[SLOW :: layer.self_attn.head_dim]
                rows.zero_()
                rows[:, HERE] = sign * 0.2
            for first in (layer.self_attn.v_proj, layer.self_attn.o_proj):
                torch.nn.init.normal_(first.weight[2:], std=0.5)
        words, heard = language.embed_tokens.weight, model.lm_head.weight
        torch.nn.init.normal_(words)
        words[:, HERE], words[:, SAID] = 4, 0
        words[said, SAID] = 8
        heard.zero_()
        heard[:, HERE] = -FAR
        torch.nn.init.normal_(spoken := torch.empty(len(said), heard.shape[1]))
        heard[said] = spoken
        heard[said, HERE], heard[said, SAID] = 0, -FAR
        heard[end, HERE], heard[end, SAID] = -FAR / 2, FAR
