"""What a training's folder tells, and who may sit at it."""

import json
from contextlib import suppress

import pytest

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.training.record import Record, sitting

TOLD = {"recipe": {"rank": 2, "steps": 5}, "data": None, "items": 3}
CHECKED = {"bench": "measured", "checked": True, "fingerprint": "f", "why_not": None}


def run(folder):
    return json.loads((folder / "run.json").read_text())


def not_checked(why):
    return {"bench": "measured", "checked": False, "fingerprint": None, "why_not": why}


def with_data(**data):
    return {**TOLD, "data": {"name": "set", "left_out": {}, **data}}


def test_a_sitting_that_ends_by_itself_is_finished_and_one_that_does_not_is_not(tmp_path):
    with suppress(KeyboardInterrupt), sitting(tmp_path, TOLD):
        raise KeyboardInterrupt
    with sitting(tmp_path, TOLD):
        pass
    assert [bool(one["finished"]) for one in run(tmp_path)["sessions"]] == [False, True]


def test_who_comes_while_another_trains_leaves_no_trace(tmp_path):
    with sitting(tmp_path, TOLD):
        before = (tmp_path / "run.json").read_bytes()
        with pytest.raises(StorageError, match="another process is training in"), sitting(tmp_path, TOLD):
            pass
        assert (tmp_path / "run.json").read_bytes() == before
    assert len(run(tmp_path)["sessions"]) == 1


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        (CHECKED, not_checked("no network"), CHECKED),
        (not_checked("no network"), CHECKED, CHECKED),
        (not_checked("no network"), not_checked("no answer"), not_checked("no network")),
    ],
)
def test_a_benchmark_out_of_reach_at_one_sitting_hinders_no_going_on(tmp_path, first, then, kept):
    for check in (first, then):
        with sitting(tmp_path, with_data(not_in=check)):
            pass
    assert run(tmp_path)["data"]["not_in"] == kept


@pytest.mark.parametrize(
    "other",
    [
        with_data(not_in=not_checked("no network"), left_out={"of the benchmark": 1}),
        with_data(not_in={**CHECKED, "fingerprint": "g"}),
        with_data(not_in={**not_checked("no network"), "bench": "another"}),
    ],
)
def test_other_items_and_another_benchmark_are_other_settings(tmp_path, other):
    with sitting(tmp_path, with_data(not_in=CHECKED)):
        pass
    with pytest.raises(UsageError, match="other settings: data"), sitting(tmp_path, other):
        pass


def test_of_many_other_settings_some_are_named(tmp_path):
    with sitting(tmp_path, {"recipe": {f"a{k}": k for k in range(9)}}):
        pass
    other = {"recipe": {f"a{k}": k + 1 for k in range(9)}}
    with pytest.raises(UsageError, match=r"a0 was 0, is 1; .*; and 4 more$"), sitting(tmp_path, other):
        pass


def test_a_model_may_move_and_not_become_another(tmp_path):
    def told(model, revision):
        return {**TOLD, "editor": {"model": model, "revision": revision}}

    for model in ("here", "/elsewhere"):
        with sitting(tmp_path, told(model, "r")):
            pass
    assert run(tmp_path)["editor"]["model"] == "/elsewhere"
    with pytest.raises(UsageError, match="editor revision was r, is s"), sitting(tmp_path, told("here", "s")):
        pass


@pytest.mark.parametrize("content", ['{"sessions": []}', "[]", '{"adapter": "identity", "sessions": []}'])
def test_a_folder_of_something_else_is_left_as_it_is(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(UsageError, match="holds something else than a training"), sitting(tmp_path, TOLD):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "5", '{"recipe": {}}', '{"recipe": {}, "sessions": 5}', "[" * 9999]
)
def test_a_damaged_run_is_one_line(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(StorageError, match=r"run.json cannot be read") as damaged, sitting(tmp_path, TOLD):
        pass
    assert "\n" not in str(damaged.value)


@pytest.mark.parametrize("line", ['{"loss": 1}', '{"step": "one"}'])
def test_lines_of_something_else_are_one_line(tmp_path, line):
    (tmp_path / "steps.jsonl").write_text(line + "\n")
    with pytest.raises(StorageError, match="is not of a training"):
        Record(tmp_path, 0)
    assert (tmp_path / "steps.jsonl").read_text() == line + "\n"
