"""What columns of parquet files hold, and which of them is meant."""

import pytest
from helpers.pictures import photograph, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import BenchmarkError, UsageError

datasets = pytest.importorskip("datasets")
arrow = pytest.importorskip("pyarrow")
parquet_file = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(autouse=True)
def own_datasets_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets-cache")


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
