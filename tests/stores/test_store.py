"""Names in a store that are no common ones, and what lies there that no folder here can hold."""

from motionedit_bench.stores import place, reading
from motionedit_bench.stores.store import Store

ODD = (
    "a b.png",
    "é.png",
    "a#b.png",
    "a?b.png",
    "a*.png",
    "a[1].png",
    "a%20b.png",
    "a::b.png",
    "a+b.png",
    "ab.png",
)


def inside(url):
    with reading(place(url)) as folder:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_odd_names_are_written_and_read_as_they_are(s3):
    contents = {name: name.encode() for name in ODD}
    for folder in ("odd", "o [1]?*#%20::é"):
        store = Store(place(f"s3://bucket/{folder}"))
        store.write(contents)
        assert s3.files(f"{folder}/") == contents
        assert store.marks().keys() == contents.keys()
        assert store.read([*ODD[3:], *ODD[:3]]) == contents
        assert all(store.read([name]) == {name: name.encode()} for name in ODD[3:6])


def test_files_that_stand_for_folders_and_names_that_no_file_here_has_are_passed_over(s3):
    for name in ("", "model/", "model", "model/a.png", f"model/{'x' * 250}.png"):
        s3.put(f"preds/{name}", b"1")
    assert inside("s3://bucket/preds") == {"model/a.png": b"1"}


def test_neither_a_file_nor_what_begins_alike_is_the_folder(s3):
    s3.put("preds/a.png", b"1")
    s3.put("preds2/b.png", b"2")
    s3.put("c.png", b"3")
    assert inside("s3://bucket/preds") == {"a.png": b"1"}
    assert inside("s3://bucket/c.png") == inside("s3://bucket/preds/a.png") == {}
