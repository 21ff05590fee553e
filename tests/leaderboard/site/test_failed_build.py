"""A site whose build ends halfway."""

import shutil

import pytest

from motionedit_bench.leaderboard.view import motion


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def broken_after(monkeypatch, count, error):
    """Have the build fail once so many items are drawn."""
    drawn, draw = iter(range(count)), motion.target_motion

    def target_motion(scene, full):
        if next(drawn, None) is None:
            raise error
        return draw(scene, full)

    monkeypatch.setattr(motion, "target_motion", target_motion)


@pytest.mark.parametrize("there_before", [False, True])
def test_a_build_that_fails_leaves_nothing_and_the_next_one_is_made(
    scored, tmp_path, mebench, monkeypatch, there_before
):
    place = tmp_path / "place"
    place.mkdir()
    out = place / "site"
    if there_before:
        out.mkdir()
    with monkeypatch.context() as broken:
        broken_after(broken, 1, RuntimeError("a bug"))
        with pytest.raises(RuntimeError, match="a bug"):
            mebench("leaderboard", scored, "--format", "html", "--out", out)
    assert listed(place) == (["site"] if there_before else [])
    assert not there_before or listed(out) == []
    assert mebench("leaderboard", scored, "--format", "html", "--out", out)[0] == 0
    assert listed(place) == ["site"]
    assert {"index.html", "data", "pictures"} <= set(listed(out))


def test_a_site_that_cannot_be_built_again_stays_as_it_is(scored, tmp_path, mebench, monkeypatch):
    out = tmp_path / "site"
    assert mebench("leaderboard", scored, "--format", "html", "--out", out)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*.js")}
    shutil.rmtree(out / "pictures")
    with monkeypatch.context() as broken:
        broken_after(broken, 1, KeyboardInterrupt())
        mebench("leaderboard", scored, "--format", "html", "--out", out)
    assert {path: path.read_bytes() for path in out.rglob("*.js")} == before
    assert mebench("leaderboard", scored, "--format", "html", "--out", out)[0] == 0


def test_what_a_killed_build_left_does_not_block_the_next(scored, tmp_path, mebench):
    (tmp_path / ".site.tmp" / "data").mkdir(parents=True)
    out = tmp_path / "site"
    assert mebench("leaderboard", scored, "--format", "html", "--out", out)[0] == 0
    assert not (tmp_path / ".site.tmp").exists()
