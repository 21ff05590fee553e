"""Train a LoRA of a model on the rewards of its own edits."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from motionedit_bench.cli.group import UnlessNamed, cli
from motionedit_bench.cli.options import bench_option, device_option, model_option, set_option
from motionedit_bench.cli.reward_options import reward_options, reward_request


@cli.group(cls=UnlessNamed, meant="start", short_help="Train a LoRA on rewards of its edits, or export one.")
def train() -> None:
    """Train a LoRA by MotionNFT, on the rewards of the model's own edits; or export one.

    \b
    mebench train --adapter flux_kontext --judge SPEC     train, or go on; the LoRA is in trained/NAME/lora/
    mebench train start --help                            all that it can do
    mebench train export RUN                              the LoRA of a checkpoint
    """


@train.command("start")
@click.option("--adapter", required=True, metavar="NAME", help="flux_kontext or qwen_image_edit.")
@bench_option
@click.option(
    "--not-in", metavar="BENCH", help="Leave out items of this benchmark.  [default: MotionEdit-Bench]"
)
@click.option(
    "--held-out", default=48, show_default=True, type=click.IntRange(0), help="Items to look at alone."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The training's folder.  [default: trained/NAME]"
)
@model_option
@set_option
@click.option("--steps", type=int, metavar="N", help="--recipe steps=N")
@click.option(
    "--recipe",
    "recipe",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting of MotionNFT, such as rank=16 or learning_rate=1e-4; repeatable.",
)
@reward_options
@click.option("--reward-server", metavar="URL", help="Rewards from a `mebench serve-reward`.")
@device_option
@click.option("--dry-run", is_flag=True, help="Say what would be done and what it takes, and do nothing.")
def start(
    adapter: str,
    bench: str | None,
    recipe: tuple[str, ...],
    steps: int | None,
    device: str,
    reward_server: str | None,
    dry_run: bool,
    **options: Any,
) -> int:
    """Train a LoRA of a model; the same command goes on where it stopped.

    Several GPUs: `torchrun --nproc-per-node 8 -m motionedit_bench train ...`.
    """
    from motionedit_bench.training.request import Request, chosen_recipe, own_device

    chosen = chosen_recipe((*recipe, *([f"steps={steps}"] if steps is not None else [])))
    of_model = {"settings": options.pop("assignments")} | {
        name: options.pop(name) for name in ("not_in", "held_out", "model", "out")
    }
    here = own_device(device)
    asked = reward_request(device=here, **options)
    request = Request(adapter, chosen, bench, device=here, **of_model)
    _ = request.made  # a wrong setting is said before the training set is opened
    if dry_run:
        return _say_plan(request)
    with closing(_opened(asked, request, reward_server)) as reward:
        lora = request.run(reward)
    click.echo(f"{lora}: the LoRA; try it: mebench run --adapter {adapter} --lora {lora}")
    return 0


def _say_plan(request: Any) -> int:
    from motionedit_bench.benchmarks import open_benchmark
    from motionedit_bench.training.data import DEFAULT, check_enough
    from motionedit_bench.training.peers import started
    from motionedit_bench.training.plan import plan

    spec = request.bench or DEFAULT
    items = sum(item.target is not None for item in open_benchmark(spec).items)
    check_enough(spec, items, request.held_out)
    for line in plan(request, items - request.held_out, request.held_out, started()):
        click.echo(line)
    return 0


def _opened(asked: Any, request: Any, server: str | None) -> Any:
    from motionedit_bench.rewards.request import check_targets

    check_targets(asked, request.data.items)
    if server is None:
        return asked.open()
    from motionedit_bench.rewards.remote import RemoteReward

    return RemoteReward(server, asked.told(), request.data.benchmark.fingerprint())


@train.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where to.  [default: RUN/lora]")
@click.option("--step", type=int, metavar="N", help="Of this checkpoint.  [default: the last]")
@click.option(
    "--weights",
    type=click.Choice(["ema", "theta", "old"]),
    default="ema",
    show_default=True,
    help="The average that was evaluated, the policy itself, or the one that sampled.",
)
def export(run: Path, out: Path | None, step: int | None, weights: str) -> int:
    """Write the LoRA of a training, as `mebench run --lora` and diffusers' load_lora_weights take it."""
    from motionedit_bench.progress import note
    from motionedit_bench.training.pipelines.lora_file import export_lora

    note(f"wrote {export_lora(run, out, step, weights)}")
    return 0
