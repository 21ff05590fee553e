"""The models' official code, with tiny random checkpoints, where it is set up.

``MEBENCH_OFFICIAL`` names a cache in which ``mebench worker setup`` made environments; for each model found
there its own code edits two pictures on the CPU, twice, which takes some minutes. Two of them call CUDA by
name: their calls are led to the CPU.
"""

from typing import NamedTuple

import pytest
from helpers.official_code import build, by_the_cpu, set_up
from helpers.pictures import make_benchmark

from motionedit_bench.adapters import ADAPTERS, parse_settings
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.running import run as running
from motionedit_bench.running.run import Outcome


class Official(NamedTuple):
    """A model: what is set, the size of its edits of 128x128, whether it calls CUDA by name."""

    name: str
    settings: tuple[str, ...]
    size: tuple[int, int]
    by_cuda: bool = False


MODELS = (
    Official("bagel", ("steps=3",), (512, 512)),
    Official("ultraedit", ("steps=2",), (128, 128)),
    Official("uniworld_v1", ("steps=2", "flux={model}/flux", "siglip={model}/siglip"), (1024, 1024)),
    Official("anyedit", ("steps=2", "base={model}/base"), (512, 512), by_cuda=True),
    Official("step1x_edit", ("steps=2",), (128, 128), by_cuda=True),
)


@pytest.fixture
def edit(tmp_path, records):
    """Edits by a model's official code with a tiny checkpoint; gives the outcome and the records."""

    def call(model, out, count=2, options=()):
        repo, python = set_up(model.name)
        folder = tmp_path / "tiny"
        if not folder.exists():
            build(python, model.name, repo, folder, *options)
        place = tmp_path / "bench"
        if not place.exists():
            make_benchmark(place, count=2, width=128, height=128)
        bench = open_benchmark(str(place))
        runs_by = by_the_cpu(python, tmp_path / "python") if model.by_cuda else python
        own = [setting.format(model=folder) for setting in model.settings]
        kind = ADAPTERS.get(model.name)
        settings = parse_settings(
            kind.Settings, [f"repo={repo}", f"python={runs_by}", f"log={tmp_path / 'log'}", *own]
        )
        device = "cuda" if model.by_cuda else "cpu"
        adapter = kind(settings, model=str(folder), device=device)
        outcome = running.run(model.name, adapter, bench, bench.items[:count], tmp_path / out)
        return outcome, list(records(tmp_path / out))

    return call


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_official_code_edits_with_a_tiny_checkpoint_twice_the_same(model, edit, tmp_path):
    outcome, made = edit(model, "first")
    assert outcome == Outcome(0, 2, 0), made
    assert {(record["width"], record["height"]) for record in made} == {model.size}
    outcome, made = edit(model, "again", count=1)
    assert outcome == Outcome(0, 1, 0), made
    first = [(tmp_path / "first" / f"item-{k}.png").read_bytes() for k in range(2)]
    assert (tmp_path / "again" / "item-0.png").read_bytes() == first[0] != first[1]


@pytest.mark.slow
def test_what_its_safety_checker_withholds_is_refused(edit):
    (model,) = (one for one in MODELS if one.name == "anyedit")
    outcome, (record,) = edit(model, "out", count=1, options=["--withhold"])
    assert outcome == Outcome(0, 0, 1)
    assert (record["status"], record["reason"]) == (
        "refused",
        "the model's safety checker withheld the picture",
    )
