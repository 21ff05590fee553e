"""A judge before pairs that people compared."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.errors import ImageError
from motionedit_bench.images import decode
from motionedit_bench.judging.pairs import HumanPair
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge.base import Case, Judge
from motionedit_bench.metrics.judge.estimate import Estimate
from motionedit_bench.parallel import in_order
from motionedit_bench.records import digest
from motionedit_bench.scoring.prefer import about, verdict


def judged(judge: Judge, pairs: Sequence[HumanPair], instruments: Instruments) -> Iterator[dict[str, Any]]:
    """One row for each pair, in their order: what people preferred, and what the judge says in both orders.

    ``pictures`` are hashes of the files: input, a, b.
    ``outcome`` is ``None`` where the judge gave no answer in one order, and where a picture cannot be
    decoded (``corrupt``), which is nobody's fault but the data's.
    """

    def row(pair: HumanPair) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": pair.id,
            "category": pair.category,
            "preferred": pair.preferred,
            **about(judge),
        }
        pictures = [digest(path.read_bytes()) for path in (pair.input, pair.a, pair.b)]
        told |= {"annotators": pair.annotators, "prompt": pair.prompt, "pictures": pictures}
        told |= about(judge)
        try:
            first, second = _cases(pair, instruments)
        except ImageError as error:
            return told | {"orders": [], "outcome": None, "status": "corrupt", "reason": str(error)}
        return told | verdict(judge, first, second)

    at_once = judge.concurrency if judge.asks else 1
    yield from in_order(row, pairs, at_once, None, 2 * at_once, judge.close)


def estimate(judge: Judge, pairs: Sequence[HumanPair], instruments: Instruments) -> Estimate:
    """What that would take; nothing is asked. Pairs whose pictures cannot be decoded are passed over."""

    def cases() -> Iterator[tuple[Case, Case]]:
        for pair in pairs:
            try:
                first, second = _cases(pair, instruments)
            except ImageError:
                continue
            yield from ((first, second), (second, first))

    return judge.estimate_preferences(cases())


def _cases(pair: HumanPair, instruments: Instruments) -> tuple[Case, Case]:
    encoded = pair.input.read_bytes()
    scene = Scene(decode(encoded), None, instruments, encoded)
    return _case(pair, scene, pair.a), _case(pair, scene, pair.b)


def _case(pair: HumanPair, scene: Scene, path: Path) -> Case:
    encoded = path.read_bytes()
    return Case(pair.prompt, Comparison(scene, decode(encoded), encoded))
