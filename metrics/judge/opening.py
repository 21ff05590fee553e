"""From what the user wrote after ``--judge`` to a judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from motionedit_bench import cache
from motionedit_bench.calls.budget import Budget
from motionedit_bench.calls.pace import Pace
from motionedit_bench.errors import UsageError, unknown_name
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.judge import COMPUTED, KINDS
from motionedit_bench.metrics.judge.asking import AskingJudge
from motionedit_bench.metrics.judge.base import Judge
from motionedit_bench.metrics.judge.ledger import Ledger
from motionedit_bench.metrics.judge.model import Model
from motionedit_bench.metrics.judge.prices import read_prices
from motionedit_bench.metrics.judge.providers import PROVIDERS
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.rubric import Protocol
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.metrics.judge.worker import WorkerJudge, WorkerModel
from motionedit_bench.progress import warn


@dataclass(frozen=True)
class Terms:
    """Under which terms models are asked.

    Attributes:
        base_url: a server in place of the provider's own. device: where local models run.
        pace: how calls are made. budget: what they may cost. prices: a file of prices.
        fields: added to every request to a server. dry_run: nobody will be asked, so that no key is needed.
        today: by which the age of prices is told; ``None`` tells none.
    """

    base_url: str | None = None
    device: str = "auto"
    pace: Pace = field(default_factory=Pace)
    budget: Budget = field(default_factory=Budget)
    prices: Path | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    today: date | None = None


def open_judge(
    spec: str, instruments: Instruments, terms: Terms, protocol: Protocol = "rubric", repeats: int = 1
) -> Judge:
    """The judge of that name; see `motionedit_bench.metrics.judge.KINDS`.

    Raises:
        UsageError: no such judge, no key, no price where one is needed.
        AdapterError: a worker is not set up, or does not start.
        WeightsUnavailable: a local model, or the flow of the reference, cannot be had.
    """
    if spec in COMPUTED:
        computed: Judge = COMPUTED.get(spec)(instruments)
        return computed
    kind, _, name = spec.partition(":")
    if kind == "worker":
        model = WorkerModel(name, terms.device, terms.fields, asked=not terms.dry_run)
        return WorkerJudge(_registered(model), model, repeats)
    return AskingJudge(open_model(spec, terms), protocol, repeats)


def open_model(spec: str, terms: Terms) -> Register:
    """The multimodal model of that name, with the ledger of its answers; see `open_judge`."""
    kind, _, name = spec.partition(":")
    if not name or kind not in (*PROVIDERS, "local"):
        raise unknown_name("judge", spec, KINDS)
    model: Model
    if kind == "local":
        from motionedit_bench.metrics.judge.local import Local

        model = Local(name, terms.device)
    else:
        price = read_prices(terms.prices).get(spec)
        if price is None and terms.budget.max_cost is not None:
            raise UsageError(
                f"--max-cost needs a price of {spec}: add it to a file and give that by --prices"
            )
        if price is not None and terms.today and (told := price.stale(terms.today)):
            warn(f"{spec}: {told}")
        known = PROVIDERS[kind]
        address = known.named(terms.base_url) or (known.address if terms.dry_run else None)
        model = Served(kind, name, address, terms.pace, terms.budget, price, terms.fields)
    return _registered(model)


def _registered(model: Model) -> Register:
    return Register(model, Ledger(cache.directory() / "judgements.sqlite"))
