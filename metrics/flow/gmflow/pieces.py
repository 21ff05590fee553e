"""How much is worked on at a time: what stays in a processor's cache, or what keeps a GPU busy."""

import torch

CACHE = 16 * 2**20
"""Also below what the C library gives back to the system each time, and then has to get again."""
MEMORY = 256 * 2**20


def piece(device: torch.device, bytes_each: int) -> int:
    """How many things of that many bytes make one piece; at least one.

    >>> piece(torch.device("cpu"), 2**20)
    16
    """
    return max(1, (CACHE if device.type == "cpu" else MEMORY) // bytes_each)
