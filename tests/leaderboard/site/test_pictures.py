"""Pictures of the gallery: small, named by their source, kept."""

import base64
import io

import pytest
from PIL import Image

from motionedit_bench.leaderboard.site.pictures import EmbeddedPictures, PictureFolder, keep, key_of


def draw() -> Image.Image:
    return Image.new("RGB", (400, 300), "teal")


def forbidden() -> Image.Image:
    raise AssertionError("drawn again")


def test_a_picture_is_found_again_by_a_later_build(tmp_path):
    shown = keep(PictureFolder(tmp_path), ["source"], 100, draw)
    assert shown[1:] == (100, 75)
    with Image.open(tmp_path / shown[0]) as image:
        assert image.size == (100, 75)
    assert keep(PictureFolder(tmp_path), ["source"], 100, forbidden) == shown


@pytest.mark.parametrize(("source", "side"), [("other", 100), ("source", 50)])
def test_another_source_or_size_is_another_picture(tmp_path, source, side):
    first = keep(PictureFolder(tmp_path), "source", 100, draw)
    assert keep(PictureFolder(tmp_path), source, side, draw)[0] != first[0]


def test_what_nothing_asks_for_is_removed_and_what_is_not_ours_stays(tmp_path):
    old = keep(PictureFolder(tmp_path), "old", 100, draw)
    (tmp_path / "pictures" / "mine.png").write_bytes(b"")
    store = PictureFolder(tmp_path)
    new = keep(store, "new", 100, draw)
    store.clear()
    assert not (tmp_path / old[0]).exists()
    assert (tmp_path / new[0]).exists()
    assert (tmp_path / "pictures" / "mine.png").exists()


@pytest.mark.parametrize("store", [PictureFolder, lambda folder: EmbeddedPictures()])
def test_a_note_is_recalled_as_it_was_left(tmp_path, store):
    notes, key = store(tmp_path), key_of("source", 1)
    assert notes.recall(key) is None
    notes.note(key, {"trust": 0.5})
    assert notes.recall(key) == {"trust": 0.5}


def test_notes_of_an_earlier_build_are_found_again_and_cleared_like_pictures(tmp_path):
    used, unused, damaged = (key_of(name, 1) for name in ("used", "unused", "damaged"))
    for key in (used, unused, damaged):
        PictureFolder(tmp_path).note(key, {"of": key})
    (tmp_path / "pictures" / f"{damaged}.json").write_bytes(b"{")
    (tmp_path / "pictures" / "mine.json").write_bytes(b"{}")
    store = PictureFolder(tmp_path)
    assert (store.recall(used), store.recall(damaged)) == ({"of": used}, None)
    store.clear()
    assert sorted(path.stem for path in (tmp_path / "pictures").iterdir()) == sorted([used, damaged, "mine"])


def test_pictures_are_never_enlarged(tmp_path):
    assert keep(PictureFolder(tmp_path), "source", 1000, draw)[1:] == (400, 300)


def test_an_embedded_picture_is_its_own_address():
    address, width, height = keep(EmbeddedPictures(), "source", 100, draw)
    content = base64.b64decode(address.removeprefix("data:image/webp;base64,"))
    assert Image.open(io.BytesIO(content)).size == (width, height) == (100, 75)
