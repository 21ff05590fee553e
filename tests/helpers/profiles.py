"""Colour profiles (ICC, version 2) made in a moment, and pictures encoded for them by other arithmetic."""

import struct
from collections.abc import Sequence

import numpy as np

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
"""Red, green and blue as XYZ, adapted to D50, as their published profiles have them."""

ADOBE_GAMMA = 563 / 256
WHITE = (0.9642, 1.0, 0.8249)


def to_linear(values: np.ndarray) -> np.ndarray:
    """What a value of sRGB, 0 to 1, stands for in light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


SRGB_CURVE = tuple(round(65535 * float(to_linear(np.array(place / 1023)))) for place in range(1024))


def rgb_profile(primaries: Sequence[Sequence[float]], curve: float | Sequence[int], name: str) -> bytes:
    """A profile of three primaries and one curve: a gamma, or its samples from 0 to 65535."""
    tags = {f"{colour}XYZ": _xyz(value) for colour, value in zip("rgb", primaries, strict=True)}
    tags |= {f"{colour}TRC": _curve(curve) for colour in "rgb"}
    return _profile(b"RGB ", tags, name, b"mntr", b"XYZ ")


def grey_profile(gamma: float, name: str = "Grey") -> bytes:
    return _profile(b"GRAY", {"kTRC": _curve(gamma)}, name, b"mntr", b"XYZ ")


def cmyk_profile(name: str = "Press") -> bytes:
    """A press whose inks are all black: the more of any, the darker; white paper alone is white."""
    grid = [100 * (1 - max(place >> bit & 1 for bit in range(4))) for place in range(16)]
    table = b"".join(bytes((round(2.55 * light), 128, 128)) for light in grid)
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if place % 4 == 0 else 0 for place in range(9)))
    body = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + 4 * identity + table + 3 * identity
    return _profile(b"CMYK", {"A2B0": body}, name, b"prtr", b"Lab ")


def _xyz(value: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * part) for part in value))


def _curve(curve: float | Sequence[int]) -> bytes:
    samples = [round(256 * curve)] if isinstance(curve, int | float) else list(curve)
    return b"curv\0\0\0\0" + struct.pack(f">I{len(samples)}H", len(samples), *samples)


def _profile(space: bytes, tags: dict[str, bytes], name: str, kind: bytes, connection: bytes) -> bytes:
    text = name.encode() + b"\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {"desc": described, "wtpt": _xyz(WHITE), "cprt": b"text\0\0\0\0none\0", **tags}
    place, table, body = 132 + 12 * len(tags), b"", b""
    for tag, content in tags.items():
        content += bytes(-len(content) % 4)
        table += tag.encode() + struct.pack(">II", place + len(body), len(content))
        body += content
    head = struct.pack(">I4sI", 128 + 4 + len(table) + len(body), b"lcms", 0x02400000)
    head += kind + space + connection + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", *(round(65536 * part) for part in WHITE))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def encoded_for(pixels: np.ndarray, primaries: Sequence[Sequence[float]], gamma: float | None) -> np.ndarray:
    """What an sRGB picture is with those primaries and that gamma (sRGB's curve without): float, 0 to 255."""
    light = to_linear(pixels / 255) @ np.array(SRGB) @ np.linalg.inv(np.array(primaries))
    light = np.clip(light, 0, 1)
    if gamma is not None:
        return 255 * light ** (1 / gamma)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
