"""Random changes: none crashes a check, none changes a score that is believed."""

import json
import random
import shutil

import pytest
from helpers.honest_submission import look_at, rows_of, seal, write_rows
from helpers.hostile import everything

from motionedit_bench.metrics import CATALOGUE
from motionedit_bench.scoring.rows import slot


@pytest.mark.slow
def test_mutations_of_rows_are_never_accepted(spoiled, benchmark):
    """Forty random changes of values, each with right checksums: recomputing all items finds each."""
    rng = random.Random(1)
    original = rows_of(spoiled)
    for _ in range(40):
        rows = json.loads(json.dumps(original))
        row = rng.choice(rows)
        low, high = {"mas": (0, 100), "motion_gain": (-100, 100), "ssim": (-1, 1)}.get(row["metric"], (0, 5))
        old = row["value"]
        while abs(row["value"] - old) < 0.02 * (high - low):
            row["value"] = rng.uniform(low, high)
        write_rows(spoiled, rows)
        seal(spoiled)
        verdict = look_at(spoiled, benchmark, seed=0)
        assert verdict.word == "rejected", row
        assert any(row["item_id"] in finding.where for finding in verdict.findings)


STRANGE = (
    None,
    True,
    -1,
    0,
    1e300,
    "",
    "x",
    "../../x",
    "<b>",
    "\u202e",
    [],
    {},
    [[1]],
    {"a": {"b": 1}},
    "9" * 400,
)


def places_in(value, path=()):
    """The paths to everything in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places_in(one, (*path, name))


def strange(rng, text):
    """A JSON text of which one place holds something else, or is gone."""
    content = json.loads(text)
    *path, last = rng.choice(list(places_in(content)))
    holder = content
    for name in path:
        holder = holder[name]
    if rng.random() < 0.2:
        del holder[last]
    else:
        holder[last] = rng.choice(STRANGE)
    return json.dumps(content)


@pytest.mark.slow
@pytest.mark.always("0", "1", "2")
@pytest.mark.parametrize("seed", range(8))
def test_strange_values_anywhere_never_crash_a_check_nor_change_a_score(place, benchmark, tmp_path, seed):
    """Twenty random changes each, in any file; what is accepted says the same scores as the honest one."""
    rng = random.Random(seed)
    honest = {slot(row): row["value"] for row in rows_of(place / "honest")}
    words = set()
    for number in range(20):
        folder = shutil.copytree(place / "honest", tmp_path / str(number) / "submission")
        path = folder / rng.choice(
            ["card.json", "scoring.json", "run.json", "records.jsonl"] + 4 * ["scores.jsonl"]
        )
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        chosen = rng.randrange(len(lines))
        lines[chosen] = strange(rng, lines[chosen])
        path.write_text("\n".join(lines) + "\n")
        seal(folder)
        before = everything(tmp_path)
        verdict = look_at(folder, benchmark, place / "board" / "nothing", seed=seed)
        assert everything(tmp_path) == before
        words.add(verdict.word)
        if not verdict.findings:
            known = [row for row in rows_of(folder) if row["metric"] in CATALOGUE]
            said = {slot(row): row["value"] for row in known}
            assert said.items() <= honest.items(), lines[chosen]
            assert said == honest or verdict.word.startswith("accepted as partial")
        shutil.rmtree(folder)
    assert "rejected" in words
