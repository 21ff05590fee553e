"""Attention inside and between two feature maps, window by window."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motionedit_bench.metrics.flow.gmflow.pieces import piece

EXPANSION = 4
"""How much wider the feed-forward network is than its input."""
APART = -100.0
"""Added to the score of two places that share a shifted window, but not a region of the image."""

Windows = list[tuple[Tensor, Tensor | None]]
"""Windows as places (n, L) in a flattened map, with the region of each place (L) where there are several."""


class Attention(nn.Module):
    """Single-head attention from ``source`` to ``target``, with or without a feed-forward network."""

    def __init__(self, channels: int, feed_forward: bool) -> None:
        super().__init__()
        self.q_proj = nn.Linear(channels, channels, bias=False)
        self.k_proj = nn.Linear(channels, channels, bias=False)
        self.v_proj = nn.Linear(channels, channels, bias=False)
        self.merge = nn.Linear(channels, channels, bias=False)
        self.norm1 = nn.LayerNorm(channels)
        if feed_forward:
            wide = 2 * channels * EXPANSION
            first, last = nn.Linear(2 * channels, wide, bias=False), nn.Linear(wide, channels, bias=False)
            self.mlp = nn.Sequential(first, nn.GELU(), last)
            self.norm2 = nn.LayerNorm(channels)
        self.feed_forward = feed_forward

    def forward(self, source: Tensor, target: Tensor, regions: Tensor | None) -> Tensor:
        attended = attend(self.q_proj(source), self.k_proj(target), self.v_proj(target), regions)
        message: Tensor = self.norm1(self.merge(attended))
        if self.feed_forward:
            message = self.norm2(self.mlp(torch.cat([source, message], -1)))
        message += source
        return message


class Layer(nn.Module):
    """Windows attend to themselves, then to their counterparts in the other map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.self_attn = Attention(channels, feed_forward=False)
        self.cross_attn_ffn = Attention(channels, feed_forward=True)

    def forward(self, maps: Tensor, regions: Tensor | None) -> Tensor:
        """Windows (2 B, n, L, C), the first map's before the second's."""
        tokens = maps.flatten(0, 1)
        others = maps.roll(maps.shape[0] // 2, 0).flatten(0, 1)
        attended = self.self_attn(tokens, tokens, regions)
        crossed: Tensor = self.cross_attn_ffn(attended, others, regions)
        return crossed.view_as(maps)


class Transformer(nn.Module):
    """Makes two feature maps (B, H, W, C) aware of each other; every other layer shifts its windows.

    A layer's windows do not depend on each other, so that each is taken through the whole layer while
    it is in the cache, and no layer needs more memory than the two maps themselves.
    """

    def __init__(self, channels: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(channels) for _ in range(layers))

    def forward(self, first: Tensor, second: Tensor, splits: int) -> tuple[Tensor, Tensor]:
        """With ``splits`` x ``splits`` windows; H and W must be multiples of ``splits``."""
        count, height, width, channels = first.shape
        position = encode_position(height // splits, width // splits, channels, first)
        maps = torch.cat([first, second]) + position.repeat(splits, splits, 1)
        tokens = maps.flatten(1, 2)
        plain = windows(height, width, splits, shifted=False, device=first.device)
        shifted = windows(height, width, splits, shifted=True, device=first.device)
        for number, layer in enumerate(self.layers):
            for places, regions in shifted if number % 2 else plain:
                hidden = 2 * channels * EXPANSION * first.element_size()
                step = piece(first.device, 2 * count * places.shape[1] * hidden)
                for some in torch.split(places, step):
                    tokens[:, some] = layer(tokens[:, some], regions)
        return maps[:count], maps[count:]


def attend(query: Tensor, key: Tensor, value: Tensor, regions: Tensor | None) -> Tensor:
    """Softmax attention of (n, L, C); with ``regions`` (L), hardly any from one region to another."""
    query, key, value = (x.unsqueeze(1) for x in (query, key, value))
    if regions is None:
        return F.scaled_dot_product_attention(query, key, value).squeeze(1)
    step = piece(query.device, regions.numel() * query.element_size())
    attended = []
    for rows, theirs in zip(torch.split(query, step, 2), torch.split(regions, step), strict=True):
        bias = torch.where(theirs[:, None] == regions, 0.0, APART).to(query.dtype)
        attended.append(F.scaled_dot_product_attention(rows, key, value, attn_mask=bias))
    return torch.cat(attended, 2).squeeze(1)


def windows(height: int, width: int, splits: int, shifted: bool, device: torch.device) -> Windows:
    """The places of all windows of a map, those of equal regions together.

    Shifted windows lie half a window further right and down, and wrap around; what was wrapped is
    another region of the image. (Liu et al., Swin Transformer, 2021, section 3.2.)
    """
    down, right = (side // splits // 2 if shifted else 0 for side in (height, width))
    y = torch.arange(down, height + down, device=device)[:, None] % height
    x = torch.arange(right, width + right, device=device) % width
    places = _cut(y * width + x, splits)
    wrapped = _cut(2 * (y < down) + (x < right), splits)
    regions, kinds = torch.unique(wrapped, dim=0, return_inverse=True)
    return [(places[kinds == kind], region if region.any() else None) for kind, region in enumerate(regions)]


def _cut(grid: Tensor, splits: int) -> Tensor:
    height, width = grid.shape
    cut = grid.view(splits, height // splits, splits, width // splits)
    return cut.transpose(1, 2).reshape(splits * splits, -1)


def encode_position(height: int, width: int, channels: int, like: Tensor) -> Tensor:
    """Sines and cosines of the row, then of the column: (height, width, channels).

    As in Carion et al. (DETR, 2020): positions run to 2 pi, wavelengths to 10,000 times that.
    """
    exact = torch.promote_types(like.dtype, torch.float32)
    powers = torch.arange(channels // 4, dtype=exact, device=like.device) * 2 / (channels // 2)
    codes = []
    for side in (height, width):
        along = torch.arange(1, side + 1, dtype=exact, device=like.device) / (side + 1e-6) * 2 * math.pi
        angles = along[:, None] / 10_000**powers
        codes.append(torch.stack([angles.sin(), angles.cos()], -1).flatten(1))
    rows, columns = codes
    shape = (height, width, channels // 2)
    both = [rows[:, None].expand(shape), columns[None].expand(shape)]
    return torch.cat(both, -1).to(like.dtype)
