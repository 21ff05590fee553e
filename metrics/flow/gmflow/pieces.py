"""How much is worked on at a time: what stays in a processor's cache, or what keeps a GPU busy."""

import torch

CACHE = 4 * 2**20
MEMORY = 256 * 2**20


def piece(device: torch.device, bytes_each: int) -> int:
    """How many things of that many bytes make one piece; at least one.

    >>> piece(torch.device("cpu"), 2**20)
    4
    """
    return max(1, (CACHE if device.type == "cpu" else MEMORY) // bytes_each)
