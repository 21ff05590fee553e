"""Rewards for training: metrics and judges by name and weight, here or behind a server."""
