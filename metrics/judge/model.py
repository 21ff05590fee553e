"""What a multimodal model is that can be asked about pictures, and what it is asked."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from motionedit_bench.errors import MebenchError
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.rubric import SCALES, WHOLE, Question
from motionedit_bench.metrics.judge.shown import Shown
from motionedit_bench.surrogates import escaped

Keep = Callable[[Answer], Answer]
"""Puts an answer where it outlives the process, and returns the one that counts."""


def unkept(answer: Answer) -> Answer:
    """Keeps nothing."""
    return answer


class CallFailed(MebenchError):
    """A call brought no answer, also when it was tried again; the text says why."""


@dataclass(frozen=True)
class Call:
    """One question about some pictures, in order; ``repeat`` counts from 0."""

    question: Question
    instruction: str
    pictures: Sequence[Shown]
    repeat: int = 0

    @property
    def text(self) -> str:
        return self.question.about(escaped(self.instruction))

    @property
    def wants_digit(self) -> bool:
        """Whether the answer is one digit, of which the probabilities count."""
        return self.question.name in (*SCALES, WHOLE)


class Model(ABC):
    """A multimodal model that answers questions about pictures.

    Attributes:
        spec: its name as the user gave it.
        concurrency: how many calls it may have under way at once.
    """

    spec: str
    concurrency: int = 1

    @property
    def choice(self) -> dict[str, str]:
        """What the user chose that sets answers apart besides its name: the address, parameters."""
        return {}

    @property
    def versions(self) -> dict[str, str]:
        """What else is known to set answers apart, such as which weights it has."""
        return {}

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """All that an answer depends on besides the call; JSON values, no secret."""

    @abstractmethod
    def ask(self, call: Call, keep: Keep = unkept) -> Answer:
        """One answer, kept before the call counts as ended and another one may take its place.

        Raises:
            CallFailed: none came. OverBudget: the call was not allowed.
        """

    def estimate(self, call: Call) -> tuple[float, float]:
        """About how many tokens that are paid for a call takes, in and out."""
        return 0.0, 0.0

    def dollars(self, tokens_in: float, tokens_out: float) -> float | None:
        """US dollars for so many tokens; ``None`` where no price is known."""
        return 0.0

    def spent(self) -> dict[str, Any]:
        """What calls have cost so far, for manifests; JSON values."""
        return {}

    def close(self) -> None:  # noqa: B027 (most hold nothing)
        """Give back what it holds."""
