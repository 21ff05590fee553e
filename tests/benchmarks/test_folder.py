import json

import pytest
from helpers.pictures import make_benchmark

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import BenchmarkError, UsageError
from motionedit_bench.images import decode


def rewrite(bench, change):
    """Change the lines of a benchmark's metadata and write them back."""
    path = bench / "metadata.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text(
        "\n".join(json.dumps(line) if not isinstance(line, str) else line for line in change(lines))
    )


def test_items_come_in_order_with_everything(bench):
    found = open_benchmark(str(bench))
    assert [item.id for item in found.items] == ["item-0", "item-1", "item-2", "item-3"]
    assert found.items[1].instruction == "Move the middle 3 pixels to the right."
    assert found.items[1].category == "Locomotion/Distance"
    assert decode(found.items[1].input.read()).size == (160, 120)
    assert found.name == "bench"


def test_images_are_read_only_when_asked_for(bench):
    for path in (bench / "input").iterdir():
        path.write_bytes(b"no image")
    items = open_benchmark(str(bench)).items
    assert items[0].input.read() == b"no image"


def test_the_fingerprint_covers_ids_instructions_and_bytes_but_not_order(bench, tmp_path):
    original = open_benchmark(str(bench)).fingerprint()
    assert open_benchmark(str(make_benchmark(tmp_path / "again"))).fingerprint() == original
    rewrite(bench, lambda lines: lines[::-1])
    assert open_benchmark(str(bench)).fingerprint() == original
    (bench / "target" / "item-2.png").write_bytes((bench / "target" / "item-1.png").read_bytes())
    changed = open_benchmark(str(bench)).fingerprint()
    rewrite(bench, lambda lines: [lines[0] | {"prompt": "other"}, *lines[1:]])
    assert len({original, changed, open_benchmark(str(bench)).fingerprint()}) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [*lines, "{not json"], "line 5: not JSON"),
        (lambda lines: [*lines, "[1, 2]"], "line 5: must be a JSON object"),
        (lambda lines: [*lines, lines[0]], "line 5: id 'item-0' is already on line 1"),
        (
            lambda lines: [*lines, lines[0] | {"id": "ITEM-0"}],
            "line 5: id 'ITEM-0' is 'item-0' on some disks, which is on line 1",
        ),
        (lambda lines: [lines[0] | {"id": "a/b"}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"id": ".."}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"id": "../x"}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"id": "x" * 129}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"id": 7}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"id": "a\nb"}], "line 1: id must be"),
        (lambda lines: [lines[0] | {"prompt": " "}], "'prompt' must be a non-empty string"),
        (lambda lines: [lines[0] | {"file_name": None}], "'file_name' must be"),
        (lambda lines: [lines[0] | {"file_name": "../outside.png"}], "outside the benchmark folder"),
        (lambda lines: [lines[0] | {"file_name": "/etc/hostname"}], "outside the benchmark folder"),
        (lambda lines: [lines[0] | {"file_name": "input"}], "does not exist"),
        (lambda lines: [lines[0] | {"file_name": "a\0b"}], "cannot be a file's name|does not exist"),
        (
            lambda lines: [lines[0] | {"target_file_name": "target/none.png"}],
            "'target/none.png' does not exist",
        ),
        (lambda lines: [], "has no items"),
    ],
)
def test_bad_metadata_is_named_with_its_line(bench, change, message):
    rewrite(bench, change)
    with pytest.raises(BenchmarkError, match=message):
        open_benchmark(str(bench))


def test_a_link_out_of_the_folder_is_refused(bench, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    (bench / "input" / "item-0.png").unlink()
    (bench / "input" / "item-0.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(BenchmarkError, match="outside the benchmark folder"):
        open_benchmark(str(bench))


def test_metadata_that_is_not_text_is_named(bench):
    (bench / "metadata.jsonl").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(BenchmarkError, match="not UTF-8"):
        open_benchmark(str(bench))


def test_what_is_no_benchmark_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BenchmarkError, match="neither metadata.jsonl nor parquet"):
        open_benchmark(str(tmp_path / "empty"))
    with pytest.raises(BenchmarkError, match="no benchmark 'absent'"):
        open_benchmark("absent")


def test_selection(bench):
    found = open_benchmark(str(bench))
    assert [item.id for item in found.select(limit=2)] == ["item-0", "item-1"]
    assert [item.id for item in found.select(ids=["item-3", "item-1"])] == ["item-1", "item-3"]
    with pytest.raises(UsageError, match="unknown item 'item-9': did you mean"):
        found.select(ids=["item-9"])
    with pytest.raises(UsageError, match="--limit must be at least 1"):
        found.select(limit=0)


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\u0085", "\u000b", "\u001c"])
def test_whatever_else_may_end_a_line_elsewhere_stays_within_a_prompt(bench, character):
    path = bench / "metadata.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line["prompt"] = f"Move{character}it."
        line["note"] = character
    escaped = [json.dumps(line, ensure_ascii=ord(character) < 32) for line in lines]
    path.write_bytes("\n".join(escaped).encode())
    assert [item.instruction for item in open_benchmark(str(bench)).items] == [f"Move{character}it."] * 4


@pytest.mark.parametrize("ending", [b"\r\n", b"\n\n", b"\r\n \r\n", b"\r"])
def test_a_byte_order_mark_and_other_endings_are_passed_over(bench, ending):
    path = bench / "metadata.jsonl"
    before = open_benchmark(str(bench)).fingerprint()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", ending))
    assert open_benchmark(str(bench)).fingerprint() == before


def test_half_a_character_is_named(bench):
    rewrite(bench, lambda lines: [lines[0] | {"prompt": "a \ud83d"}])
    with pytest.raises(BenchmarkError, match=r"line 1: 'prompt' holds half of a character .*ud83d"):
        open_benchmark(str(bench))
