"""A log comes into the benchmark's order, and nothing in it is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motionedit_bench.errors import StorageError
from motionedit_bench.files import Journal, read_lines
from motionedit_bench.running.order import arrange

IDS = ["c", "a", "b"]


def write(path, records):
    path.unlink(missing_ok=True)
    with Journal(path) as journal:
        for record in records:
            journal.append(record)


@given(st.lists(st.sampled_from([*IDS, "of another benchmark"]), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_items_are_in_order_and_attempts_of_one_stay_in_theirs(tmp_path, names):
    path = tmp_path / "records.jsonl"
    records = [{"item_id": name, "attempt": number} for number, name in enumerate(names)]
    write(path, records)
    arrange(path, IDS)
    order = [*IDS, "of another benchmark"]
    assert list(read_lines(path)) == sorted(records, key=lambda record: order.index(record["item_id"]))
    assert [one.name for one in tmp_path.iterdir()] == ["records.jsonl"]


def test_a_log_in_order_is_not_touched(tmp_path):
    path = tmp_path / "records.jsonl"
    write(path, [{"item_id": name} for name in IDS])
    before = path.stat()
    arrange(path, IDS)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    arrange(tmp_path / "none.jsonl", IDS)
    assert not (tmp_path / "none.jsonl").exists()


def test_where_it_cannot_be_written_it_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "records.jsonl"
    write(path, [{"item_id": "a"}, {"item_id": "c"}])
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StorageError, match="No space left"):
        arrange(path, IDS)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["records.jsonl"]
