"""What is thrown at a board: nothing is verified that is not, nothing crashes, nothing is written elsewhere.

One case of each family is checked in this process, and two by the command itself, whose time and memory are
measured: all of them, an hour's work, where ``MEBENCH_HOSTILE=all``.
"""

import os
import random

import pytest

from .attempt import VERIFIED
from .commands import here, measured
from .families import FAMILIES
from .run import cases, sampled
from .trial import Trial
from .world import make_world

SEED = 12
EVERY = cases(FAMILIES)
WHOLE = os.environ.get("MEBENCH_HOSTILE") == "all"
DRAWN = random.Random(SEED).sample(EVERY, 8)
BY_COMMAND = EVERY if WHOLE else DRAWN[:2]
ONE_OF_EACH = sampled(FAMILIES, 1, SEED)
HERE = ONE_OF_EACH + [case for case in DRAWN[2:] if case not in ONE_OF_EACH]


def named(case):
    return f"{case.family.name}: {case.name}"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("world"))


def test_there_are_as_many_as_promised():
    assert len(FAMILIES) >= 30
    assert all(len(family.cases) >= 5 for family in FAMILIES if family.expected != VERIFIED)
    assert len({named(case) for case in EVERY}) == len(EVERY) >= 150


@pytest.mark.parametrize("case", HERE, ids=named)
def test_one_of_each_family_at_least(world, case, tmp_path):
    outcome = Trial(world, case, tmp_path, random.Random(case.name).randrange(5), here).run()
    assert outcome.falls == [], outcome.said


@pytest.mark.slow
@pytest.mark.unmeasured
@pytest.mark.parametrize("case", BY_COMMAND, ids=named)
def test_by_the_command_itself(world, case, tmp_path):
    outcome = Trial(world, case, tmp_path, EVERY.index(case), measured).run()
    assert outcome.falls == [], outcome.said
