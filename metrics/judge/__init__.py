"""Judges: who or what rates an edit, and how an answer becomes a score or a status."""

KINDS = {
    "reference": "offline, by motion and likeness to the target; no multimodal model, nor a stand-in for one",
    "openai:MODEL": "a model behind OpenAI's API, or any compatible server (--base-url: vLLM, SGLang)",
    "gemini:MODEL": "Google's models, by their OpenAI-compatible endpoint",
    "local:DIR_OR_ID": "an image-text-to-text model of transformers, in this process",
}
"""The forms that ``--judge`` takes."""
