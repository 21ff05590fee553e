"""Data sets that a TOML file describes: a user's on the disk, and those that come with the harness."""

import datasets
import pytest
from helpers.pictures import photograph, png

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.benchmarks.declared import BUILT_IN, built_in, declared, joined_id, read_declaration
from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.errors import BenchmarkError, UsageError

TYPES = ("Camera Zoom", "Human Motion", "Human Motion")
COLUMNS = """
[columns]
id = ["edit_type", "image_id"]
prompt = "edit_prompt"
input = "src_img"
target = "tgt_img"
category = "edit_type"
"""


@pytest.fixture(autouse=True)
def own_datasets_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets-cache")


@pytest.fixture
def described(tmp_path):
    """Writes a data set of BM-Bench's columns, and a file that describes it; gives the file's path."""
    data = tmp_path / "bm"
    data.mkdir()
    values = {
        "edit_type": list(TYPES),
        "image_id": ["7", "7", "8"],
        "src_img": [{"bytes": png(photograph(k)), "path": None} for k in range(3)],
        "tgt_img": [{"bytes": png(photograph(k + 10)), "path": None} for k in range(3)],
        "edit_prompt": [f"The camera moves {k} steps." for k in range(3)],
        "edit_prompt_rewrite_instruction": [f"Move {k} steps." for k in range(3)],
        "clip": [{"video": "a", "t0": 0.0}, {"video": "b", "t0": 0.0}, {"video": "b", "t0": 3.0}],
    }
    pictures = {"src_img": datasets.Image(), "tgt_img": datasets.Image()}
    texts = dict.fromkeys(("edit_type", "image_id", "edit_prompt", "edit_prompt_rewrite_instruction"))
    features = datasets.Features(
        {name: datasets.Value("string") for name in texts}
        | pictures
        | {"clip": {"video": datasets.Value("string"), "t0": datasets.Value("float32")}}
    )
    made = datasets.Dataset.from_dict(values, features=features)
    made.to_parquet(data / "test-00000-of-00001.parquet")

    def write(text=COLUMNS, split='split = "test"'):
        path = tmp_path / "my_bench.toml"
        path.write_text(f'data = "bm"\n{split}\n{text}')
        return path

    return write


def test_a_described_data_set_is_a_benchmark_that_opens_again_from_its_own_facts(described):
    path = described()
    found = open_benchmark(str(path))
    assert [item.id for item in found.items] == ["Camera-Zoom-7", "Human-Motion-7", "Human-Motion-8"]
    assert [item.category for item in found.items] == list(TYPES)
    assert found.items[2].input.read() == png(photograph(2))
    assert found.items[2].target.read() == png(photograph(12))
    assert found.name == "my_bench"
    assert found.default_flow == "dis"
    facts = found.facts()
    assert facts["spec"] == str(path)
    assert facts["columns"]["id"] == "edit_type+image_id"
    assert open_benchmark(facts["spec"]).fingerprint() == facts["fingerprint"]


def test_a_column_that_is_chosen_goes_before_the_one_declared_and_is_remembered(described):
    found = open_benchmark(f"{described()}#prompt=edit_prompt_rewrite_instruction,video=clip")
    assert found.items[1].instruction == "Move 1 steps."
    assert [item.video for item in found.items] == ["a", "b", "b"]
    assert open_benchmark(found.spec).fingerprint() == found.fingerprint()
    plain = open_benchmark(str(described()))
    assert [item.video for item in plain.items] == [None] * 3
    assert plain.fingerprint() != found.fingerprint()


def test_categories_have_the_names_declared_and_no_others(described):
    names = '\n[categories]\n"Camera Zoom" = "zoom"\n'
    with pytest.raises(
        BenchmarkError, match="row 1: category 'Human Motion' is not declared: there are Camera"
    ):
        open_benchmark(str(described(COLUMNS + names)))
    found = open_benchmark(str(described(f'{COLUMNS}{names}"Human Motion" = "people"\n')))
    assert [item.category for item in found.items] == ["zoom", "people", "people"]


def test_another_number_of_items_is_said(described, capsys):
    open_benchmark(str(described(split='split = "test"\nitems = 4\nflow = "far"')))
    assert "my_bench has 3 items, and is declared to have 4" in capsys.readouterr().err


def test_ids_that_are_not_unique_and_columns_that_are_not_there_are_one_line(described):
    twice = COLUMNS.replace('["edit_type", "image_id"]', '"image_id"')
    with pytest.raises(BenchmarkError, match="id '7' occurs twice"):
        open_benchmark(str(described(twice)))
    absent = COLUMNS.replace('"image_id"', '"image"')
    with pytest.raises(BenchmarkError, match="no column 'image', chosen for 'id'; found edit_type, image_id"):
        open_benchmark(str(described(absent)))
    with pytest.raises(BenchmarkError, match="with a split 'validation'"):
        open_benchmark(str(described(split='split = "validation"')))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("about = 'x'", "data: Field required; a benchmark's file has data, about"),
        ("data = 'a/b'\nitem = 3", "item: Extra inputs"),
        ("data = 'a/b'\n[columns]\nprompts = 'x'", "no field 'prompts': there are id, prompt"),
        ("data = 'a/b'\n[columns]\nprompt = ['x', 'y']", "'prompt' takes one column"),
        ("data =", "cannot be read"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_line(tmp_path, text, told):
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as error:
        open_benchmark(str(path))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_one_line():
    with pytest.raises(UsageError, match="nowhere.toml cannot be read"):
        open_benchmark("nowhere.toml")


def test_an_id_is_made_of_texts_and_whole_numbers():
    assert joined_id(["3_human/motion", 12], "row 1") == "3_human-motion-12"
    with pytest.raises(BenchmarkError, match="row 1: an id is made of"):
        joined_id(["a", 1.5], "row 1")


def test_what_comes_with_the_harness_is_found_by_its_name_and_by_its_data_set():
    assert {"bytemorph", "motionedit"} == set(BUILT_IN)
    assert declared("motionedit") == declared(PAPERS)
    assert declared(f"{PAPERS}@abc")[2] == "abc"
    about, file, revision = declared("bytemorph@0123")
    assert (about.data, file, revision) == ("ByteDance-Seed/BM-Bench", None, "0123")
    assert (about.split, about.items, about.licence) == ("test", 613, "cc0-1.0")
    assert declared("org/bench") is None
    assert built_in()["motionedit"].flow == "unimatch"


def test_bytemorph_is_read_from_the_hubs_copy_and_remembered_with_its_commit(
    described, tmp_path, monkeypatch
):
    described()
    commit = tmp_path / "0123abcd"
    (tmp_path / "bm").rename(commit)
    asked = []

    def snapshot(name, revision, kind, fetched):
        asked.append((name, revision, kind, fetched))
        return commit

    monkeypatch.setattr("motionedit_bench.hub.snapshot", snapshot)
    monkeypatch.setattr("motionedit_bench.hub.is_offline", lambda: True)
    found = open_benchmark("bytemorph")
    assert found.spec == "ByteDance-Seed/BM-Bench@0123abcd"
    assert (found.name, found.default_flow, found.revision) == ("ByteDance-Seed/BM-Bench", "far", "0123abcd")
    assert open_benchmark(found.spec).fingerprint() == found.fingerprint()
    assert asked == [("ByteDance-Seed/BM-Bench", one, "dataset", True) for one in (None, "0123abcd")]
    file = tmp_path / "mine.toml"
    file.write_text(f'data = "org/bm"\nsplit = "test"\n{COLUMNS}')
    assert open_benchmark(str(file)).spec == f"{file}@0123abcd"


def test_a_file_may_hold_a_revision_and_the_command_line_another(tmp_path):
    path = tmp_path / "b.toml"
    path.write_text('data = "org/bench"\nrevision = "one"')
    assert declared(str(path)) == (read_declaration(path), path.resolve(), "one")
    assert declared(f"{path}@two")[2] == "two"


def test_a_mark_of_the_byte_order_before_a_declaration_is_no_part_of_it(tmp_path):
    path = tmp_path / "b.toml"
    path.write_text('data = "bm"\n', encoding="utf-8-sig")
    assert read_declaration(path).data == "bm"
