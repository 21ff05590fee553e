"""Tiny random checkpoints of the pipelines of 2026; those of the paper's are in `tiny_checkpoints`."""
