"""What another benchmark has is known again, however it was saved, framed or turned."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.candidates import measures
from helpers.pictures import photograph, png
from PIL import Image

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.mining.elsewhere import elsewhere
from motionedit_bench.mining.looks import phash, ways
from motionedit_bench.mining.records import Measured, Pair


def jpeg(pixels):
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, "JPEG", quality=40)
    return encoded.getvalue()


def barred(pixels):
    framed = np.zeros_like(pixels, shape=(pixels.shape[0] + 60, *pixels.shape[1:]))
    framed[30:-30] = pixels
    return framed


def smaller(pixels):
    return np.asarray(Image.fromarray(pixels).resize((pixels.shape[1] // 2, pixels.shape[0] // 2)))


CHANGES = {
    "as it is": png,
    "compressed": jpeg,
    "smaller": lambda pixels: png(smaller(pixels)),
    "mirrored": lambda pixels: png(pixels[:, ::-1]),
    "with bars": lambda pixels: png(barred(pixels)),
    "mirrored, with bars, compressed": lambda pixels: jpeg(barred(pixels[:, ::-1])),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_known_again(tmp_path, change):
    own = photograph(3, 192, 128)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.png").write_bytes(CHANGES[change](own))
    (other / "metadata.jsonl").write_text(json.dumps({"id": "a", "file_name": "a.png", "prompt": "Go."}))
    there = elsewhere(tmp_path, open_benchmark(str(other)))
    pair = Measured(Pair("p", "v", 0, 0.0, 1.0), measures(phash=(phash(photograph(5, 192, 128)), phash(own))))
    (found,) = there.decide([pair], 7)
    assert (found.rule, found.other) == ("elsewhere", "other: a")
    free = replace(pair, measures=measures(phash=(phash(photograph(5, 192, 128)),) * 2))
    assert there.decide([free], 7)[0].kept
    assert elsewhere(tmp_path, open_benchmark(str(other))).hashes.tolist() == there.hashes.tolist()


def test_the_ways_of_a_picture():
    own = photograph(3, 96, 64)
    assert [way.shape for way in ways(own)] == [(64, 96, 3)] * 2
    framed = ways(barred(own))
    assert [way.shape for way in framed] == [(124, 96, 3), (64, 96, 3)] * 2
    assert (framed[1] == own).all()
    assert (framed[3] == own[:, ::-1]).all()
