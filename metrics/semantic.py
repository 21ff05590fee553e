"""How alike two pictures are in what they show: cosines of image embeddings by CLIP and DINO."""

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from motionedit_bench.errors import NotApplicable
from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.embedding import Encoder

Embedding = npt.NDArray[np.float64]


class SemanticMetric(Metric):
    """A metric that rests on image embeddings: the encoder is part of what it measures."""

    encoder: ClassVar[str]

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self._encoder: Encoder = instruments.encoder(self.encoder)
        self.implementation["network"] = self._encoder.version()

    def embeddings(self, comparison: Comparison) -> tuple[Embedding, Embedding, Embedding]:
        """Of input, edit and target at the input's size, each of length 1."""
        scene = comparison.scene
        first, edited, target = map(self._encoder.embed, (scene.input, comparison.edited, scene.target))
        return first, edited, target


class Similarity(SemanticMetric):
    """Cosine of the embeddings of edit and target, -1 to 1, higher is better; 1 for the target.

    In the detail stands what the input itself gets: the level that doing nothing reaches.
    """

    def measure(self, comparison: Comparison) -> Measurement:
        first, edited, target = self.embeddings(comparison)
        return Measurement(cosine(edited, target), {"noop": cosine(first, target)})


class ClipI(Similarity):
    """CLIP-I: similarity of edit and target by CLIP's image embeddings."""

    name = "clip_i"
    encoder = "clip"


class Dino(Similarity):
    """Similarity of edit and target by the class tokens of DINO, DINOv2 or DINOv3."""

    name = "dino"
    encoder = "dino"


class ClipDirection(SemanticMetric):
    """Agreement of the change with the target's: cosine of (edit - input) and (target - input).

    -1 to 1, higher is better: 1 for the target, 0 for doing nothing, which has no direction. The
    embeddings are CLIP's, of length 1. This definition is the harness's own: CLIP's directional
    similarity (Gal et al. 2022) compares the change of pictures with that of two captions, and items
    have no caption of the input.
    """

    name = "clip_dir"
    encoder = "clip"

    def measure(self, comparison: Comparison) -> Measurement:
        first, edited, target = self.embeddings(comparison)
        wanted, made = target - first, edited - first
        if not wanted.any():
            raise NotApplicable("input and target have the same embedding: there is no direction of change")
        lengths = {"change": float(np.linalg.norm(made)), "target_change": float(np.linalg.norm(wanted))}
        return Measurement(cosine(made, wanted), lengths)


def cosine(first: Embedding, second: Embedding) -> float:
    """Cosine of the angle between two vectors, -1 to 1; 0 where either is zero."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.clip(first @ second / lengths, -1, 1)) if lengths else 0.0
