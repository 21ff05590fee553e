"""What users and kills leave in files: settings, instructions, journals."""

from pathlib import Path

import pytest

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.mining.finishing import last_candidates
from motionedit_bench.mining.journals import StageJournal, key_of
from motionedit_bench.mining.licences import Licence, read_licences
from motionedit_bench.mining.records import Decision, Shot
from motionedit_bench.mining.settings import Settings, read_settings, settings_text
from motionedit_bench.mining.videos import sources
from motionedit_bench.mining.written import Written, read_written, write_written


def test_settings_are_written_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert read_settings(path) == Settings()
    path.write_text(
        "test_share = 20\n[gates]\nfaces = false\nmoved = [0.1, 0.5]\n[measures]\nflow = 'tvl1'\n"
    )
    found = read_settings(path, {"pairs": {"window": 2.0}, "gates": {"camera": 0.02}})
    assert (found.test_share, found.gates.moved, found.measures.flow) == (20, (0.1, 0.5), "tvl1")
    assert found.gates.faces is False
    assert (found.pairs.window, found.gates.camera) == (2.0, 0.02)
    path.write_text(settings_text(found))
    assert read_settings(path) == found
    path.write_text(settings_text(Settings()))
    assert read_settings(path) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gates]\ncamera = 2.0\n", "gates.camera: Input should be less than or equal to 1, but got 2.0"),
        ("[gates]\ncamara = 0.1\n", "gates.camara: Extra inputs are not permitted, but got 0.1"),
        ("[pairs]\nwindow = '3'\n", "pairs.window: Input should be a valid number, but got '3'"),
        ("[pairs]\nmin_window = 9\n", "pairs: min_window (9) must not be above window (3), but got"),
        ("[pairs\n", "cannot read"),
        ("[gates]\nlight = [0.9, 0.1]\n", "gates.light: must be 0 or more, the lesser one first, but got"),
        ("[gates]\nsharpness = [-1.0, 2.0]\n", "gates.sharpness: must be 0 or more, the lesser one first"),
        ("[gates]\nfaces = 'no'\n", "gates.faces: Input should be a valid boolean, but got 'no'"),
        (
            "[pairs]\nwindow = 60.0\n[measures]\nrate = 60.0\n",
            "pairs.window (60) times measures.rate (60) must not be above 1000 frames",
        ),
        (
            "[gates]\nsharpness = [0.5, inf]\n",
            "gates.sharpness: Input should be a finite number, but",
        ),
    ],
)
def test_wrong_settings_are_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,prompt\na,Raise the arm, then smile\n", "line 2: more cells than columns"),
        ('id,prompt\na,"Raise the arm\nb,Turn.\n', "line 3: unexpected end of data"),
        ('id,prompt\na,"Raise" the arm\n', "line 2: ',' expected after"),
        (f"id,prompt\na,{'x' * 140_000}\n", "line 2: field larger than field limit"),
    ],
)
def test_a_broken_line_is_told_and_never_read_as_another_text(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "instructions.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        read_written(path)


def test_what_is_written_is_read_and_never_lost(tmp_path: Path) -> None:
    path = tmp_path / "instructions.csv"
    path.write_text(
        'id,prompt,category,keep\na,"Lift the\n cup, slowly.",Locomotion / Distance,\nb,Turn.,,no\nc,,,\n'
    )
    found = read_written(path)
    assert found == {
        "a": Written("Lift the cup, slowly.", "Locomotion / Distance"),
        "b": Written("Turn.", "", False),
        "c": Written(),
    }
    assert [one.is_usable for one in found.values()] == [True, False, False]
    write_written(path, [], found)
    assert read_written(path) == {name: found[name] for name in "ab"}
    path.write_text("id,prompt\nx,Jump.\n")
    assert read_written(path) == {"x": Written("Jump.")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,text\na,b\n", "no column 'prompt'"),
        ("id,prompt\na,b\na,c\n", "line 3: 'a' is there a second time"),
        (
            "id,prompt,category\na,b,Pose/Posture\n",
            "line 2: no category 'Pose/Posture': use one of Pose / Posture;",
        ),
        ("id,prompt\n,Jump.\n", "line 2: no id"),
        ("id,prompt\na,Move \u202eit.\n", "line 2: the prompt has the character U\\+202E, which is not seen"),
        ("id,prompt\na,Move\0it.\n", "line 2: the prompt has the character U\\+0000"),
        ("id,prompt,keep\na,b,maybe\n", "line 2: keep must be yes, no or empty, but got 'maybe'"),
    ],
)
def test_wrong_instructions_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "instructions.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=said.split("(")[0]):
        read_written(path)


def test_lines_that_a_spreadsheet_leaves_empty_are_none(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,prompt,category,keep\na,Jump.,,\n,,,\n, ,,\n")
    assert read_written(path) == {"a": Written("Jump.")}
    path.write_text("video,licence,source\na.mp4,CC0,\n,,\n,,\n")
    assert read_licences(path, ["a.mp4"]) == {"a.mp4": Licence("CC0")}


@pytest.mark.parametrize("stage", ["videos", "measures", "faces", "decisions", "candidates", "verdicts"])
@pytest.mark.parametrize("line", ['{"a": 1}', '{"key": "k", "id": [], "name": 1}'])
def test_a_line_of_another_file_is_told(tmp_path: Path, stage: str, line: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / f"{stage}.jsonl").write_text(line + "\n")
    with pytest.raises(StorageError, match="none of mining: remove it"):
        StageJournal(tmp_path, stage)
    if stage in ("videos", "measures", "decisions"):
        with pytest.raises(StorageError, match="none of mining: remove it"):
            last_candidates(tmp_path)


def test_instructions_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_written(tmp_path)
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot read"):
        read_written(tmp_path / "a.csv")


def test_of_equal_keys_the_last_line_counts(tmp_path: Path) -> None:
    with StageJournal(tmp_path, "shots") as journal:
        journal.add("a", {"n": 1})
        journal.add("b", {"n": 2})
        journal.add("a", {"n": 3})
    with open(tmp_path / "mine" / "shots.jsonl", "ab") as file:
        file.write(b'{"key": "c", "n"')  # torn by a kill
    with StageJournal(tmp_path, "shots") as journal:
        assert [(row["key"], row["n"]) for row in journal.rows()] == [("b", 2), ("a", 3)]
        assert journal.get("c") is None


def test_a_key_tells_stages_versions_inputs_and_settings_apart() -> None:
    asked = [
        ("a", 1, [1], {}),
        ("b", 1, [1], {}),
        ("a", 2, [1], {}),
        ("a", 1, [2], {}),
        ("a", 1, [1], {"x": 1}),
    ]
    assert len({key_of(*one) for one in asked}) == len(asked)


def test_records_are_read_from_what_they_write() -> None:
    shot = Shot(1, 0.0, 3.0, None, None)
    assert Shot.read({"key": "k", **shot.row()}) == shot
    assert Decision.read(Decision("a", True).row()) == Decision("a", True)


def test_videos_are_found_by_their_names_below_a_folder(tmp_path: Path) -> None:
    for name in ("b.mp4", "._b.mp4", "deep/a.MKV", "notes.txt"):
        (tmp_path / "films" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "films" / name).write_bytes(b"")
    found = sources([tmp_path / "films", tmp_path / "odd.dat"])
    assert [one.name for one in found] == ["b.mp4", "deep/a.MKV", "odd.dat"]
    assert found[2].stamp() == ("odd.dat", -1, 0)  # named, though it is not there
    assert sources([Path("12:30.mp4")])[0].path == Path.cwd() / "12:30.mp4"
    with pytest.raises(UsageError, match="would both be called b.mp4"):
        sources([tmp_path / "films", tmp_path / "other" / "b.mp4"])
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match="holds no videos"):
        sources([tmp_path / "none"])
