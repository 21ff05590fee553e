"""Lets code that calls CUDA by name run on the CPU: put this folder into PYTHONPATH.

Every ``cuda`` that reaches PyTorch becomes ``cpu``, and half precision single precision, which the
convolutions of older versions on a CPU need.
"""

import functools

import torch

HALF = torch.float16


def plain(value):
    if isinstance(value, str) and value.startswith("cuda"):
        return "cpu"
    if isinstance(value, torch.device) and value.type == "cuda":
        return torch.device("cpu")
    return torch.float32 if value is HALF else value


def on_the_cpu(function):
    @functools.wraps(function)
    def call(*arguments, **named):
        return function(*map(plain, arguments), **{name: plain(value) for name, value in named.items()})

    return call


torch.cuda.is_available = lambda: True
torch.cuda.current_device = lambda: "cpu"
torch.Tensor.to = on_the_cpu(torch.Tensor.to)
torch.nn.Module.to = on_the_cpu(torch.nn.Module.to)
for name in ("zeros", "ones", "empty", "randn", "tensor", "full", "arange"):
    setattr(torch, name, on_the_cpu(getattr(torch, name)))


class Generator(torch.Generator):
    def __new__(cls, device="cpu"):
        return super().__new__(cls, plain(device))


torch.Generator = Generator
torch.float16 = torch.half = torch.float32
