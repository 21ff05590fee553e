"""The benchmark is named once: the folder remembers it."""

import json
import shutil

import pytest

from motionedit_bench.errors import BenchmarkError, PredictionsError, UsageError
from motionedit_bench.made_on import benchmark_of, remembered


@pytest.fixture
def images(bench, tmp_path):
    """A folder of images that no run made."""
    return shutil.copytree(bench / "target", tmp_path / "preds" / "mine")


@pytest.fixture
def remember(tmp_path):
    def call(name, run=None, scored=None):
        folder = tmp_path / name
        folder.mkdir()
        for file, spec in (("run.json", run), ("scoring.json", scored)):
            if spec is not None:
                bench, _, fingerprint = str(spec).partition(" ")
                named = {"bench": {"spec": bench, "fingerprint": fingerprint}}
                (folder / file).write_text(json.dumps(named))
        return folder

    return call


def test_after_a_scoring_no_command_needs_the_benchmark_again(mebench, bench, images):
    assert mebench("score", images, "--bench", bench, "--metrics", "ssim")[0] == 0
    for arguments in ("validate", images), ("score", images.parent, "--metrics", "ssim"):
        status, _, err = mebench(*arguments)
        assert (status, "names a benchmark" in err) == (0, False)


def test_after_a_run_a_comparison_by_a_judge_does_not_need_it_either(mebench, bench, tmp_path):
    for adapter in ("identity", "target"):
        mebench("run", "--adapter", adapter, "--bench", bench, "--out", tmp_path / "p" / adapter)
    assert mebench("prefer", tmp_path / "p", "--judge", "reference", "--dry-run")[0] == 0


def test_images_alone_are_of_the_default_which_is_said(mebench, bench, images, monkeypatch):
    monkeypatch.setattr("motionedit_bench.made_on.DEFAULT", str(bench))
    status, _, err = mebench("validate", images)
    said = f"no run.json or scoring.json names a benchmark: it is {bench}, unless --bench says another"
    assert (status, err) == (0, f"mebench: {said}\n")


def test_a_run_says_more_than_scores_on_another_benchmark(remember):
    assert remembered(remember("both", "sample a", "sample-far b"))["spec"] == "sample"
    assert remembered(remember("moved", "/old/place a", "/new/place a"))["spec"] == "/new/place"
    assert remembered(remember("nothing")) is None


def test_of_one_benchmark_in_two_places_the_one_that_is_there_is_taken(remember, bench):
    folders = [remember("a", "/not/there a"), remember("b", f"{bench} a")]
    assert benchmark_of(folders).spec == str(bench)
    with pytest.raises(BenchmarkError, match=r"no benchmark '/not/there'.*where is it now\?"):
        benchmark_of(folders[:1])


def test_several_benchmarks_are_not_chosen_from(remember, bench):
    folders = [remember("a", f"{bench} a"), remember("b", None, "sample b")]
    with pytest.raises(UsageError, match="of different benchmarks"):
        benchmark_of(folders)
    assert benchmark_of(folders, str(bench)).spec == str(bench)


def test_a_submission_is_not_asked(remember, bench):
    folder = remember("sent", "/etc a", "/etc a")
    (folder / "checksums.json").touch()
    with pytest.raises(UsageError, match="own word is not taken"):
        benchmark_of([folder])
    assert benchmark_of([folder], str(bench)).spec == str(bench)


def test_a_damaged_description_of_scores_is_named(remember):
    folder = remember("torn")
    (folder / "scoring.json").write_text('{"bench": ')
    with pytest.raises(PredictionsError, match=r"scoring\.json is not a description of scores"):
        benchmark_of([folder])


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", '{"bench": 3}', None])
def test_a_manifest_that_is_none_is_told_in_one_line(mebench, bench, images, text):
    if text is None:
        (images / "run.json").mkdir()
    else:
        (images / "run.json").write_text(text)
    status, _, err = mebench("score", images, "--bench", bench, "--metrics", "ssim")
    assert (status, err.count("\n")) == (2, 1)
    assert "run.json is not a manifest of `mebench run`" in err
