"""The group that every verb joins."""

import click

from motionedit_bench.version import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="mebench")
def cli() -> None:
    """Evaluate motion-centric image editing: run a model, score its edits, compare.

    \b
    mebench demo                                        a tour that needs no weights
    mebench run --adapter flux_kontext                  edit every item of the benchmark
    mebench score preds/                                all metrics, every term and status
    mebench leaderboard preds/                          one row a model, with intervals
    """
