"""The package's arrows point one way, and its files and functions stay small."""

import ast
import json
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "motionedit_bench"

LAYERS = (
    ("__main__",),
    ("cli",),
    ("api",),
    ("demo", "doctor", "judging", "listing", "conformance", "mining", "prefetching"),
    ("leaderboard", "merging"),
    ("training",),
    ("rewards",),
    ("running", "scoring", "validation"),
    ("errata", "trained_on"),
    ("adapters", "metrics"),
    ("folders",),
    ("made_on",),
    ("predictions",),
    ("benchmarks", "engines", "pinning", "weights", "workers"),
    ("stores",),
    ("hub", "cache", "files", "images", "records", "registry", "progress", "provenance"),
    ("alexnet", "colours", "encoded", "lazily", "parallel", "published_weights"),
    (
        "calls",
        "locks",
        "offline",
        "packaged",
        "proxies",
        "redaction",
        "spreadsheet",
        "styling",
        "texts",
        "travelling",
    ),
    ("errors", "version"),
    ("surrogates",),
)
"""From top to bottom; those of one layer do not know each other. Imports in functions count as well."""

GRAPH = f"""
import grimp, json
graph = grimp.build_graph("{PACKAGE}", cache_dir=None)
print(json.dumps({{one: sorted(graph.find_modules_directly_imported_by(one)) for one in graph.modules}}))
"""

LARGE_FILES = {
    "tests/test_judging.py": "to be split by subject",
}
PROGRAMS = "motionedit_bench/workers/programs"
LONG_FUNCTIONS = {
    (f"{PROGRAMS}/bagel.py", "load"): "follows the model's own script step by step",
    (
        "motionedit_bench/workers/programs/uniworld_v1.py",
        "load",
    ): "follows the model's own script step by step",
    ("tests/adapters/workers/test_official.py", "test_set_up_then_run_then_what_is_missing"): "one story",
}
MANY_PARAMETERS = {
    ("motionedit_bench/cli/check_submission.py", "check_submission"): "the options of a command",
    ("motionedit_bench/cli/prefetch.py", "prefetch"): "the options of a command",
    ("motionedit_bench/cli/run.py", "run"): "the options of a command",
    ("motionedit_bench/cli/show.py", "show"): "the options of a command",
    ("motionedit_bench/cli/submit.py", "submit"): "the options of a command",
    ("tests/helpers/tiny_checkpoints.py", "build_lora"): "all that a file of a LoRA can vary in",
}


@pytest.fixture(scope="module")
def imports(tmp_path_factory):
    """What each module imports, in a copy that is installed: the side folders are mapped into it."""
    place = str(tmp_path_factory.mktemp("installed"))
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", place, str(ROOT)], check=True, capture_output=True)
    program = f"import sys; sys.path.insert(0, {place!r})\n{GRAPH}"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=place)
    return json.loads(done.stdout)


def part(module):
    return module.removeprefix(PACKAGE).removeprefix(".").partition(".")[0]


def test_no_import_points_upwards(imports):
    level = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    parts = {part(one) for one in imports} - {""}
    assert parts - level.keys() == set(), "a part that no layer holds"
    wrong = [
        f"{one} imports {other}"
        for one, others in imports.items()
        for other in others
        if part(one) and part(other) != part(one) and (level[part(other)] <= level[part(one)])
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle(imports):
    left = {one: set(others) for one, others in imports.items()}
    while free := [one for one, others in left.items() if not others & left.keys()]:
        for one in free:
            del left[one]
    assert left == {}


def test_pure_metrics_know_nothing_but_each_other(imports):
    pure = f"{PACKAGE}.metrics.functional"
    known = chain.from_iterable(others for one, others in imports.items() if one.startswith(pure))
    assert {one for one in known if not one.startswith(pure)} <= {f"{PACKAGE}.errors"}


def test_adapters_and_metrics_know_nothing_of_engines(imports):
    parts = {one: {part(other) for other in others} for one, others in imports.items()}
    assert {one for one, others in parts.items() if "engines" in others} >= {f"{PACKAGE}.scoring.replica"}
    assert {one for one in parts if part(one) in ("adapters", "metrics") and "engines" in parts[one]} == set()


def written():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.splitlines() if name.endswith((".py", ".js", ".css"))]


def functions():
    for name in written():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse((ROOT / name).read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield name, node


def test_no_file_is_over_300_lines():
    large = {name for name in written() if len((ROOT / name).read_text().splitlines()) > 300}
    assert large == LARGE_FILES.keys()


def test_no_function_is_over_60_lines():
    long = {(name, node.name) for name, node in functions() if node.end_lineno - node.lineno >= 60}
    assert long == LONG_FUNCTIONS.keys()


def test_no_function_has_more_than_8_parameters():
    def count(arguments):
        return len(arguments.posonlyargs + arguments.args + arguments.kwonlyargs)

    assert {(n, f.name) for n, f in functions() if count(f.args) > 8} == MANY_PARAMETERS.keys()
