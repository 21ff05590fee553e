"""What the README and the pages say is so, and the files of the repository's habits hold together."""

import csv
import importlib.util
import json
import re
import runpy
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
import yaml
from PIL import Image

from motionedit_bench import __version__, demo
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples/board/README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text()
FORMS = sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"))
PICTURE = ROOT / "docs/pictures/first-look.jpg"
REPRODUCE = (ROOT / "docs/reproduce.md").read_text()
PRINTED = list(csv.DictReader((ROOT / "leaderboard/published.csv").read_text().splitlines()))


def named(path):
    return str(path.relative_to(ROOT))


def test_the_readme_is_short_and_names_a_new_users_two_commands():
    assert len(README.splitlines()) <= 120
    assert re.findall(r"^    make (\w+) ", README, re.MULTILINE) == ["demo", "test"]
    assert shown_in(README)[0] == named(PICTURE)


def shown_in(page):
    return re.findall(r"!\[[^]]*\]\(([^)]*)\)", page)


def test_every_picture_is_small_made_by_a_script_and_shown():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs/pictures.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = {f"{name}.webp" for name in script.PICTURES} | {PICTURE.name, "flow-trust.png"}
    assert {path.name for path in PICTURE.parent.iterdir()} == made
    assert [path for path in PICTURE.parent.iterdir() if path.stat().st_size > script.MOST] == []
    assert {Path(link).name for page in PAGES for link in shown_in(page.read_text())} == made


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_within_the_repository_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#:\s]+)[)#]", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_on_the_pages_exist(page):
    for words in re.findall(r"^ +mebench ([^#\n]*)", page.read_text(), re.MULTILINE):
        command, rest = cli, words.split()
        while hasattr(command, "commands"):
            meant = getattr(command, "meant", None)
            step = meant if meant and rest[0] not in command.commands else rest.pop(0)
            command = command.commands[step]
        options = {
            one for parameter in command.params for one in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word.strip("[]") for word in rest if word.strip("[").startswith("--")} <= options, words


def cells(page, *head):
    """The rows of the page's Markdown table that has these column names first, by column."""
    lines = iter(page.splitlines())
    names = next(row for row in map(row_of, lines) if row[: len(head)] == list(head))
    next(lines)
    found = []
    while row := row_of(next(lines, "")):
        found.append(dict(zip(names, row, strict=True)))
    return found


def row_of(line):
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []


def test_the_papers_table_in_the_readme_is_as_printed():
    shown = cells(README, "model", "overall (0 to 5)")
    assert [list(row.values()) for row in shown] == [
        [row["model"], row["overall"], row["mas"], row["win_rate"]] for row in PRINTED if row["table"] == "1"
    ]


def test_what_each_row_of_the_papers_table_takes_is_what_the_adapters_declare(mebench):
    declared = {row["adapter"]: row for row in json.loads(mebench("list", "adapters", "--json")[1])}
    shown = cells(REPRODUCE, "the paper's row")
    assert [row["the paper's row"] for row in shown] == [row["model"] for row in PRINTED]
    for row in shown:
        facts = declared[row["adapter"].strip("`")]
        told = (row["weights on the hub"], row["GB"], row["licence"])
        assert told == (facts["model"], facts["weights"].removesuffix(" GB"), facts["licence"])


def test_the_judges_money_is_what_is_estimated_for_twelve_items_so_many_times():
    prices = tomllib.loads((ROOT / "metrics/judge/prices.toml").read_text())
    asked = {row["judge"]: row for row in cells(REPRODUCE, "judge", "calls")}
    shown = cells(REPRODUCE, "judge", "million tokens in")
    assert [row["judge"] for row in shown] == list(asked)
    for row in shown:
        name = row["judge"].strip("`")
        few, price = asked[row["judge"]], prices[name]
        tokens = [
            int(few[f"tokens {way}, about"].replace(",", "")) * 11 * 1015 / 12e6 for way in ("in", "out")
        ]
        dollars = tokens[0] * price["input"] + tokens[1] * price["output"]
        assert float(few["US dollars, about"]) == round(dollars * 12 / 11 / 1015, 2)
        told = [f"{tokens[0]:.1f}", f"{price['input']:.2f}", f"{tokens[1]:.2f}", f"{price['output']:.2f}"]
        assert list(row.values()) == [row["judge"], *told, f"{dollars:.0f}"]


def test_the_estimate_for_twelve_items_is_what_the_command_prints(mebench, published):
    models = [published / "preds/motionnft_qwen", "--bench", published / "bench"]
    for row in cells(REPRODUCE, "judge", "calls"):
        judge = row["judge"].strip("`")
        _, out, _ = mebench("score", *models, "--judge", judge, "--dry-run")
        told = next(parts(line) for line in out.splitlines() if line.startswith(judge))
        assert [told[0], told[1], *told[3:]] == [judge, *list(row.values())[1:]]


def parts(line):
    """The cells of a plain table's line."""
    return re.split(r"\s{2,}", line.strip())


@pytest.mark.slow
def test_the_table_in_the_readme_is_what_the_demo_prints(mebench, tmp_path, monkeypatch):
    """Of the second benchmark, which the README does not show, two items are enough here."""

    def opened(name):
        bench = open_benchmark(name)
        return bench if name == "sample" else replace(bench, items=bench.items[:2])

    monkeypatch.setattr(demo, "open_benchmark", opened)
    said = [line.strip() for line in README.splitlines() if re.match(r"    (#  |---|\d  )", line)]
    status, out, _ = mebench("demo", "--out", tmp_path)
    assert status == 0
    _, far, _ = mebench("leaderboard", tmp_path / "sample-far")
    assert len(re.findall(r"(?m)^[-\d] .* 2/2$", far)) == 4
    printed = [line.rstrip() for line in out.splitlines()]
    start = next(number for number, line in enumerate(printed) if line.startswith("#"))
    printed = printed[start : start + len(said)]
    assert len(said) == 6
    if f"with OpenCV {cv2.__version__}, scikit-image {skimage.__version__})" in README:
        assert printed == said
    assert parts(printed[0]) == parts(said[0])
    for row, told in zip(printed[2:], said[2:], strict=True):  # other versions: much the same figures
        row, told = parts(row), parts(told)
        assert (row[:2], row[-1]) == (told[:2], told[-1])
        for cell, words in zip(row[2:-1], told[2:-1], strict=True):
            assert float(cell.split()[0]) == pytest.approx(float(words.split()[0]), abs=2)


@pytest.mark.slow
def test_the_picture_is_small_and_what_its_script_draws(tmp_path, monkeypatch):
    assert PICTURE.stat().st_size <= 200_000
    script = str(ROOT / "docs/first_look.py")
    monkeypatch.setattr(sys, "argv", [script, str(tmp_path / "again.jpg")])
    runpy.run_path(script, run_name="__main__")
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
    made = {"index.md", "contributing.md", "changelog.md", "commands.md"}  # by docs/hooks
    made |= {"rubric.md", "questions.md"}
    found = {str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")}
    assert sorted(listed) == sorted(found | made)
    assert config["strict"] is True
    assert config["theme"]["font"] is False


def test_the_workflow_calls_targets_of_the_makefile():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    called = {target for run in runs for target in re.findall(r"\bmake (\S+)", run)}
    assert called == {"check", "test-all", "shots", "docs"}
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
