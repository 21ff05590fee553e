"""What is written for a store: uploaded as it comes, kept where it cannot be, and never over another's."""

import shutil
import time
from pathlib import Path

import pytest
from helpers.s3_server import S3Server

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.stores import place, places, writing
from motionedit_bench.stores.spool import Spool

HERE = place("s3://bucket/run")


def anything(name: str) -> bool:
    return True


def spool() -> Spool:
    return Spool(HERE, "test", anything)


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """Go on from another machine, and come back: it has a cache of its own."""

    def go(name: str) -> None:
        monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / name))

    return go


def test_what_is_new_is_uploaded_once(s3, capfd):
    one = spool()
    one.pull()
    (one.folder / "a.png").write_bytes(b"1")
    (one.folder / "log.jsonl").write_bytes(b"{}\n")
    (one.folder / ".half.tmp").write_bytes(b"?")
    assert (one.push(), one.push()) == (2, 0)
    with (one.folder / "log.jsonl").open("ab") as file:
        file.write(b"{}\n")
    assert one.push() == 1
    assert s3.files("run/") == {"a.png": b"1", "log.jsonl": b"{}\n{}\n"}
    assert spool().push() == 0  # what is known outlives the process


def test_another_machine_goes_on_and_the_first_one_sees_it(s3, elsewhere):
    one = spool()
    one.pull()
    (one.folder / "log.jsonl").write_bytes(b"1\n")
    (one.folder / "a.png").write_bytes(b"1")
    one.push()
    elsewhere("another")
    other = spool()
    other.pull()
    assert (other.folder / "a.png").read_bytes() == b"1"
    (other.folder / "log.jsonl").write_bytes(b"1\n2\n")
    other.push()
    s3.client.delete_object(Bucket="bucket", Key="run/a.png")
    elsewhere("cache")
    again = spool()
    again.pull()
    assert (again.folder / "log.jsonl").read_bytes() == b"1\n2\n"
    assert not (again.folder / "a.png").exists()


def test_two_writers_are_told_apart_and_nothing_is_overwritten(s3, elsewhere):
    one = spool()
    one.pull()
    (one.folder / "log.jsonl").write_bytes(b"1\n")
    one.push()
    elsewhere("another")
    other = spool()
    other.pull()
    (other.folder / "log.jsonl").write_bytes(b"1\n2\n")
    other.push()
    elsewhere("cache")
    with pytest.raises(StorageError, match="log.jsonl was changed by another writer"):
        one.push()
    (one.folder / "log.jsonl").write_bytes(b"1\n3\n")
    for refused in (one.push, spool().pull):
        with pytest.raises(StorageError, match=f"remove {one.folder}"):
            refused()
    assert s3.files("run/") == {"log.jsonl": b"1\n2\n"}
    shutil.rmtree(one.folder)
    fresh = spool()
    fresh.pull()
    assert (fresh.folder / "log.jsonl").read_bytes() == b"1\n2\n"


def test_an_upload_that_a_kill_kept_from_being_noted_is_no_other_writers(s3):
    one = spool()
    one.pull()
    (one.folder / "log.jsonl").write_bytes(b"1\n2\n")
    (one.folder / "a.png").write_bytes(b"1")
    s3.put("run/log.jsonl", b"1\n")
    s3.put("run/a.png", b"1")
    again = spool()
    again.pull()
    assert again.push() == 1
    assert s3.files("run/") == {"a.png": b"1", "log.jsonl": b"1\n2\n"}


def test_a_store_that_goes_away_costs_nothing_but_a_line(s3, monkeypatch):
    away = S3Server()
    for name, value in away.environment.items():
        monkeypatch.setenv(name, value)
    made = []

    def work():
        with writing(HERE, "test", anything) as folder:
            made.append(folder)
            (folder / "a.png").write_bytes(b"1")
            away.stop()

    with pytest.raises(StorageError, match="does not answer .* the same command uploads it"):
        work()
    (folder,) = made
    assert (folder / "a.png").read_bytes() == b"1"
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with writing(HERE, "test", anything) as again:
        assert again == folder
    assert s3.files("run/") == {"a.png": b"1"}


def test_what_is_made_is_there_while_the_work_goes_on_and_after_an_interruption(s3, monkeypatch):
    monkeypatch.setattr(places, "EVERY", 0.05)

    def work():
        with writing(HERE, "test", anything) as folder:
            (folder / "a.png").write_bytes(b"1")
            end = time.monotonic() + 600
            while not s3.files("run/"):
                assert time.monotonic() < end
                time.sleep(0.05)
            assert s3.files("run/") == {"a.png": b"1"}
            (folder / "b.png").write_bytes(b"2")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert s3.files("run/") == {"a.png": b"1", "b.png": b"2"}


def test_names_that_lead_out_of_the_folder_are_not_followed(s3, tmp_path):
    for name in ("../../../out.png", "a/../../b.png", "ok.png"):
        s3.put(f"run/{name}", b"!")
    one = spool()
    one.pull()
    assert [path.name for path in (tmp_path / "cache").rglob("*.png")] == ["ok.png"]
    assert not list(Path(tmp_path).glob("*.png"))


def test_the_hub_is_not_written_to():
    with pytest.raises(UsageError, match="can only be read"):
        Spool(place("hf://datasets/o/n"), "test", anything)
