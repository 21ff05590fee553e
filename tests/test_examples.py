"""The examples for clusters do what they say: parsed, and run in a plain shell in place of a cluster."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from helpers.nursery import RUNNING, SCORING, nursery
from helpers.pictures import make_benchmark
from helpers.programs import ended, forked, program, start

from motionedit_bench.cli import cli

pytestmark = pytest.mark.unmeasured

EXAMPLES = Path(__file__).resolve().parents[1] / "examples/cluster"
SCRIPTS = sorted([*EXAMPLES.glob("*.sh"), *EXAMPLES.glob("*.sbatch")])
ITEMS = 16


def merged(mebench, folder, shards):
    """The table of what jobs left there that ran at once."""
    status, out, _ = mebench("merge", folder / "preds/identity")
    assert (status, out.partition(": ")[2]) == (
        0,
        f"{shards} shards, {ITEMS} items (0 without an edit), {ITEMS} scores\n",
    )
    return mebench("leaderboard", folder / "preds")[1]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """What the jobs are told."""
    bench = make_benchmark(tmp_path_factory.mktemp("small") / "bench", ITEMS)
    return {"ADAPTER": "identity", "BENCH": str(bench), "METRICS": "psnr"}


@pytest.fixture(scope="module")
def table(tmp_path_factory, model):
    """The table of the undivided run."""
    from motionedit_bench import api
    from motionedit_bench.leaderboard.render import View, render

    out = tmp_path_factory.mktemp("whole") / "identity"
    api.run("identity", bench=model["BENCH"], out=out)
    api.score(out, metrics=["psnr"])
    return render(api.load_board(out.parent), "plain", view=View())


@pytest.fixture(scope="module")
def socket():
    with nursery(*RUNNING, *SCORING) as path:
        yield path


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_parse(script):
    subprocess.run(["bash", "-n", str(script)], check=True)


@pytest.mark.slow
def test_the_slurm_array_makes_the_undivided_run(mebench, tmp_path, model, table, socket):
    forked(tmp_path, socket)
    script = ["bash", str(EXAMPLES / "slurm.sbatch")]
    array = {"SLURM_ARRAY_TASK_COUNT": "3"}
    jobs = [start(tmp_path, script, **model, **array, SLURM_ARRAY_TASK_ID=task) for task in "123"]
    for status, _, err in map(ended, jobs):
        assert status == 0, err
    assert merged(mebench, tmp_path, 3).strip() == table.strip()


@pytest.mark.slow
def test_the_indexed_job_makes_the_undivided_run(mebench, tmp_path, model, table, socket):
    forked(tmp_path, socket)
    job = yaml.safe_load((EXAMPLES / "kubernetes.yaml").read_text())
    assert (job["kind"], job["spec"]["completionMode"]) == ("Job", "Indexed")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    told = {one["name"]: one["value"] for one in container["env"]}
    assert told["SHARDS"] == str(job["spec"]["completions"])
    assert {*model, "SHARDS"} == told.keys()
    words = [*container["command"], *container["args"]]
    jobs = [start(tmp_path, words, **model, SHARDS="2", JOB_COMPLETION_INDEX=index) for index in "01"]
    for status, _, err in map(ended, jobs):
        assert status == 0, err
    assert merged(mebench, tmp_path, 2).strip() == table.strip()


def test_the_ray_job_submits_a_command_that_exists(tmp_path, model):
    """`ray` is a stub that says what it was given: nothing is submitted."""
    program(tmp_path / "bin", "ray", 'printf "%s\\n" "$@"')
    script = ["bash", str(EXAMPLES / "ray_job.sh")]
    _, out, _ = ended(start(tmp_path, script, **model, OUT="/shared/preds/identity"))
    given = out.split()
    assert given[:5] == ["job", "submit", "--address", "http://127.0.0.1:8265", "--"]
    assert given[5:7] == ["mebench", "run"]
    command = cli.commands["run"]
    named = command.make_context("run", given[7:], resilient_parsing=True).params
    assert (named["adapter"], named["engine"], named["address"]) == ("identity", "ray", "auto")
    assert ended(start(tmp_path, script, OUT=""))[0] != 0


def test_a_job_whose_request_is_wrong_fails(tmp_path, model):
    array = {"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "3"}
    status, _, err = ended(start(tmp_path, ["bash", str(EXAMPLES / "slurm.sbatch")], **model, **array))
    assert status != 0
    assert "--shard takes I/N" in err


def test_every_mebench_option_in_the_examples_exists():
    for path in EXAMPLES.iterdir():
        for verb, rest in re.findall(r"mebench (run|score|merge)\b([^|\n]*)", path.read_text()):
            options = {option for parameter in cli.commands[verb].params for option in parameter.opts}
            assert set(re.findall(r" (--[a-z-]+)", rest)) <= options, path
