"""What a replica's edits are computed on: another kind of GPU gives other bytes."""

import os


def device_name(device: str) -> str:
    """The name of the GPU that a device as ``--device`` takes it stands for here; else ``cpu`` or ``mps``.

    Of several GPUs for one replica, the first one.
    """
    if device == "cpu" or not (device == "mps" or os.path.exists("/dev/nvidiactl")):
        return "cpu" if device != "mps" else device
    import torch

    if device == "mps":
        return device
    return torch.cuda.get_device_name(device if ":" in device else 0) if torch.cuda.is_available() else "cpu"
