"""Which kernels of attention a training may use."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def without_cudnn() -> Iterator[None]:
    """Attention by any kernel but cuDNN's, also where a backward pass computes a forward again.

    With PyTorch 2.11 on an H200 the backward pass of FLUX.1 Kontext's attention ended in an illegal memory
    access by it, at every try; without it none did. Elsewhere than on CUDA nothing changes.
    """
    before = torch.backends.cuda.cudnn_sdp_enabled()  # type: ignore[no-untyped-call]
    torch.backends.cuda.enable_cudnn_sdp(False)
    try:
        yield
    finally:
        torch.backends.cuda.enable_cudnn_sdp(before)
