from pathlib import Path

import pytest

from motionedit_bench import cache
from motionedit_bench.errors import StorageError


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch, tmp_path):
    monkeypatch.delenv("MEBENCH_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_in_the_home_folder_where_nothing_else_is_said(tmp_path):
    assert cache.location() == tmp_path / "home/.cache/motionedit-bench"


def test_below_the_system_cache_where_that_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.location() == tmp_path / "xdg/motionedit-bench"


def test_the_projects_own_variable_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "own"))
    assert cache.location() == tmp_path / "own"


def test_an_empty_variable_is_as_good_as_none(monkeypatch, tmp_path):
    monkeypatch.setenv("MEBENCH_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert cache.location() == tmp_path / "home/.cache/motionedit-bench"


def test_home_and_relative_paths_are_resolved(monkeypatch, tmp_path):
    monkeypatch.setenv("MEBENCH_CACHE", "~/kept")
    assert cache.location() == tmp_path / "home/kept"
    monkeypatch.setenv("MEBENCH_CACHE", "kept")
    assert cache.location() == Path.cwd() / "kept"


def test_what_others_read_does_not_name_the_home_folder(monkeypatch, tmp_path):
    assert cache.told() == "~/.cache/motionedit-bench"
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "own"))
    assert cache.told() == str(tmp_path / "own")


def test_asking_where_it_is_does_not_make_it(tmp_path):
    assert not cache.location().exists()
    assert cache.directory().is_dir()
    assert list(cache.directory().iterdir()) == []


@pytest.mark.parametrize("kind", ["below a file", "a file", "read-only"])
def test_a_folder_that_cannot_be_written_names_the_variable(monkeypatch, tmp_path, kind):
    (tmp_path / "file").touch()
    named = {
        "below a file": tmp_path / "file/cache",
        "a file": tmp_path / "file",
        "read-only": Path("/proc"),
    }[kind]
    monkeypatch.setenv("MEBENCH_CACHE", str(named))
    with pytest.raises(StorageError, match="set MEBENCH_CACHE") as caught:
        cache.directory()
    assert str(named) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_where_there_is_no_home_folder_what_is_optional_is_not_kept(monkeypatch, tmp_path):
    assert cache.optional("flows") == tmp_path / "home/.cache/motionedit-bench/flows"
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda _: {}["no such user"])
    assert cache.optional("flows") is None
    with pytest.raises(StorageError, match="no home folder to cache in: set MEBENCH_CACHE"):
        cache.directory()
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "own"))
    assert cache.optional("flows") == tmp_path / "own/flows"
