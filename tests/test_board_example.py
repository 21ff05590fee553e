"""The board to be forked: each step of its workflow at work in a plain shell, on clones of one repository."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from helpers.honest_submission import CARD
from helpers.nursery import SCORING, nursery
from helpers.pictures import make_benchmark
from helpers.programs import ended, forked, program, start

from motionedit_bench.cli import invoke
from motionedit_bench.leaderboard.submission.policy import Policy, read_policy

pytestmark = pytest.mark.unmeasured

EXAMPLE = Path(__file__).resolve().parents[1] / "examples/board"
WORKFLOW = yaml.safe_load((EXAMPLE / ".github/workflows/board.yml").read_text())
JOBS = WORKFLOW["jobs"]
TOLD = {
    "github.event.pull_request.user.login": "someone",
    "github.token": "",
    "vars.SPACE": "OWNER/NAME",
    "secrets.HF_TOKEN": "",
}
"""What the platform puts in place of its expressions."""


def git(folder, *words):
    named = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *named, *words], check=True, capture_output=True)
    return done.stdout.decode()


@dataclass
class Platform:
    """The repository, and the account's programs that the steps call."""

    place: Path

    @property
    def origin(self):
        return self.place / "origin.git"

    def clone(self, name, branch="main"):
        folder = self.place / name
        git(self.place, "clone", "-q", "-b", branch, str(self.origin), str(folder))
        return folder

    def request(self, name, branch):
        """A checkout of that branch's pull request: as it would be merged."""
        folder = self.clone(name)
        git(folder, "merge", "-q", "--no-ff", "-m", "merge", f"origin/{branch}")
        return folder

    def work(self, job, folder):
        """Run the steps of a job there: the last one's status, and all that was said on standard output."""
        said = ""
        for step in JOBS[job]["steps"]:
            if "run" not in step:
                continue
            values = {name: told(value) for name, value in {**WORKFLOW["env"], **step.get("env", {})}.items()}
            output = {"GITHUB_OUTPUT": str(self.place / f"{job}.out"), "GITHUB_REPOSITORY": "owner/board"}
            variables = {**values, **output, "GIT_CONFIG_GLOBAL": "/dev/null"}
            status, out, err = ended(
                start(self.place, ["bash", "-e", "-c", step["run"]], folder, **variables)
            )
            said += out
            if status:
                return status, said + err
        return 0, said

    def shown(self):
        """Whether the job `record` said that there is something to show."""
        path = self.place / "record.out"
        return path.exists() and "shown=yes" in path.read_text()


def told(value):
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: TOLD[found[1]], value)


@pytest.fixture(scope="module")
def commands():
    """What starts `mebench` at once."""
    with nursery(*SCORING, "motionedit_bench.leaderboard.site.build") as path:
        yield path


@pytest.fixture(scope="module")
def fresh(tmp_path_factory, commands):
    """A board of three small items that nobody has submitted to."""
    place = tmp_path_factory.mktemp("platform")
    forked(place, commands)
    for name, text in {"pip": "true", "gh": "echo someone", "hf": 'printf "%s\\n" "$*"'}.items():
        program(place / "bin", name, text)
    first = shutil.copytree(EXAMPLE, place / "first")
    make_benchmark(first / "bench", 3)
    (first / "board.toml").write_text('bench = "bench"\nflow = "dis"\n')
    git(place, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(first, "init", "-q", "-b", "main")
    git(first, "add", ".")
    git(first, "commit", "-qm", "A board")
    git(first, "push", "-q", "../origin.git", "main")
    return Platform(place)


@pytest.fixture(scope="module")
def submitted(fresh):
    """That board, with a branch `model` that submits one, by the commands of the board's README."""
    fork = fresh.clone("fork")
    for name, value in {"user.name": "Someone", "user.email": "someone@example.org"}.items():
        git(fork, "config", name, value)
    git(fork, "switch", "-q", "-c", "model")
    preds, card = fresh.place / "preds/shifter", fresh.place / "card.json"
    card.write_text(json.dumps(CARD))
    bench = str(fork / "bench")
    assert invoke(["run", "--adapter", "shift", "--bench", bench, "--out", str(preds)]) == 0
    score = ["score", str(preds), "--bench", bench, "--metrics", "motion_gain,mas", "--flow", "dis"]
    assert invoke(score) == 0
    assert invoke(["submit", str(preds), "--card", str(card), "--with-images", "--to", str(fork)]) == 0
    git(fork, "push", "-q", "origin", "model")
    return fresh


def test_its_policy_is_one():
    assert read_policy(EXAMPLE) == Policy(bench="sample")


def test_what_reads_submissions_can_write_nothing_and_has_no_secret():
    assert set(WORKFLOW[True]) == {"pull_request", "push"}  # YAML takes `on` for a truth
    assert WORKFLOW["permissions"] == {}
    rights = {name: job.get("permissions", {}) for name, job in JOBS.items()}
    assert rights == {
        "check": {"contents": "read"},
        "record": {"contents": "read", "pull-requests": "read"},
        "keep": {"contents": "write"},
        "pages": {"pages": "write", "id-token": "write"},
        "space": {},
    }
    for name, job in JOBS.items():
        uses = [step for step in job["steps"] if "uses" in step]
        if any("mebench" in step.get("run", "") for step in job["steps"]):
            assert "secrets" not in str(job)
            checkouts = [step["with"] for step in uses if step["uses"].startswith("actions/checkout@")]
            assert [one["persist-credentials"] for one in checkouts] == [False], name
            installed = next(n for n, step in enumerate(job["steps"]) if "pip install" in step.get("run", ""))
            there = next(n for n, step in enumerate(job["steps"]) if "checkout@" in step.get("uses", ""))
            assert installed < there
        assert not any("${{" in step.get("run", "") for step in job["steps"]), (
            "what others write is no program"
        )


def test_a_board_without_submissions_shows_nothing(fresh):
    assert fresh.work("record", fresh.clone("empty")) == (0, "")
    assert not fresh.shown()


@pytest.fixture(scope="module")
def main(submitted):
    """A checkout of `main` in which the submission was merged, recorded and shown."""
    git(submitted.request("merged", "model"), "push", "-q", "origin", "HEAD:main")
    main = submitted.clone("main")
    status, said = submitted.work("record", main)
    assert status == 0, said
    return main


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "status", "said"),
    [(None, 0, r"\nshifter: verified\n$"), ("this is none", 1, r"\bboard\.toml +changed \(M")],
)
def test_a_request_is_checked_by_what_the_board_asks_and_not_by_what_it_would(
    submitted, policy, status, said
):
    branch = "model"
    if policy:
        branch = "greedy"
        fork = submitted.clone(branch, "model")
        (fork / "board.toml").write_text(policy)
        git(fork, "commit", "-qam", "Ask less")
        git(fork, "push", "-q", "origin", f"HEAD:{branch}")
    ended_with, told = submitted.work("check", submitted.request(f"{branch}-request", branch))
    assert ended_with == status, told
    assert re.search(said, told)


@pytest.mark.slow
def test_what_was_merged_is_recorded_and_stands_in_the_table(submitted, main):
    assert submitted.shown()
    (record,) = main.glob("checks/shifter/*/check.json")
    kept = json.loads(record.read_text())
    assert (kept["accepted"], kept["by"]) == (True, "someone")
    assert re.search(r"(?m)^\| 1 +\| shifter +\|.*\| 3/3 +\|$", (main / "table.md").read_text())

    assert submitted.work("keep", main)[0] == 0
    later = submitted.clone("later")
    assert git(later, "log", "-1", "--format=%an: %s") == "github-actions[bot]: Record what was checked\n"
    changed = git(later, "diff", "--name-only", "HEAD^").split()
    assert {name.split("/")[0] for name in changed} == {"checks", "table.md"}


@pytest.mark.slow
def test_its_site_is_ready_for_any_folder_of_any_host(submitted, main):
    site = main / "site"
    page = (site / "index.html").read_text()
    assert re.findall(r"""<(?:script|link|img)\b[^>]*(?:src|href)=["']?(?:\w+:|/)[^>]*""", page) == []
    names = [path.name for path in site.rglob("*")]
    assert [name for name in names if name.startswith(("_", "."))] == []  # which some hosts leave out
    head = yaml.safe_load((site / "README.md").read_text().split("---")[1])
    assert head["sdk"] == "static"
    assert (site / head["app_file"]).is_file()
    assert submitted.work("space", main) == (0, "upload OWNER/NAME site . --repo-type space --delete *\n")


@pytest.mark.parametrize(
    ("made", "status", "said"),
    [
        (["notes.md"], 0, "no submission in this request: it is for a keeper to look at\n"),
        (["submissions/a/status.jsonl"], 1, "0 submissions in this request: make it one\n"),
        (
            [f"submissions/{one}/0/checksums.json" for one in "ab"],
            1,
            "2 submissions in this request: make it one\n",
        ),
    ],
)
def test_requests_that_are_not_one_submission(fresh, made, status, said):
    branch = f"odd-{len(made)}-{status}"
    fork = fresh.clone(branch)
    for name in made:
        (fork / name).parent.mkdir(parents=True, exist_ok=True)
        (fork / name).write_text("{}\n")
    git(fork, "add", ".")
    git(fork, "commit", "-qm", "Something")
    git(fork, "push", "-q", "origin", f"HEAD:{branch}")
    assert fresh.work("check", fresh.request(f"{branch}-request", branch)) == (status, said)
