"""Near copies: named for a person to decide, whatever was done to the bytes."""

import io

import numpy as np
import pytest
from helpers.pictures import photograph
from PIL import Image

from motionedit_bench.images import decode
from motionedit_bench.leaderboard.submission.likeness import (
    MARKED,
    NEAR,
    difference,
    is_near_throughout,
    pack_small,
    read_small,
    shifted,
    small,
)

WIDTH, HEIGHT = 480, 360


def is_near(edit, other, original):
    found = difference(edit, other, original)
    return found is not None and found <= NEAR


def scene(shift):
    """A picture in which a part is moved."""
    pixels = photograph(1, WIDTH, HEIGHT).copy()
    pixels[90:270, 120 + shift : 330 + shift] = pixels[90:270, 120:330].copy()
    return Image.fromarray(pixels)


def again(image, form, **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return decode(buffer.getvalue())


def one_pixel(image):
    pixels = np.asarray(image).copy()
    pixels[100, 100] = 255 - pixels[100, 100]
    return Image.fromarray(pixels)


def moved(image, right, down):
    return Image.fromarray(np.roll(np.asarray(image), (down, right), (0, 1)))


COPIES = {
    "one pixel": one_pixel,
    "jpeg": lambda image: again(image, "JPEG", quality=75),
    "poor jpeg": lambda image: again(image, "JPEG", quality=40),
    "webp": lambda image: again(image, "WEBP", quality=70),
    "half": lambda image: image.resize((WIDTH // 2, HEIGHT // 2)),
    "one and a half": lambda image: image.resize((WIDTH * 3 // 2, HEIGHT * 3 // 2)),
    "a pixel to the right": lambda image: moved(image, 1, 0),
    "a pixel up and two to the left": lambda image: moved(image, -2, -1),
    "a pixel to the right, as jpeg": lambda image: again(moved(image, 1, 0), "JPEG", quality=80),
    "a little brighter": lambda image: image.point(lambda value: min(255, value + 2)),
}


@pytest.mark.parametrize("how", COPIES)
def test_copies_are_near(how):
    original, target = scene(0), scene(30)
    assert is_near(shifted(COPIES[how](target)), small(target), small(original))


def test_other_edits_are_not():
    original, target = scene(0), scene(30)
    for shift in (0, 20, 26, 40, -30):
        assert not is_near(shifted(scene(shift)), small(target), small(original)), shift


def marked(image):
    pixels = np.asarray(image).copy()
    pixels[-HEIGHT // 12 :, -WIDTH // 6 :] = 255
    return Image.fromarray(pixels)


def enlarged(image):
    return image.crop((6, 6, WIDTH - 6, HEIGHT - 6)).resize(image.size)


def reduced(image):
    made = image.copy()
    made.paste(image.resize((WIDTH - 12, HEIGHT - 12)), (6, 6))
    return made


@pytest.mark.parametrize("change", [marked, enlarged, reduced])
def test_what_no_single_copy_shows_most_of_them_do(change):
    """Marks, cuts and frames leave less of a copy than another encoding."""
    original = small(scene(0))
    found = [
        min(difference(shifted(change(one)), small(one), original, marked) for marked in (0.0, MARKED))
        for one in map(scene, (20, 30, 40, -25))
    ]
    assert is_near_throughout(found)
    assert not is_near_throughout(found[:2])


def test_other_edits_are_not_near_on_the_whole():
    original = small(scene(0))
    pairs = [(20, 30), (26, 30), (40, 30), (-30, 30)]
    found = [difference(shifted(scene(one)), small(scene(other)), original, MARKED) for one, other in pairs]
    assert not is_near_throughout(found)


def test_an_edit_that_changes_nothing_is_no_copy_of_another_that_does_not():
    original = scene(0)
    assert not is_near(shifted(original), small(again(original, "JPEG", quality=95)), small(original))


@pytest.mark.slow
def test_no_real_model_is_taken_for_another_or_for_the_target(published):
    """Six models' edits of twelve items: some of the models are trained from others."""
    pictures = {}
    for path in sorted((published / "preds").rglob("*.*")):
        pictures.setdefault(path.stem, {})[path.parent.name] = decode(path.read_bytes())
    compared, apart = 0, {}
    for item, edits in pictures.items():
        original, target = (
            small(decode((published / "bench" / part / f"{item}.jpg").read_bytes()))
            for part in ("input", "target")
        )
        others = {name: small(edit) for name, edit in edits.items()} | {"target": target}
        for name, edit in edits.items():
            ways = shifted(edit)
            for other, theirs in others.items():
                assert is_near(ways, theirs, original) == (other == name), (item, name, other)
                apart.setdefault((name, other), []).append(difference(ways, theirs, original, MARKED))
                compared += 1
    assert compared > 100
    near = {
        pair for pair, found in apart.items() if is_near_throughout([one for one in found if one is not None])
    }
    assert near == {(name, name) for name, _ in apart}


def test_small_pictures_are_kept_by_any_id_an_item_can_have(tmp_path):
    pictures = {
        name: small(scene(k)) for k, name in enumerate(("file", "items", "1", "a.b-c", "allow_pickle"))
    }
    for kept in (pictures, {}):
        (tmp_path / "x.npz").write_bytes(pack_small(kept))
        found = read_small(tmp_path / "x.npz")
        assert list(found) == list(kept)
        assert all((found[name] == kept[name]).all() for name in kept)
