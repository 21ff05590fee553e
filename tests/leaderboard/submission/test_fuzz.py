"""Damage without end: some rounds of it here, more by `helpers.fuzz`."""

import json
import math
import os
import random

from helpers.fuzz import fuzz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.parsing import parse, validated
from motionedit_bench.leaderboard.submission.verdict import Verdict, table

SECONDS = float(os.environ.get("MEBENCH_FUZZ_SECONDS", "0"))
ROUNDS = 150
"""Where no seconds are given, so that a slow machine makes as many as a quick one."""
SEED = int(os.environ.get("MEBENCH_FUZZ_SEED", "0"))

VALUES = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=True)
    | some.text(max_size=20)
    | some.sampled_from(["ok", "mas", "item-0", "shifter", "0" * 64]),
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = (form.Card, form.Row, form.Scoring, form.Record, form.Manifest, form.Checksums)


def test_damaged_submissions_are_refused_and_nothing_else_happens(place, capsys):
    seed = SEED or random.SystemRandom().randrange(2**31)
    counts = fuzz(place, SECONDS, seed) if SECONDS else fuzz(place, math.inf, seed, ROUNDS)
    with capsys.disabled():
        print(f" seed {seed}: {sum(counts.values())} rounds", end=" ")
    assert counts["archive refused"]
    assert counts["text refused"]


def fields_of(kind):
    return some.dictionaries(some.sampled_from(sorted(kind.model_fields)), VALUES)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.sampled_from(KINDS).flatmap(lambda kind: some.tuples(some.just(kind), VALUES | fields_of(kind))))
def test_any_value_is_of_the_form_or_a_finding(drawn):
    kind, value = drawn
    verdict = Verdict()
    content = json.dumps(value).encode()
    found = validated(content, kind, "here", verdict)
    assert (found is None) == bool(verdict.findings)
    assert all(character.isprintable() or character == "\n" for character in table(verdict))


def integer(text):
    """What has no room in 64 bits is read as a float."""
    return int(text) if -(2**63) <= int(text) < 2**64 else float(text)


@settings(max_examples=300, deadline=None)
@given(
    some.binary(max_size=60) | some.text(max_size=60).map(lambda text: text.encode(errors="surrogatepass"))
)
def test_any_bytes_are_a_value_or_refused(content):
    try:
        value = parse(content)
    except ValueError:
        return
    assert json.loads(content, parse_int=integer) == value
