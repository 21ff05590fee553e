"""Metrics that compare an edit's motion with the target's."""

from abc import abstractmethod
from typing import Any

from motionedit_bench.errors import ImageError
from motionedit_bench.metrics.base import Measurement, Metric
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.functional.motion_alignment import (
    ALPHA,
    D_MAX,
    EPS,
    RHO_MIN,
    TAU_M,
    Alignment,
    Q,
)
from motionedit_bench.metrics.functional.reward import motion_reward
from motionedit_bench.metrics.instruments import Instruments


class FlowMetric(Metric):
    """A metric that rests on optical flow: estimator and size are part of what it measures."""

    def __init__(self, instruments: Instruments) -> None:
        super().__init__(instruments)
        self.implementation["flow_version"] = instruments.flows.version

    @classmethod
    def choice(cls, instruments: Instruments) -> dict[str, str]:
        return {"flow": instruments.flow, "flow_size": cls.flow_size(instruments)}

    @classmethod
    def flow_size(cls, instruments: Instruments) -> str:
        """The size at which the flows of this metric run: the ``input``'s, unless it says otherwise."""
        return "input"

    def measure(self, comparison: Comparison) -> Measurement:
        """The value, and beside its terms how far the target's flow can be trusted, if that is to be told."""
        found = self.compare(comparison)
        if not self.instruments.tells_trust:
            return found
        return Measurement(found.value, found.detail | trust_terms(comparison.scene))

    @abstractmethod
    def compare(self, comparison: Comparison) -> Measurement:
        """The value for one edit; see `measure`."""


class Mas(FlowMetric):
    """The paper's Motion Alignment Score, 0 to 100, higher is better; see `motion_alignment`."""

    name = "mas"

    @classmethod
    def flow_size(cls, instruments: Instruments) -> str:
        return instruments.flow_size

    def compare(self, comparison: Comparison) -> Measurement:
        at_input = self.flow_size(self.instruments) == "input"
        found = comparison.alignment if at_input else comparison.alignment_at_edited_size
        return Measurement(float(found.score), alignment_terms(found, comparison))


class MasNoop(FlowMetric):
    """The item's MAS of the input itself, without the static rule: the level that doing nothing reaches."""

    name = "mas_noop"

    def compare(self, comparison: Comparison) -> Measurement:
        noop = comparison.scene.noop
        return Measurement(float(noop.unruled), {"d_ovl": float(noop.d_ovl), "d_min": float(noop.d_min)})


class MotionGain(FlowMetric):
    """MAS without the static rule minus `mas_noop`, -100 to 100, higher is better.

    0 for doing nothing, ``100 - mas_noop`` for the target, negative for moving the wrong way.
    """

    name = "motion_gain"

    def compare(self, comparison: Comparison) -> Measurement:
        found, noop = comparison.alignment, comparison.scene.noop
        terms = {"mas_unruled": float(found.unruled), "mas_noop": float(noop.unruled)}
        return Measurement(terms["mas_unruled"] - terms["mas_noop"], terms)


class MotionMagnitude(FlowMetric):
    """Mean motion of the item's target, as a share of the diagonal; it describes the item, not the edit."""

    name = "motion_magnitude"

    def compare(self, comparison: Comparison) -> Measurement:
        return Measurement(float(comparison.scene.motion.mean))


class Reward(FlowMetric):
    """The released code's training reward, 0 to 1 in steps of 0.2; always at the edited image's size."""

    name = "motion_reward"

    @classmethod
    def flow_size(cls, instruments: Instruments) -> str:
        return "edited"

    def compare(self, comparison: Comparison) -> Measurement:
        found = motion_reward(*comparison.flows_at_edited_size)
        terms = ("continuous", "d_mag", "d_dir", "m_move", "d_comb")
        detail: dict[str, Any] = {term: float(getattr(found, term)) for term in terms}
        return Measurement(float(found.reward), detail | _setting(comparison))


def trust_terms(scene: Scene) -> dict[str, Any]:
    """How far the target's flow can be trusted (see `trust`); ``None`` where the flow back cannot be had."""
    try:
        trust = scene.trust
    except ImageError:
        return {"flow_trust": None, "flow_consistent": None}
    return {"flow_trust": trust.value, "flow_consistent": trust.consistent}


def alignment_terms(found: Alignment, comparison: Comparison) -> dict[str, Any]:
    """Every term and constant behind a MAS, so that it can be computed again by hand."""
    return {
        "d_mag": float(found.d_mag),
        "d_dir": float(found.d_dir),
        "d_ovl": float(found.d_ovl),
        "d_min": float(found.d_min),
        "d_max": D_MAX,
        "mean_predicted": float(found.mean_predicted),
        "mean_target": float(found.mean_target),
        "static": bool(found.static),
        "unruled": float(found.unruled),
        "alpha": ALPHA,
        "q": Q,
        "eps": EPS,
        "tau_m": TAU_M,
        "rho_min": RHO_MIN,
    } | _setting(comparison)


def _setting(comparison: Comparison) -> dict[str, Any]:
    return {
        "input_size": list(comparison.scene.input_image.size),
        "edited_size": list(comparison.edited_image.size),
        "stretched": comparison.stretched,
    }
