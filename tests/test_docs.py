"""What the README and the pages say is so, and the files of the repository's habits hold together."""

import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
import yaml
from PIL import Image

from motionedit_bench import __version__
from motionedit_bench.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text()
FORMS = sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"))
PICTURE = ROOT / "docs/first-look.jpg"


def named(path):
    return str(path.relative_to(ROOT))


def cells(row):
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def test_the_readme_is_short_and_names_a_new_users_two_commands_and_one_picture():
    assert len(README.splitlines()) <= 100
    assert re.findall(r"^    make (\w+) ", README, re.MULTILINE) == ["demo", "test"]
    assert re.findall(r"!\[[^]]*\]\(([^)]*)\)", README) == [named(PICTURE)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_within_the_repository_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#:\s]+)[)#]", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_on_the_pages_exist(page):
    for words in re.findall(r"^ +mebench ([^#\n]*)", page.read_text(), re.MULTILINE):
        command, rest = cli, words.split()
        while hasattr(command, "commands"):
            step = "table" if rest[0] not in command.commands and "table" in command.commands else rest.pop(0)
            command = command.commands[step]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word.strip("[]") for word in rest if word.strip("[").startswith("--")} <= options, words


@pytest.mark.slow
def test_the_table_in_the_readme_is_what_the_demo_prints(mebench, tmp_path):
    table = [cells(line) for line in README.splitlines() if line.startswith("| ") and "/16" in line]
    head = next(cells(line) for line in README.splitlines() if line.startswith("| #"))
    assert mebench("demo", "--out", tmp_path)[0] == 0
    _, far, _ = mebench("leaderboard", tmp_path / "sample-far", "--format", "github")
    assert far.count("24/24") >= 24
    _, out, _ = mebench("leaderboard", tmp_path, "--format", "github")
    printed = [cells(line) for line in out.splitlines() if line.startswith("|")]
    columns = [printed[0].index(name) for name in head]
    rows = [[row[column] for column in columns] for row in printed[2:]]
    assert len(table) == 4
    if f"with OpenCV {cv2.__version__}, scikit-image {skimage.__version__})" in README:
        assert rows == table
    for row, said in zip(rows, table, strict=True):  # other versions: the same order, much the same figures
        assert row[:2] == said[:2]
        for name, cell, words in zip(head[2:], row[2:], said[2:], strict=True):
            size = 1 if name.startswith("ssim") else 100
            assert float(cell.split()[0]) == pytest.approx(float(words.split()[0]), abs=0.02 * size)
            assert cell.split()[-1] == words.split()[-1]


@pytest.mark.slow
def test_the_picture_is_small_and_what_its_script_draws(tmp_path):
    assert PICTURE.stat().st_size <= 200_000
    script = [sys.executable, str(ROOT / "docs/first_look.py"), str(tmp_path / "again.jpg")]
    subprocess.run(script, check=True, capture_output=True, cwd=tmp_path)
    kept, again = (np.asarray(Image.open(path), float) for path in (PICTURE, tmp_path / "again.jpg"))
    assert kept.shape == again.shape
    assert np.abs(kept - again).mean() < 1
    assert np.abs(kept[-50:] - again[-50:]).max() < 40  # the figures below the pictures


def test_every_page_is_in_the_sites_navigation():
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())

    def places(entries):
        for entry in entries:
            (what,) = entry.values()
            yield from [what] if isinstance(what, str) else places(what)

    listed = list(places(config["nav"]))
    made = {"index.md", "contributing.md", "changelog.md", "rubric.md", "commands.md"}  # by docs/hooks
    found = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")}
    assert sorted(listed) == sorted(found | made)
    assert config["strict"] is True
    assert config["theme"]["font"] is False


def test_the_workflow_calls_targets_of_the_makefile():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    called = {target for run in runs for target in re.findall(r"\bmake (\S+)", run)}
    assert called == {"check", "test", "docs"}
    for target in called:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
        assert target in re.search(r"^\.PHONY: (.*)", MAKEFILE, re.MULTILINE)[1].split()


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_every_form_asks_for_what_doctor_prints(form):
    content = yaml.safe_load(form.read_text())
    assert content["name"]
    assert content["description"]
    fields = {field["id"]: field for field in content["body"]}
    assert len(fields) == len(content["body"])
    assert "`mebench doctor`" in fields["doctor"]["attributes"]["label"]
    assert fields["doctor"]["validations"]["required"] is True
    assert "doctor" in cli.commands


def test_there_is_a_form_for_each_kind_of_issue():
    assert [form.stem for form in FORMS] == ["bug", "metric", "model"]


def test_hooks_before_a_commit_check_and_format():
    hooks = [
        hook
        for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
        for hook in repository["hooks"]
    ]
    assert [hook["id"] for hook in hooks] == ["ruff-check", "ruff-format"]
    assert all(hook["entry"].startswith(".venv/bin/ruff ") for hook in hooks)


def test_the_citation_is_of_this_version_and_of_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == __version__
    assert citation["title"] == "MotionEdit-Bench"
    (paper,) = citation["references"]
    authors = [f"{author['given-names']} {author['family-names']}" for author in paper["authors"]]
    assert authors == ["Yixin Wan", "Lei Ke", "Wenhao Yu", "Kai-Wei Chang", "Dong Yu"]
    assert paper["identifiers"][0]["value"] == "arXiv:2512.10284"
