"""From two feature maps (B, H, W, C) to flow (B, H, W, 2): (dx, dy), in pixels of the map.

Matching and flow are float32 or better whatever the type of the features: bfloat16 cannot tell
neighbouring columns of a wide map apart.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motionedit_bench.metrics.flow.gmflow.backbone import channels_first, channels_last
from motionedit_bench.metrics.flow.gmflow.pieces import piece


class Propagation(nn.Module):
    """Gives each place the flow of places that look alike."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.q_proj = nn.Linear(channels, channels)
        self.k_proj = nn.Linear(channels, channels)

    def everywhere(self, features: Tensor, flow: Tensor) -> Tensor:
        """From the whole map. The key is projected from the query: so the network was trained."""
        query = self.q_proj(features)
        return look_up(query, self.k_proj(query), flow)

    def nearby(self, features: Tensor, flow: Tensor) -> Tensor:
        """From the 3x3 neighbours; those outside the map take part, with score 0 and flow 0."""
        query, key = (project(features).to(flow.dtype) for project in (self.q_proj, self.k_proj))
        products = window_products(query, key, grid_like(flow) - 1, 3)
        weight = (products / features.shape[-1] ** 0.5).softmax(-1)
        return torch.matmul(weight.unsqueeze(-2), neighbours(flow)).squeeze(-2)


def match_everywhere(first: Tensor, second: Tensor) -> Tensor:
    """Flow from each place to where its features are found again, on average, in the whole other map."""
    grid = grid_like(first.to(at_least_float32(first)))
    return look_up(first, second, grid) - grid


def match_nearby(first: Tensor, second: Tensor, radius: int) -> Tensor:
    """The same, among the places not more than ``radius`` away in x and in y."""
    still = torch.zeros_like(first[..., :2], dtype=at_least_float32(first))
    size = 2 * radius + 1
    offsets = grid_like(still.new_empty(1, size, size, 2)).flatten(0, 2) - radius
    goals = grid_like(still).unsqueeze(-2) + offsets
    outside = ((goals < 0) | (goals >= _sides(still))).any(-1)
    scores = correlate(first, second, still, radius).masked_fill_(outside, -torch.inf)
    return scores.softmax(-1) @ offsets


def correlate(first: Tensor, second: Tensor, flow: Tensor, radius: int) -> Tensor:
    """How alike each place of the first map is to the window around its goal in the second.

    Goals lie between places, where the second map is interpolated (bilinear, zero outside). All samples
    of a window lie equally far from the places around them, and a product with an interpolated vector is
    the interpolated product: so whole places are multiplied, once each, and the products interpolated.

    Returns:
        (B, H, W, (2 radius + 1)^2): dot products divided by sqrt(C), row by row.
    """
    goal = grid_like(flow) + flow
    whole = goal.floor()
    size = 2 * radius + 2
    products = window_products(first.to(flow.dtype), second.to(flow.dtype), whole - radius, size)
    products = products.view(*products.shape[:3], size, size)
    x, y = (goal - whole)[..., None, None].unbind(3)
    rows = torch.lerp(products[..., :-1, :], products[..., 1:, :], y)
    found = torch.lerp(rows[..., :-1], rows[..., 1:], x)
    return found.flatten(-2).div_(first.shape[-1] ** 0.5)


def window_products(query: Tensor, key: Tensor, corner: Tensor, size: int) -> Tensor:
    """Dot products of each query with the ``size`` x ``size`` keys right and down from its corner.

    Corners (B, H, W, 2) are whole numbers (x, y); keys outside the map are zero. A row of a window lies
    in one stretch of memory, and is fetched as one.
    """
    count, height, width, channels = query.shape
    padded = F.pad(key, (0, 0, size, size, size, size))
    across, down = width + 2 * size, height + 2 * size
    corner = corner.nan_to_num(0).clamp(min=-size).minimum(_sides(corner)).long() + size
    maps = torch.arange(count, device=key.device)[:, None, None]
    starts = ((maps * down + corner[..., 1]) * across + corner[..., 0]).flatten()
    starts = starts[:, None] + torch.arange(size, device=key.device) * across
    strips = padded.as_strided((count * down * across - size + 1, size * channels), (channels, 1))
    queries = query.reshape(-1, 1, channels)
    products = query.new_empty(len(queries), size * size)
    step = piece(key.device, size * size * channels * key.element_size())
    for rows, some, out in zip(*(torch.split(x, step) for x in (starts, queries, products)), strict=True):
        keys = strips.index_select(0, rows.flatten()).view(len(some), size * size, channels)
        torch.sum(keys.mul_(some), -1, out=out)
    return products.view(count, height, width, size * size)


def look_up(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Softmax attention over the whole map for values (B, H, W, 2), in the type of the values."""
    wide = F.pad(value, (0, key.shape[-1] - value.shape[-1]))
    query, key, wide = (x.to(value.dtype).flatten(1, 2).unsqueeze(1) for x in (query, key, wide))
    found = F.scaled_dot_product_attention(query, key, wide)
    return found[..., : value.shape[-1]].reshape(value.shape)


def warp(features: Tensor, flow: Tensor) -> Tensor:
    """The features that the flow points at: bilinear, zero outside."""
    goal = (grid_like(flow) + flow) * 2 / (_sides(flow) - 1) - 1
    source = channels_first(features).to(flow.dtype)
    found = F.grid_sample(source, goal, mode="bilinear", padding_mode="zeros", align_corners=True)
    return channels_last(found).to(features.dtype)


def neighbours(flow: Tensor) -> Tensor:
    """The flow of the 3x3 places around each, row by row, zero outside: (B, H, W, 9, 2)."""
    count, height, width, _ = flow.shape
    around = F.unfold(channels_first(flow), 3, padding=1).view(count, 2, 9, height, width)
    return around.permute(0, 3, 4, 2, 1)


def grid_like(flow: Tensor) -> Tensor:
    """The coordinates (x, y) of every place, (B, H, W, 2)."""
    count, height, width = flow.shape[:3]
    x = torch.arange(width, dtype=flow.dtype, device=flow.device)
    y = torch.arange(height, dtype=flow.dtype, device=flow.device)[:, None]
    return torch.stack([x.expand(height, width), y.expand(height, width)], -1).expand(count, -1, -1, -1)


def at_least_float32(x: Tensor) -> torch.dtype:
    return torch.promote_types(x.dtype, torch.float32)


def _sides(flow: Tensor) -> Tensor:
    """(W, H), to be compared with coordinates (x, y)."""
    return flow.new_tensor([flow.shape[2], flow.shape[1]])
