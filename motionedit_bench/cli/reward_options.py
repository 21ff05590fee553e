"""The options of every verb that rewards edits, and the request that they stand for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from motionedit_bench.cli.judge_options import asking_options, terms_of

if TYPE_CHECKING:
    from motionedit_bench.rewards.request import Request

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option(
        "--reward",
        default="motion=0.5,judge=0.5",
        show_default=True,
        metavar="NAME=WEIGHT,...",
        help="`motion` (MotionNFT's), `judge` (one question), or any of `mebench list metrics`.",
    ),
    click.option("--reward-rounded", is_flag=True, help="Give `motion` in the released code's six levels."),
    click.option(
        "--flow", default="unimatch", show_default=True, metavar="NAME", help="See `mebench list flows`."
    ),
    click.option(
        "--flow-weights",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A checkpoint for the flow `unimatch`.  [default: the published one]",
    ),
    click.option(
        "--flow-precision",
        type=click.Choice(["float32", "bfloat16"]),
        help="What the flow `unimatch` computes in; bfloat16 gives other numbers.",
    ),
    click.option(
        "--flow-batch",
        type=click.IntRange(1),
        help="Edits of one item whose flows `unimatch` computes at a time.  [default: 1]",
    ),
    click.option("--judge", metavar="SPEC", help="Who judges: see `mebench list judges`."),
)


def reward_options(command: F) -> F:
    """Give a verb these options, and those that say how judges are asked."""
    command = asking_options(command)
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def reward_request(
    reward: str, reward_rounded: bool, flow: str, judge: str | None, device: str, **options: Any
) -> "Request":
    """What the options ask for; those that it does not name say how flows are computed and judges asked.

    Raises:
        UsageError: the mixture is none, or a judge is missing.
    """
    from motionedit_bench.rewards.request import Request

    flow_options = {
        name: given
        for name in ("weights", "precision", "batch")
        if (given := options.pop(f"flow_{name}")) is not None
    }
    return Request(reward, reward_rounded, flow, flow_options, judge, device, terms_of(device, **options))


def on_device(request: "Request", device: str) -> "Request":
    """The same request with all of its networks on that device."""
    return replace(request, device=device, terms=replace(request.terms, device=device))
