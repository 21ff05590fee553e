"""What can be brought, and what cannot."""

import pytest

from motionedit_bench import hub
from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks import embedding
from motionedit_bench.prefetching.bringing import bring, look
from motionedit_bench.prefetching.plan import Plan


def test_a_served_model_is_never_here():
    adapters = ("shift", "gemini_images", "flux_2_pro")
    found = {one.need.name: one.state for one in look(Plan(adapters=adapters).needs())}
    served = "needs a network each time"
    assert found == {"shift": "here", "gemini_images": served, "flux_2_pro": served}


ABSENT = """
from motionedit_bench.adapters import Adapter, Settings
from motionedit_bench.hub import HubUnreachable

class AbsentSettings(Settings):
    steps: int = 1

class Absent(Adapter):
    Settings = AbsentSettings
    default_model = "org/absent"

    def load(self):
        raise HubUnreachable("org/absent is not on this machine")

    def edit(self, item, seed):
        raise NotImplementedError
"""


@pytest.mark.parametrize("offline", [True, False])
def test_a_run_says_by_which_command_a_missing_model_is_brought(
    mebench, tmp_path, monkeypatch, bench, offline
):
    monkeypatch.setattr(hub, "is_offline", lambda: offline)
    (tmp_path / "mine.py").write_text(ABSENT)
    adapter = f"{tmp_path / 'mine.py'}:Absent"
    command = ("run", "--adapter", adapter, "--model", "org/a", "--set", "steps=2", "--bench", bench)
    status, _, err = mebench(*command, "--out", tmp_path / "out")
    assert status == 2
    said = f"; `mebench prefetch --adapters {adapter} --model org/a --set steps=2` brings it where there is a"
    assert (said in err) == offline
    assert err.splitlines()[-1].startswith("mebench: org/absent is not on this machine")


def test_encoders_say_so_too_where_they_are_the_usual_ones(monkeypatch):
    def fetch(*_):
        raise hub.HubUnreachable("it is not on this machine")

    monkeypatch.setattr(hub, "is_offline", lambda: True)
    monkeypatch.setattr(embedding, "fetch", fetch)
    with pytest.raises(WeightsUnavailable, match="; `mebench prefetch --metrics dino` brings it"):
        Instruments().encoder("dino")
    with pytest.raises(WeightsUnavailable, match=r"machine \(--clip-model\)$"):
        Instruments(clip_model="org/other").encoder("clip")


@pytest.fixture
def bare(monkeypatch):
    """A machine on which no repository of the hub is."""

    def snapshot(repository, *_, **__):
        raise hub.HubUnreachable(f"{repository} is not on this machine")

    monkeypatch.setattr(hub, "snapshot", snapshot)


@pytest.mark.usefixtures("bare")
def test_what_its_own_program_fetches_is_not_said_to_be_here():
    found = bring(look(Plan(adapters=("bagel",), judges=("worker:editscore",)).needs()))
    told = "its own program fetches it: where there is a network, `mebench worker setup"
    assert [(one.need.name, one.state) for one in found] == [
        ("bagel", f"{told} bagel`, then `mebench run --adapter bagel --limit 1`"),
        ("judge worker:editscore", f"{told} editscore`, then score an edit by it"),
    ]
    assert [one.here for one in look(Plan(adapters=("bagel",), model=".").needs())] == [True]  # a folder here


def test_what_is_judged_and_programs_of_yours_need_nothing(mebench):
    status, out, _ = mebench(
        "prefetch", "--metrics", "psnr,fidelity", "--judge", "worker:mine=python judge.py"
    )
    assert (status, "all here" in out) == (0, True)


@pytest.mark.parametrize("bench", ["", "#", "#prompt=a", "ftp://host/x", "s3://"])
def test_a_benchmark_that_is_none_is_one_line(mebench, bench):
    status, out, err = mebench("prefetch", "--bench", bench)
    assert (status, out, err.count("\n")) == (2, "", 1)
