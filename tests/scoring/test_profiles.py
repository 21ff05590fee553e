"""Edits and targets with colour profiles, scored: the right numbers, keys of their own, and told."""

import json

import numpy as np
import pytest
from helpers.pictures import png
from helpers.profiles import ADOBE, ADOBE_GAMMA, P3, SRGB, SRGB_CURVE, encoded_for, rgb_profile
from PIL import Image

from motionedit_bench.metrics.judge.shown import Shown
from motionedit_bench.records import digest
from motionedit_bench.scoring.open import looks

PROFILES = {
    "adobe": (ADOBE, ADOBE_GAMMA, rgb_profile(ADOBE, ADOBE_GAMMA, "Adobe RGB (1998)")),
    "p3": (P3, None, rgb_profile(P3, SRGB_CURVE, "Display P3")),
}


def profiled(path, name):
    """The picture of a file as a PNG for another space."""
    primaries, gamma, profile = PROFILES[name]
    pixels = np.clip(np.asarray(Image.open(path).convert("RGB")), 40, 215)
    there = np.rint(encoded_for(pixels, primaries, gamma)).astype(np.uint8)
    return png(pixels), png(there, icc_profile=profile)


def rows_of(folder):
    return [json.loads(line) for line in (folder / "scores.jsonl").read_text().split("\n") if line]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("where", ["edited", "target"])
def test_the_target_saved_for_another_space_is_still_the_target(bench, tmp_path, mebench, name, where):
    edits = tmp_path / "model"
    edits.mkdir()
    for path in sorted((bench / "target").iterdir()):
        plain, other = profiled(path, name)
        path.write_bytes(plain if where == "edited" else other)
        (edits / path.name).write_bytes(other if where == "edited" else plain)
    status, _, _ = mebench("score", edits, "--bench", bench, "--metrics", "psnr,mas")
    assert status == 0
    rows = rows_of(edits)
    assert min(row["value"] for row in rows if row["metric"] == "psnr") > 50
    assert min(row["value"] for row in rows if row["metric"] == "mas") > 98
    wanted = {where: f"converted to sRGB from {'Adobe RGB (1998)' if name == 'adobe' else 'Display P3'}"}
    assert all(row["detail"]["colours"] == wanted for row in rows)


def test_only_files_that_are_converted_have_another_identity():
    pixels = np.full((8, 8, 3), 99, np.uint8)
    converted = png(pixels, icc_profile=PROFILES["p3"][2])
    assert looks(converted).identity != digest(converted)
    for content in (
        png(pixels),
        png(pixels, icc_profile=rgb_profile(SRGB, SRGB_CURVE, "sRGB")),
        png(pixels, icc_profile=b"damaged"),
        b"no picture",
    ):
        assert looks(content).identity == digest(content)


def test_rows_of_before_are_made_again_where_colours_are_converted_and_nowhere_else(
    bench, tmp_path, mebench, monkeypatch
):
    edits = tmp_path / "model"
    edits.mkdir()
    paths = sorted((bench / "target").iterdir())
    for path in paths:
        (edits / path.name).write_bytes(path.read_bytes())
    (edits / paths[0].name).write_bytes(profiled(paths[0], "adobe")[1])
    with monkeypatch.context() as before:
        before.setattr("motionedit_bench.images.colours_of", lambda *_: NoColours)
        mebench("score", edits, "--bench", bench, "--metrics", "psnr")
    old = rows_of(edits)
    mebench("score", edits, "--bench", bench, "--metrics", "psnr")
    rows = rows_of(edits)
    assert rows[: len(old)] == old
    (new,) = rows[len(old) :]
    assert (new["item_id"], old[0]["item_id"]) == ("item-0", "item-0")
    assert new["value"] > old[0]["value"] + 2


class NoColours:
    """As the harness was before it knew profiles."""

    note = version = transform = None
    trouble = False


def test_a_profile_that_cannot_be_read_is_told_in_rows_and_by_validate(bench, tmp_path, mebench):
    edits = tmp_path / "model"
    edits.mkdir()
    for path in sorted((bench / "target").iterdir()):
        (edits / path.name).write_bytes(path.read_bytes())
    pixels = np.asarray(Image.open(bench / "target" / "item-1.png"))
    (edits / "item-1.png").write_bytes(png(pixels, icc_profile=b"no profile"))
    assert mebench("score", edits, "--bench", bench, "--metrics", "psnr")[0] == 0
    told = {row["item_id"]: row["detail"].get("colours") for row in rows_of(edits)}
    assert "cannot be used" in told.pop("item-1")["edited"]
    assert set(told.values()) == {None}
    status, out, _ = mebench("validate", edits, "--bench", bench)
    assert status == 1
    assert "colours" in out
    assert "taken as sRGB" in " ".join(out.split())


def test_judges_are_shown_converted_pixels():
    pixels = np.full((8, 8, 3), (250, 10, 10), np.uint8)
    content = png(pixels, icc_profile=PROFILES["p3"][2])
    image = Image.fromarray(pixels)
    assert Shown.of(image, content).content != content
    assert Shown.of(image, png(pixels)).content == png(pixels)
