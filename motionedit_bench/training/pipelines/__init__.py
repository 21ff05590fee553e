"""Pipelines of diffusers, unchanged, taken apart for training, and LoRAs put where these find them."""
