"""A video that is not there when it is looked at: nothing is learned of it, and it is tried again."""

from pathlib import Path

import pytest
from helpers.videos import still, write_video

from motionedit_bench.engines import Place
from motionedit_bench.engines.here import Here
from motionedit_bench.mining.mine import shots_of
from motionedit_bench.mining.records import Pair
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.stages import Stages
from motionedit_bench.mining.work import Absent, Draw, FindFaces, FindShots, MeasurePairs, Miners, Task

PAIR = Pair("a" * 12, "b" * 64, 0, 0.0, 1.0)


@pytest.mark.parametrize(
    "task",
    [
        FindShots(Path("gone.mp4"), Settings().shots),
        MeasurePairs(Path("gone.mp4"), [PAIR], Settings().measures),
        FindFaces(Path("gone.mp4"), PAIR, (0, 0, 9, 9)),
        Draw(Path("gone.mp4"), PAIR, (0, 0, 9, 9), Settings().measures),
    ],
    ids=lambda task: type(task).__name__,
)
def test_nothing_is_learned_of_a_video_that_is_gone(task: Task) -> None:
    assert Miners("dis").make(Place("cpu")).do(task) == Absent("gone.mp4: no such file")


def test_a_video_that_is_gone_for_a_while_is_tried_again(tmp_path: Path) -> None:
    path, settings = tmp_path / "film.mp4", Settings()
    with Here(Miners("dis")) as engine:
        away = Stages(tmp_path / "bench", engine)
        assert shots_of(away, {"sha": path}, settings)["sha"].shots == ()
        assert away.lost == 1
        write_video(path, still(12))
        assert len(shots_of(Stages(tmp_path / "bench", engine), {"sha": path}, settings)["sha"].shots) == 1
