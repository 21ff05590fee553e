"""Images that exist already, as an adapter."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.adapters.folder import Folder
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.errors import AdapterError, EditFailed, EditRefused, ImageError, UsageError
from motionedit_bench.files import Journal, read_lines
from motionedit_bench.records import Item, Picture


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Images of three of four items, one of them a JPEG, one another's size, one damaged."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "item-0.png").write_bytes(png(photograph(9)))
    (folder / "item-1.JPG").write_bytes(png(photograph(8, 64, 48), "JPEG"))
    (folder / "item-2.webp").write_bytes(b"damaged")
    return folder


def loaded(folder: Path) -> Folder:
    adapter = Folder(model=str(folder))
    adapter.load()
    return adapter


def item(item_id: str) -> Item:
    return Item(item_id, "Move it.", Picture("input.png", lambda: b""))


def test_a_run_takes_them_over(
    made: Path, bench: Path, tmp_path: Path, mebench: Callable[..., tuple[int, str, str]]
) -> None:
    out = tmp_path / "out"
    command = ("run", "--adapter", "folder", "--model", made, "--bench", bench, "--out", out)
    status, said, _ = mebench(*command)
    assert (status, said) == (1, f"{out}: 2 edited, 2 failed, 0 there already\n")
    assert (np.asarray(Image.open(out / "item-0.png")) == photograph(9)).all()
    with Image.open(out / "item-1.png") as image:
        assert image.size == (64, 48)
    rows = {row["item_id"]: row for row in read_lines(out / "records.jsonl")}
    assert (rows["item-2"]["status"], rows["item-3"]["status"]) == ("failed", "failed")
    assert "not an image" in rows["item-2"]["reason"]
    assert rows["item-3"]["reason"] == f"no image for this item in {made}"
    facts = json.loads((out / "run.json").read_text())["provenance"]
    assert (facts["folder"], facts["images"]) == (str(made.resolve()), 3)

    (made / "item-3.png").write_bytes(png(photograph(7)))
    (made / "item-2.webp").write_bytes(png(photograph(6), "WEBP"))
    assert mebench(*command)[:2] == (0, f"{out}: 2 edited, 0 failed, 2 there already\n")


def test_the_benchmark_itself_is_such_a_folder(bench: Path) -> None:
    adapter = loaded(bench / "target")
    for entry in open_benchmark(str(bench)).items:
        assert entry.target is not None
        expected = np.asarray(Image.open(Path(entry.target.name)))
        assert (np.asarray(adapter.edit(entry, 1)) == expected).all()


def test_what_is_no_image_of_the_item(made: Path) -> None:
    (made / "item-0.jpg").write_bytes(png(photograph(1), "JPEG"))
    with Journal(made / "records.jsonl") as records:
        records.append({"item_id": "item-4", "status": "refused", "reason": "policy"})
        records.append({"item_id": "item-5", "status": "failed", "reason": "out of memory"})
    adapter = loaded(made)
    with pytest.raises(EditFailed, match="two files for one id: item-0.jpg, item-0.png; keep one"):
        adapter.edit(item("item-0"), 1)
    with pytest.raises(EditRefused, match="the run says: policy in "):
        adapter.edit(item("item-4"), 1)
    with pytest.raises(EditFailed, match="the run says: out of memory in "):
        adapter.edit(item("item-5"), 1)
    with pytest.raises(ImageError, match="not an image"):
        adapter.edit(item("item-2"), 1)


def test_a_folder_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="adapter Folder needs --model: the folder with the images"):
        Folder()


def test_no_folder_and_no_images(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="no folder .*absent: --model names the folder with the images"):
        loaded(tmp_path / "absent")
    with pytest.raises(AdapterError, match="no image in .*: expected <item id> with .png, .jpg"):
        loaded(tmp_path)
