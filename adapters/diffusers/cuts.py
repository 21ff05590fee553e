"""How much of a prompt a pipeline's networks read."""

from typing import Any

from transformers import CLIPTokenizer

from motionedit_bench.adapters.diffusers.quiet import quiet


def cuts(pipeline: Any, prompt: str) -> dict[str, dict[str, int]]:
    """The CLIP tokenizers of a pipeline that cut this prompt: its ``tokens``, and how many are ``read``.

    CLIP reads 77 tokens, of which two mark start and end; pipelines cut what is beyond without an error.
    """
    found = {}
    with quiet():
        for name, part in pipeline.components.items():
            if isinstance(part, CLIPTokenizer):
                tokens = len(part(prompt, truncation=False).input_ids)
                if tokens > part.model_max_length:
                    found[name] = {"tokens": tokens, "read": part.model_max_length}
    return found
