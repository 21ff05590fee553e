"""From videos to a benchmark, whatever breaks, is killed, or is asked for anew."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers.videos import halved, mover, pan, still, write_video

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.cli import invoke
from motionedit_bench.images import decode
from motionedit_bench.locks import alone
from motionedit_bench.mining import stages
from motionedit_bench.mining.finishing import last_candidates
from motionedit_bench.mining.records import Pair

PAIR = Pair("a" * 12, "b" * 64, 0, 0.0, 1.0)
ASKED = ("--window", "1", "--workers", "1")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two whole films, the same one twice, and three that are none."""
    place = tmp_path_factory.mktemp("films")
    frames = halved(mover(1, 30) + pan(2, 30) + still(4, 30) + mover(6, 30))
    write_video(place / "a.mp4", frames)
    write_video(place / "b.mp4", halved(mover(8, 60)))
    shutil.copy(place / "a.mp4", place / "copy.mp4")
    (place / "text.mp4").write_text("no video\n" * 100)
    (place / "empty.mp4").write_bytes(b"")
    content = (place / "a.mp4").read_bytes()
    (place / "part.mp4").write_bytes(content[: len(content) // 2])
    return place


def mine(films: Path, out: Path, *options: object) -> int:
    return invoke(["mine", str(films), "--out", str(out), *ASKED, *map(str, options)])


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.fixture(scope="module")
def mined(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the films leave."""
    out = tmp_path_factory.mktemp("mined") / "bench"
    assert mine(films, out) == 1  # some files are no videos
    return out


def test_candidates_with_their_reasons(mined: Path, films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mine(films, mined) == 1
    said = capsys.readouterr()
    videos = {
        one["name"]: (one["status"], one["reason"])
        for one in json.loads((mined / "mine.json").read_text())["videos"]
    }
    assert {name: status for name, (status, _) in videos.items()} == {
        "a.mp4": "ok",
        "b.mp4": "ok",
        "copy.mp4": "ok",
        "empty.mp4": "corrupt",
        "part.mp4": "partial",
        "text.mp4": "corrupt",
    }
    for name, (status, reason) in videos.items():
        assert (f"{name}: {status}: {reason}" in said.err) == (status != "ok")
    decisions = {one["id"]: one for one in lines(mined / "mine" / "decisions.jsonl")}
    pairs = {one["id"]: one for one in lines(mined / "mine" / "measures.jsonl")}
    shots = {(one["video"], one["shot"]): decisions[one["id"]]["rule"] for one in pairs.values()}
    digests = {one["name"]: one["sha256"] for one in lines(mined / "mine" / "videos.jsonl")}
    assert digests["copy.mp4"] == digests["a.mp4"]
    assert [shots[digests["a.mp4"], number] for number in range(4)] == [None, "camera", "subject", None]
    assert shots[digests["part.mp4"], 0] == "duplicate"
    kept = [one["id"] for one in decisions.values() if one["kept"]]
    for name in kept:
        place = mined / "mine" / "candidates" / name
        first, last, flow = (
            decode((place / f"{one}.png").read_bytes()) for one in ("input", "target", "flow")
        )
        assert first.size == last.size == flow.size == (160, 96)
    assert (mined / "instructions.csv").read_text().splitlines() == [
        "id,prompt,category,keep",
        *(f"{one['id']},,," for one in pairs.values() if one["id"] in kept),
    ]
    assert len(list((mined / "mine" / "sheets").iterdir())) == 1
    assert not (mined / "metadata.jsonl").exists()


def test_instructions_make_a_benchmark(films: Path, mined: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    ids = [line.split(",")[0] for line in (out / "instructions.csv").read_text().splitlines()[1:]]
    assert len(ids) >= 3
    written = tmp_path / "written.csv"
    rows = [
        f"{ids[0]},Move the square.,Locomotion / Distance,",
        f"{ids[1]},Move it.,,no",
        f"{ids[2]},Shift.,,yes",
    ]
    written.write_text("\n".join(["id,prompt,category,keep", *rows, "none,Jump.,,"]) + "\n")
    assert mine(films, out, "--instructions", written, "--test-share", 100) == 1
    benchmark = open_benchmark(str(out))
    assert [(item.id, item.instruction, item.category) for item in benchmark.items] == [
        (ids[0], "Move the square.", "Locomotion / Distance"),
        (ids[2], "Shift.", None),
    ]
    item = benchmark.items[0]
    assert item.target is not None
    assert decode(item.input.read()).size == decode(item.target.read()).size == (160, 96)
    row = lines(out / "metadata.jsonl")[0]
    assert row["split"] == "test"
    assert row["source"].keys() == {"video", "sha256", "t0", "t1"}
    assert row["measures"]["camera"] <= 0.01

    (out.parent / "other.png").write_bytes(b"of somebody else")
    with open(out / "metadata.jsonl", "a") as file:
        file.write('{"id": "../../other"}\n')
    written.write_text(f"id,prompt\n{ids[2]},Shift it.\n")
    assert mine(films, out, "--instructions", written) == 1
    assert [item.instruction for item in open_benchmark(str(out)).items] == ["Shift it."]
    assert [one.name for one in (out / "input").iterdir()] == [f"{ids[2]}.png"]
    assert (out.parent / "other.png").exists()
    kept = (out / "instructions.csv").read_text()
    assert f"{ids[0]},Move the square.,Locomotion / Distance," in kept  # what was written is not lost
    assert f"{ids[2]},Shift it.,," in kept


def journals(folder: Path) -> Sequence[str]:
    return [f"mine/{name}.jsonl" for name in ("videos", "shots", "measures", "decisions", "candidates")]


@pytest.mark.parametrize("killed", range(5))
def test_a_killed_run_goes_on_to_the_same_bytes(
    films: Path, mined: Path, tmp_path: Path, killed: int
) -> None:
    """Killed in the middle of a line of one journal, before anything came after it."""
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    whole = contents(out)
    names = journals(out)
    for name in ("mine.json", "instructions.csv", *names[killed + 1 :]):
        (out / name).unlink()
    shutil.rmtree(out / "mine" / "sheets")
    cut = out / names[killed]
    cut.write_bytes(whole[names[killed]][: len(whole[names[killed]]) * 2 // 3])
    assert mine(films, out) == 1
    assert contents(out) == whole


def test_workers_change_no_byte(films: Path, mined: Path, tmp_path: Path) -> None:
    assert (
        invoke(["mine", str(films), "--out", str(tmp_path / "bench"), "--window", "1", "--workers", "3"]) == 1
    )
    assert contents(tmp_path / "bench") == contents(mined)


def test_a_changed_setting_redoes_only_what_depends_on_it(
    films: Path, mined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    done: list[str] = []
    fill = stages.Stages.fill

    def counted(self: stages.Stages, stage: str, units: object, rows: object) -> object:
        def watched(journal: stages.StageJournal) -> Sequence[stages.Unit]:
            waiting = units(journal)
            done.extend([stage] * len(waiting))
            return waiting

        return fill(self, stage, watched, rows)

    monkeypatch.setattr(stages.Stages, "fill", counted)

    def redone(setting: str, value: str) -> set[str]:
        done.clear()
        toml = (mined / "mine.toml").read_text()
        assert f"\n{setting} = " in toml
        lines = [
            f"{setting} = {value}" if one.startswith(f"{setting} =") else one for one in toml.split("\n")
        ]
        (out / "mine.toml").write_text("\n".join(lines))
        mine(films, out)
        return set(done)

    assert redone("threshold", "27.0") == set()
    assert redone("duplicate", "0") == {"candidates"}
    assert redone("per_shot", "2") <= {"candidates"}
    assert redone("width", "128") == {"measures", "candidates"}
    assert redone("threshold", "30.0") == {"shots", "candidates"}  # their motion is drawn as before
    drawn = contents(out / "mine" / "candidates").items()
    assert contents(mined / "mine" / "candidates").items() <= drawn
    assert redone("threshold", "27.0") == set()  # what was done then still holds


def test_pictures_that_are_gone_or_others_are_drawn_anew(films: Path, mined: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    first, second = sorted((out / "mine" / "candidates").iterdir())[:2]
    shutil.rmtree(first)
    (second / "target.png").write_bytes(b"cut off")
    assert mine(films, out) == 1
    assert contents(out / "mine" / "candidates") == contents(mined / "mine" / "candidates")


def test_candidates_of_earlier_settings_are_none_any_more(films: Path, mined: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    assert last_candidates(out)
    assert invoke(["mine", str(films), "--out", str(out), "--window", "100", "--min-window", "100"]) == 1
    assert last_candidates(out) == []
    assert mine(films, out, "--min-window", "1") == 1
    assert len(last_candidates(out)) == len(last_candidates(mined))


def test_what_a_user_notes_in_the_settings_stays(films: Path, mined: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    shutil.copytree(mined, out)
    noted = "# ours\n" + (out / "mine.toml").read_text()
    (out / "mine.toml").write_text(noted)
    assert mine(films, out) == 1
    assert (out / "mine.toml").read_text() == noted


def test_a_benchmark_that_was_not_mined_is_not_written_over(
    films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "README.md").write_text("By hand.")
    (tmp_path / "mine").mkdir()  # of whatever else
    assert mine(films, tmp_path) == 2
    assert "has a README.md that is not of mining: give another folder by --out" in capsys.readouterr().err
    assert (tmp_path / "README.md").read_text() == "By hand."


def test_a_dry_run_writes_nothing(films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mine(films, tmp_path / "bench", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "would look at 4 of 6 videos, 18 s in all" in said
    assert "text.mp4: corrupt: invalid data" in said
    assert not (tmp_path / "bench").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--flow", "diss"), "unknown flow 'diss': did you mean 'dis'?"),
        (("--window", "0"), "pairs.window: Input should be greater than 0"),
        (("--min-window", "4"), "min_window (4) must not be above window (1)"),
    ],
)
def test_a_users_mistake_is_one_line(
    films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    assert mine(films, tmp_path / "bench", *options) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "bench").exists()


def test_one_at_a_time(films: Path, mined: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the first stage to the last: else one would write the decisions of its own settings between."""
    before = (mined / "mine.toml").read_bytes()
    with alone(mined / "mine", "mining into"):
        assert mine(films, mined, "--per-shot", "3") == 2
    said = capsys.readouterr().err
    assert said == f"mebench: another process is mining into {mined / 'mine'}: wait for it to end\n"
    assert (mined / "mine.toml").read_bytes() == before


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['av'] = None\n"
        "from motionedit_bench.cli import invoke\n"
        "sys.exit(invoke(['mine', 'videos', '--out', 'bench']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    told = "mebench: mining needs the package av: pip install 'motionedit-bench[mine]'\n"
    assert (done.returncode, done.stderr) == (2, told)
