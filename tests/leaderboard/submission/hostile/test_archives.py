"""Archives that two readers read differently are refused before anything of them is believed."""

import io
import zipfile

import pytest
from helpers.pictures import png, scene

from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.bounds import Bounds
from motionedit_bench.leaderboard.submission.reading import Hostile

from . import archives
from .attempt import HARMLESS, Attempt

LEFT_TO_THE_CHECK = ("the end alone", "images/CON.png", "images/-rf.png")
"""Archives that can be read: of no file, and with images of no item."""

CASES = {
    f"{family.name}: {case.name}": case
    for family in (archives.METHODS, archives.LIES, archives.NAMES, archives.KINDS, archives.LAYOUT)
    for case in family.cases
    if case.name not in LEFT_TO_THE_CHECK
}


@pytest.fixture
def attempt(tmp_path):
    """Files of a submission by name; what they hold does not matter."""
    folder = tmp_path / "submission"
    (folder / "images").mkdir(parents=True)
    for name in ("card.json", "scores.jsonl", "scoring.json", "run.json", "records.jsonl"):
        (folder / name).write_text('{"what": "' + name * 99 + '"}\n')
    for item in range(3):
        (folder / "images" / f"item-{item}.png").write_bytes(png(scene(24, 32, item)))
    return Attempt(None, folder, tmp_path, tmp_path, None)


def read_all(path):
    with open_contents(path, Bounds(3)) as contents:
        return {name: contents.read(name) for name in contents.sizes}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_archive_is_read_in_one_way_or_not_at_all(attempt, case):
    path = case.build(attempt)
    if case.expected == HARMLESS:
        assert read_all(path) == dict(attempt.files())
    else:
        with pytest.raises(Hostile):
            read_all(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_ordinary_writers_are_read(attempt, method):
    """Also those that were written to a pipe, whose sizes stand behind the files."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError("a pipe")

        seek = tell

    made = {}
    for name, file in (("file.zip", io.BytesIO()), ("pipe.zip", Pipe())):
        with zipfile.ZipFile(file, "w", method) as opened:
            for inner, content in attempt.files():
                opened.writestr(inner, content)
        (attempt.place / name).write_bytes(file.getvalue())
        made[name] = file.getvalue()
    assert made["file.zip"] != made["pipe.zip"]
    for name in made:
        assert read_all(attempt.place / name) == dict(attempt.files())
