"""Pull requests to a board, and checkouts that strangers filled."""

import json
import os
import shutil
import subprocess

import pytest
from helpers.honest_submission import look_at

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.leaderboard.submission.changes import check_changes, is_made
from motionedit_bench.leaderboard.submission.destination import deliver, withdraw
from motionedit_bench.leaderboard.submission.history import note
from motionedit_bench.leaderboard.submission.packing import Package
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.records import digest


def git(checkout, *arguments):
    command = ["git", "-C", str(checkout), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def board(tmp_path):
    """A board's checkout with one other submission, and a branch for a pull request."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    git(checkout, "init", "-q", "-b", "main")
    for name in ("user.name", "user.email"):
        git(checkout, "config", name, "t@example.org")
    (checkout / "board.toml").write_text("bench = 'sample'\n")
    other = checkout / "submissions" / "other" / ("a" * 64)
    other.mkdir(parents=True)
    (other / "card.json").write_text("{}")
    note(other.parent, "submitted", other.name)
    commit(checkout, "Begin")
    git(checkout, "switch", "-q", "-c", "request")
    return checkout


def commit(checkout, message="Change"):
    git(checkout, "add", "--all", "--force")
    git(checkout, "commit", "-q", "-m", message)


@pytest.fixture
def request_(board, place):
    """The honest submission as a pull request."""
    hash_ = digest((place / "honest" / "checksums.json").read_bytes())
    shutil.copytree(place / "honest", board / "submissions" / "shifter" / hash_)
    note(board / "submissions" / "shifter", "submitted", hash_)
    commit(board)
    return Verdict(model="shifter", hash=hash_)


def test_one_submission_is_what_a_request_may_add(board, request_):
    check_changes(board, "main", request_)
    assert request_.findings == []


def test_what_main_got_meanwhile_is_not_the_requests(board, request_):
    git(board, "switch", "-q", "main")
    (board / "README.md").write_text("meanwhile\n")
    commit(board)
    git(board, "switch", "-q", "request")
    check_changes(board, "main", request_)
    assert request_.findings == []


def record_of_its_own(board):
    (board / "checks" / "shifter").mkdir(parents=True)
    (board / "checks" / "shifter" / "check.json").write_text("{}")


def another_status(board, **event):
    with (board / "submissions" / "other" / "status.jsonl").open("a") as file:
        file.write(json.dumps(event) + "\n")


def own_status(board, content):
    path = board / "submissions" / "shifter" / "status.jsonl"
    path.write_text(content(path.read_text()))


WRONG = {
    "a record of its own check": record_of_its_own,
    "another policy": lambda board: (board / "board.toml").write_text("takes = ['reread']\n"),
    "a workflow": lambda board: (
        (board / ".github").mkdir(),
        (board / ".github" / "ci.yml").write_text("on: push\n"),
    ),
    "attributes": lambda board: (board / ".gitattributes").write_text("* filter=x\n"),
    "another's withdrawal": lambda board: another_status(board, event="withdrawn", hash="a" * 64),
    "another's row replaced": lambda board: another_status(board, event="submitted", hash="b" * 64),
    "another's file changed": lambda board: (
        board / "submissions" / "other" / ("a" * 64) / "card.json"
    ).write_text("{ }"),
    "another's file removed": lambda board: shutil.rmtree(board / "submissions" / "other" / ("a" * 64)),
    "a second submission": lambda board: (
        (board / "submissions" / "shifter" / ("b" * 64)).mkdir(),
        (board / "submissions" / "shifter" / ("b" * 64) / "card.json").write_text("{}"),
    ),
    "a link on the board": lambda board: (board / "submissions" / "zzz").symlink_to("other"),
    "a link in it": lambda board: (
        next((board / "submissions" / "shifter").glob("*/")).joinpath("run2.json").symlink_to("run.json")
    ),
    "a program in it": lambda board: os.chmod(
        next((board / "submissions" / "shifter").glob("*/")) / "card.json", 0o755
    ),
    "history written anew": lambda board: own_status(board, lambda text: text + text),
    "a withdrawal of its own": lambda board: own_status(
        board, lambda text: text.replace("submitted", "withdrawn")
    ),
    "no event at all": lambda board: own_status(board, lambda text: "[]\n"),
    "no JSON": lambda board: own_status(board, lambda text: "x\n"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_anything_else_is_found(board, request_, kind):
    WRONG[kind](board)
    commit(board)
    check_changes(board, "main", request_)
    assert {finding.kind for finding in request_.findings} == {"change"}, kind


ODD = {
    "without its end": str.strip,
    "on two lines": lambda text: text.replace(", ", ",\n", 1),
    "two of it": lambda text: text * 2,
    "with more in it": lambda text: text.replace("{", '{"a": 1, '),
    "with a reason": lambda text: text.replace("null", '"\\u001b[2J"'),
    "without a time": lambda text: text.replace("utc", "UTC"),
    "of very many bytes": lambda text: text.replace("+00:00", "0" * 1000),
    "nested without end": lambda text: "[" * 900 + "\n",
    "nothing": lambda text: "",
}


@pytest.mark.parametrize("kind", ODD)
def test_an_event_of_another_form_would_hide_those_that_follow_it(tmp_path, kind):
    note(tmp_path, "submitted", "a" * 64)
    line = (tmp_path / "status.jsonl").read_text()
    assert is_made(line.encode(), "a" * 64)
    assert not is_made(line.encode(), "b" * 64)
    assert not is_made(ODD[kind](line).encode(), "a" * 64)


def test_another_repository_within_is_found(board, request_, tmp_path):
    inner = board / "submissions" / "shifter" / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "x").write_text("x")
    commit(inner)
    git(board, "add", "submissions/shifter/inner")
    git(board, "commit", "-q", "-m", "x")
    check_changes(board, "main", request_)
    assert [finding.kind for finding in request_.findings] == ["change"]


def test_a_base_that_is_not_there_is_one_line(board, request_):
    with pytest.raises(StorageError, match="git merge-base"):
        check_changes(board, "nowhere", request_)


@pytest.fixture
def package():
    content = {"card.json": b"{}", "checksums.json": b"{}"}
    return Package("shifter", content, 0, 0)


def test_no_program_of_a_checkout_runs(board, package, tmp_path):
    """Hooks and a watcher, each of which would leave a file."""
    trace = tmp_path / "ran"
    for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg", "reference-transaction"):
        hook = board / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
        hook.chmod(0o755)
    hooks = tmp_path / "hooks"
    shutil.copytree(board / ".git" / "hooks", hooks)
    git(board, "config", "core.hooksPath", str(hooks))
    git(board, "config", "core.fsmonitor", str(hooks / "pre-commit"))
    deliver(package, str(board))
    withdraw("shifter", "a bug", str(board))
    assert not trace.exists()
    assert git(board, "log", "--format=%s").splitlines()[:2] == [
        f"Withdraw shifter {package.hash[:12]}",
        f"Submit shifter {package.hash[:12]}",
    ]


@pytest.mark.parametrize("where", ["submissions", "submissions/shifter", "submissions/shifter/status.jsonl"])
def test_nothing_is_written_through_a_link(board, package, tmp_path, where):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if where == "submissions":
        shutil.rmtree(board / "submissions")
    (board / where).parent.mkdir(exist_ok=True)
    (board / where).symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link"):
        deliver(package, str(board))
    assert list(elsewhere.iterdir()) == []


def test_a_repository_in_a_submissions_place_is_one_line(board, package):
    inner = board / "submissions" / "shifter"
    inner.mkdir()
    git(inner, "init", "-q")
    with pytest.raises(StorageError, match="git add"):
        deliver(package, str(board))


def test_the_command_refuses_a_request_with_more(mebench, board, request_, place):
    (board / "README.md").write_text("x\n")
    commit(board)
    made = board / "submissions" / "shifter" / request_.hash
    arguments = ("leaderboard", "check", made, "--bench", place / "bench", "--board", board)
    status, out, _ = mebench(*arguments, "--base", "main", "--by", "ann", "--sample", 0)
    assert (status, "README.md" in out) == (1, True)
    assert mebench("leaderboard", "check", made, "--base", "main")[0] == 2


def test_the_honest_request_is_accepted(board, request_, benchmark):
    made = board / "submissions" / "shifter" / request_.hash
    assert look_at(made, benchmark, board, sample=0, by="ann").findings == []
