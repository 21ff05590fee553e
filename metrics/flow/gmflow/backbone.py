"""A convolutional network that turns an image into features at 1/4 and 1/8 of its size."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = 128
EPS = 1e-5


@dataclass(frozen=True)
class Features:
    """What the network keeps of an image, whatever image it is compared with later.

    Attributes:
        coarse: (B, H/8, W/8, 128). fine: (B, H/4, W/4, 128).
    """

    coarse: Tensor
    fine: Tensor


def normalise(x: Tensor) -> Tensor:
    """Instance normalisation: every channel of every image to mean 0 and variance 1."""
    x = x - x.mean((2, 3), keepdim=True)
    return x.mul_(x.square().mean((2, 3), keepdim=True).add_(EPS).rsqrt_())


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        changes = stride != 1 or inputs != outputs
        self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride)) if changes else None

    def forward(self, x: Tensor) -> Tensor:
        y = normalise(self.conv1(x)).relu_()
        y = normalise(self.conv2(y)).relu_()
        if self.downsample is not None:
            x = normalise(self.downsample(x))
        return y.add_(x).relu_()


class SharedConvolution(nn.Module):
    """One 3x3 kernel, applied at full and at half resolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Conv2d(channels, channels, 3).weight

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return F.conv2d(x, self.weight, padding=1), F.conv2d(x, self.weight, stride=2, padding=1)


class Backbone(nn.Module):
    """Normalised images (B, 3, H, W), H and W multiples of 8, to `Features`."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.layer1 = nn.Sequential(ResidualBlock(64, 64, 1), ResidualBlock(64, 64, 1))
        self.layer2 = nn.Sequential(ResidualBlock(64, 96, 2), ResidualBlock(96, 96, 1))
        self.layer3 = nn.Sequential(ResidualBlock(96, 128, 1), ResidualBlock(128, 128, 1))
        self.conv2 = nn.Conv2d(128, CHANNELS, 1)
        self.trident_conv = SharedConvolution(CHANNELS)

    def forward(self, images: Tensor) -> Features:
        x = normalise(self.conv1(images)).relu_()
        x = self.layer3(self.layer2(self.layer1(x)))
        fine, coarse = self.trident_conv(self.conv2(x))
        return Features(channels_last(coarse), channels_last(fine))


def channels_last(x: Tensor) -> Tensor:
    """(B, C, H, W) to (B, H, W, C)."""
    return x.permute(0, 2, 3, 1).contiguous()


def channels_first(x: Tensor) -> Tensor:
    """(B, H, W, C) to (B, C, H, W), in the memory format that convolutions are quickest on."""
    return x.permute(0, 3, 1, 2)
