"""Judges: who or what rates an edit, and how an answer becomes a score or a status."""

from typing import Any

from motionedit_bench.registry import Registry

KINDS = {
    "reference": "offline, by motion and likeness to the target; no multimodal model, nor a stand-in for one",
    "openai:MODEL": "a model behind OpenAI's API, or any compatible server (--base-url: vLLM, SGLang)",
    "gemini:MODEL": "Google's models, by their OpenAI-compatible endpoint",
    "local:DIR_OR_ID": "an image-text-to-text model of transformers, in this process",
    "worker:NAME": "official code in an environment of its own: editscore, editreward",
    "worker:NAME=COMMAND": "your own program in any language: docs/worker-protocol.md",
}
"""The forms that ``--judge`` takes."""

COMPUTED: Registry[Any] = Registry("judge")
"""The judges, `base.Judge`, that compute what they say from pictures alone: made of instruments, they record
no answers, and whoever has the pictures can compute their scores again."""
COMPUTED.register("reference", "motionedit_bench.metrics.judge.offline:ReferenceJudge")
