"""What the board computes itself."""

import random

from helpers.honest_submission import look_at, rows_of, seal, write_rows
from helpers.pictures import png
from PIL import Image


def test_a_tampered_score_is_found_whenever_its_item_is_drawn(spoiled, benchmark):
    rows = rows_of(spoiled)
    for row in rows:
        if row["item_id"] == "item-1" and row["metric"] == "ssim":
            row["value"] = 1.0
    write_rows(spoiled, rows)
    seal(spoiled)
    seen = set()
    for seed in range(8):
        drawn = random.Random(seed).sample(["item-0", "item-1", "item-2"], 1)
        verdict = look_at(spoiled, benchmark, sample=1, seed=seed)
        assert bool(verdict.findings) == (drawn == ["item-1"])
        seen.update(drawn)
    assert seen >= {"item-1"}
    assert len(seen) > 1


def test_the_target_handed_in_as_an_edit_is_found(place, spoiled, benchmark):
    target = Image.open(place / "bench" / "target" / "item-1.png")
    target.save(spoiled / "images" / "item-1.png", compress_level=1, dpi=(72, 72))
    seal(spoiled)
    found = look_at(spoiled, benchmark).findings
    assert [one.where for one in found if "the target's own pixels" in one.what] == ["item-1"]


def test_a_swapped_image_is_found(spoiled, benchmark):
    (spoiled / "images" / "item-0.png").write_bytes(png(Image.new("RGB", (160, 120), "red")))
    seal(spoiled)
    assert look_at(spoiled, benchmark).word == "rejected"
