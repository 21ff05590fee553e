"""Lets code that calls CUDA by name run on the CPU: put this folder into PYTHONPATH.

Every ``cuda`` that reaches PyTorch becomes ``cpu``, and half precision single precision, which the
convolutions of older versions on a CPU need.
"""

import functools

import torch
from torch.utils._device import _device_constructors

_device_constructors()  # what `with torch.device(...)` looks for; kept from the first call on, hence here
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
        here = {name: plain(value) for name, value in named.items() if name != "pin_memory"}
        return function(*map(plain, arguments), **here)

    return call


torch.cuda.is_available = lambda: True
torch.cuda.is_bf16_supported = lambda *_, **__: True
torch.cuda.current_device = lambda: "cpu"
torch.cuda.set_device = lambda _: None
torch.Tensor.to = on_the_cpu(torch.Tensor.to)
torch.nn.Module.to = on_the_cpu(torch.nn.Module.to)
for name in ("zeros", "ones", "empty", "randn", "tensor", "full", "arange"):
    setattr(torch, name, on_the_cpu(getattr(torch, name)))


class Generator(torch.Generator):
    def __new__(cls, device="cpu"):
        return super().__new__(cls, plain(device))


torch.Generator = Generator


class Autocast(torch.overrides.TorchFunctionMode):
    """What ``torch.autocast("cuda", torch.float32)`` does to linear layers on a GPU, and not on a CPU."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is torch.nn.functional.linear:
            args = [one if one is None else one.to(torch.float32) for one in args]
        return func(*args, **(kwargs or {}))


def autocast(device_type, dtype=None, *, given=torch.autocast, **named):
    if (device_type, dtype) == ("cuda", torch.float32) and not named:
        return Autocast()
    return given(device_type, dtype, **named)


torch.autocast = autocast
torch.float16 = torch.half = torch.float32
