"""The hub's loading code on local parquet files of the same columns; the hub itself is out of reach."""

import socket
import subprocess
import sys

import pytest
from helpers.pictures import photograph, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import BenchmarkError, MebenchError, UsageError

datasets = pytest.importorskip("datasets")
arrow = pytest.importorskip("pyarrow")
parquet_file = pytest.importorskip("pyarrow.parquet")


def parquet(folder, names=("id", "prompt", "input_image", "target_image"), ids=("7", "8", "9")):
    """A local data set with image columns, written by the library that reads it."""
    folder.mkdir()
    values = {
        names[0]: list(ids),
        names[1]: [f"Move it {k} steps." for k in range(len(ids))],
        names[2]: [{"bytes": png(photograph(k)), "path": None} for k in range(len(ids))],
        names[3]: [{"bytes": png(photograph(k + 10)), "path": None} for k in range(len(ids))],
    }
    features = datasets.Features(
        {
            names[0]: datasets.Value("int64" if isinstance(ids[0], int) else "string"),
            names[1]: datasets.Value("string"),
            names[2]: datasets.Image(),
            names[3]: datasets.Image(),
        }
    )
    datasets.Dataset.from_dict(values, features=features).to_parquet(folder / "train-00000-of-00001.parquet")
    return folder


@pytest.fixture(autouse=True)
def own_datasets_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets-cache")


@pytest.mark.parametrize(
    "names",
    [
        ("id", "prompt", "input_image", "target_image"),
        ("id", "instruction", "source_image", "edited_image"),
        ("id", "prompt", "image", "ground_truth"),
    ],
)
def test_columns_are_matched_by_name_and_bytes_come_untouched(tmp_path, names):
    found = open_benchmark(str(parquet(tmp_path / "set", names)))
    assert [item.id for item in found.items] == ["7", "8", "9"]
    assert found.items[2].instruction == "Move it 2 steps."
    assert found.items[2].input.read() == png(photograph(2))
    assert found.items[2].target.read() == png(photograph(12))


def test_whole_numbers_serve_as_ids_and_missing_targets_are_allowed(tmp_path):
    found = open_benchmark(str(parquet(tmp_path / "set", ("id", "prompt", "input_image", "other"), (1, 2))))
    assert [item.id for item in found.items] == ["1", "2"]
    assert found.items[0].target is None


def test_the_same_content_has_the_same_fingerprint(tmp_path):
    one = open_benchmark(str(parquet(tmp_path / "one"))).fingerprint()
    two = open_benchmark(str(parquet(tmp_path / "two"))).fingerprint()
    other = open_benchmark(str(parquet(tmp_path / "other", ids=("7", "8", "x")))).fingerprint()
    assert one == two != other


def test_columns_that_do_not_fit_are_listed(tmp_path):
    folder = parquet(tmp_path / "set", ("id", "prompt", "picture", "target_image"))
    with pytest.raises(
        BenchmarkError, match=r"no column for 'input'.*found id, prompt, picture, target_image"
    ):
        open_benchmark(str(folder))


def test_unsafe_ids_are_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"row 1: id must be .* got '\.\./b'"):
        open_benchmark(str(parquet(tmp_path / "set", ids=("a", "../b"))))


def test_a_damaged_file_is_one_line(tmp_path):
    folder = parquet(tmp_path / "set")
    next(folder.glob("*.parquet")).write_bytes(b"PAR1 this is not parquet PAR1")
    with pytest.raises(BenchmarkError, match="cannot be read as a data set"):
        open_benchmark(str(folder))


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("offline", [False, True])
def test_an_unreachable_hub_is_one_line_and_status_two(tmp_path, offline, own_cache):
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "MEBENCH_CACHE": str(own_cache),
        "HF_ENDPOINT": f"http://127.0.0.1:{closed_port()}",
        "HF_HUB_OFFLINE": "1" if offline else "0",
    }
    command = [
        sys.executable,
        "-m",
        "motionedit_bench",
        "run",
        "--adapter",
        "identity",
        "--out",
        tmp_path / "out",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "elaine1wan/MotionEdit-Bench: the hub cannot be reached" in done.stderr
    assert not (tmp_path / "out").exists()


def written(folder, values, features=None):
    """A local data set of these columns."""
    folder.mkdir()
    datasets.Dataset.from_dict(values, features=features).to_parquet(folder / "train-00000-of-00001.parquet")
    return str(folder)


def arrow_only(folder, values):
    """The same without a word on what the columns are."""
    folder.mkdir()
    parquet_file.write_table(arrow.table(values), folder / "train.parquet")
    return str(folder)


def structs(*pictures):
    return [None if one is None else {"bytes": one, "path": None} for one in pictures]


FIRST = {"id": ["a", "b", "c"], "prompt": ["Move."] * 3}
PICTURES = [png(photograph(k)) for k in range(3)]
IMAGE = datasets.Image(decode=False)


def features(**more):
    return datasets.Features({"id": datasets.Value("string"), "prompt": datasets.Value("string"), **more})


@pytest.mark.parametrize("nothing", [None, {"bytes": None, "path": None}, {"bytes": b"", "path": ""}])
def test_an_item_without_target_is_one_item_without_target(tmp_path, nothing):
    values = FIRST | {"image": structs(*PICTURES), "target": [*structs(PICTURES[1]), nothing, None]}
    folder = arrow_only(tmp_path / "set", values)
    found = open_benchmark(folder).items
    assert [item.target is None for item in found] == [False, True, True]
    assert found[0].target.read() == PICTURES[1]
    assert len(open_benchmark(folder).fingerprint()) == 64


def test_an_item_without_input_or_instruction_is_named(tmp_path):
    values = FIRST | {"image": structs(PICTURES[0], None, PICTURES[2])}
    with pytest.raises(BenchmarkError, match="row 1: column 'image' holds no image"):
        open_benchmark(written(tmp_path / "one", values, features(image=IMAGE)))
    values = {"id": FIRST["id"], "prompt": ["Move.", None, "Move."], "image": structs(*PICTURES)}
    with pytest.raises(BenchmarkError, match="row 1: the instruction must be a non-empty string, got None"):
        open_benchmark(written(tmp_path / "two", values, features(image=IMAGE)))


def test_pictures_may_be_bare_bytes_or_files_of_the_folder(tmp_path):
    folder = written(tmp_path / "set", FIRST | {"image": PICTURES, "target": ["x.png", "sub/y.png", None]})
    (tmp_path / "set" / "sub").mkdir()
    (tmp_path / "set" / "x.png").write_bytes(PICTURES[2])
    (tmp_path / "set" / "sub" / "y.png").write_bytes(PICTURES[1])
    found = open_benchmark(folder).items
    assert [item.input.read() for item in found] == PICTURES
    assert [item.target and item.target.read() for item in found] == [PICTURES[2], PICTURES[1], None]


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.png"])
def test_a_file_outside_the_folder_is_not_opened(tmp_path, path):
    (tmp_path / "outside.png").write_bytes(PICTURES[0])
    values = FIRST | {"image": [{"bytes": None, "path": path}] * 3}
    found = open_benchmark(arrow_only(tmp_path / "set", values)).items
    with pytest.raises(BenchmarkError, match="names a file outside the data set"):
        found[0].input.read()


def test_a_column_of_something_else_is_named(tmp_path):
    with pytest.raises(BenchmarkError, match="column 'image' holds no images, but int64"):
        open_benchmark(written(tmp_path / "set", FIRST | {"image": [1, 2, 3]}))


def test_ids_that_occur_twice_or_are_no_names_are_refused(tmp_path):
    values = {"prompt": ["Move."] * 2, "image": structs(*PICTURES[:2])}
    for name, ids, match in (
        ("twice", [7, 7], "id '7' occurs twice"),
        ("truth", [True, False], "row 0: id must be"),
        ("real", [1.0, 2.0], "row 0: id must be"),
        ("none", ["a", None], "row 1: id must be"),
    ):
        with pytest.raises(BenchmarkError, match=match):
            open_benchmark(written(tmp_path / name, values | {"id": ids}))


@pytest.fixture
def two_targets(tmp_path):
    values = FIRST | {"image": PICTURES, "edited_image": PICTURES, "ground_truth": PICTURES[::-1]}
    return written(tmp_path / "set", values)


def test_two_columns_for_one_field_are_a_question_and_have_an_answer(two_targets, mebench):
    with pytest.raises(BenchmarkError) as caught:
        open_benchmark(two_targets)
    answer = f"--bench '{two_targets}#target=edited_image'"
    assert "several columns for 'target' (edited_image, ground_truth)" in str(caught.value)
    assert str(caught.value).endswith(answer)
    found = open_benchmark(f"{two_targets}#target=ground_truth")
    assert found.items[0].target.read() == PICTURES[2]
    assert found.columns["target"] == "ground_truth"
    assert found.facts()["columns"] == {
        "id": "id",
        "prompt": "prompt",
        "input": "image",
        "target": "ground_truth",
    }
    again = open_benchmark(found.spec)
    assert (again.spec, again.fingerprint()) == (found.spec, found.fingerprint())
    assert open_benchmark(f"{two_targets}#target=edited_image").fingerprint() != found.fingerprint()
    status, _, err = mebench("validate", two_targets, "--bench", two_targets)
    assert (status, len(err.strip().split("\n"))) == (2, 1)


def test_the_columns_are_told_on_standard_error(two_targets, capsys):
    open_benchmark(f"{two_targets}#target=ground_truth")
    told = "mebench: set: id from 'id', prompt from 'prompt', input from 'image', target from 'ground_truth'"
    assert told in capsys.readouterr().err.split("\n")


@pytest.mark.parametrize(
    ("choice", "match"),
    [
        ("target=nothing", "no column 'nothing', chosen for 'target'; found id, prompt"),
        ("goal=x", "FIELD=COLUMN"),
        ("target", "FIELD=COLUMN"),
        ("target=a,target=b", "at most once"),
        ("", "FIELD=COLUMN"),
    ],
)
def test_a_choice_of_another_form_is_refused(two_targets, choice, match):
    with pytest.raises((BenchmarkError, UsageError), match=match):
        open_benchmark(f"{two_targets}#{choice}")


def test_a_folder_has_no_columns_to_choose_from(bench):
    for spec in (f"{bench}#target=x", "sample#target=x"):
        with pytest.raises(UsageError, match="no columns to choose from"):
            open_benchmark(spec)


def test_any_column_can_be_chosen(tmp_path):
    values = FIRST | {"src_img": PICTURES, "tgt_img": PICTURES}
    folder = written(tmp_path / "set", values)
    with pytest.raises(BenchmarkError, match=r"no column for 'input'.*#input=COLUMN'"):
        open_benchmark(folder)
    assert open_benchmark(f"{folder}#input=src_img,target=tgt_img").items[2].target.read() == PICTURES[2]


def test_categories_are_told_as_a_reader_knows_them(tmp_path):
    label = datasets.ClassLabel(names=["Pose", "Locomotion"])
    told = {}
    for name, kind, values in (
        ("label", label, [1, 0, None]),
        ("labels", datasets.Sequence(label), [[0, 1], [], None]),
        ("list", datasets.Sequence(datasets.Value("string")), [["Pose", "View"], ["Pose"], []]),
        ("text", datasets.Value("string"), ["Pose", " ", None]),
        ("number", datasets.Value("int64"), [3, 4, None]),
    ):
        kinds = features(image=datasets.Value("binary"), category=kind)
        folder = written(tmp_path / name, FIRST | {"image": PICTURES, "category": values}, kinds)
        told[name] = [item.category for item in open_benchmark(folder).items]
    assert told == {
        "label": ["Locomotion", "Pose", None],
        "labels": ["Pose, Locomotion", None, None],
        "list": ["Pose, View", "Pose", None],
        "text": ["Pose", None, None],
        "number": ["3", "4", None],
    }


def test_one_target_of_six_that_is_absent_is_one_item_that_cannot_be_scored(tmp_path, mebench):
    values = {"id": list("abcdef"), "prompt": ["Move."] * 6}
    pictures = [png(photograph(k)) for k in range(6)]
    targets = structs(*pictures[:5], None)
    kinds = features(image=IMAGE, target=IMAGE)
    folder = written(tmp_path / "set", values | {"image": structs(*pictures), "target": targets}, kinds)
    edits = tmp_path / "model"
    edits.mkdir()
    for name, content in zip("abcdef", pictures, strict=True):
        (edits / f"{name}.png").write_bytes(content)
    status, out, _ = mebench("score", edits, "--bench", folder, "--metrics", "psnr")
    assert (status, out.strip().split("\n")[-1]) == (1, "rows: 5 ok, 1 not_applicable")


@pytest.mark.parametrize("place", ["~/.cache/huggingface", "/proc/nowhere"])
def test_a_cache_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, place):
    folder = str(parquet(tmp_path / "set"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HOME", place)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", f"{place}/datasets")
    with pytest.raises(MebenchError, match="set HF_HOME to a"):
        open_benchmark(folder)
