"""The embedded benchmark: real photographs, real or exactly known motion, no download.

Its pictures are made from photographs that scikit-image installs with itself. Most show a subject
that was cut out and moved; one is a photographed stereo pair with its measured disparity.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks.sample.holes import render
from motionedit_bench.benchmarks.sample.layers import Photo, Triplet
from motionedit_bench.benchmarks.sample.motions import part
from motionedit_bench.benchmarks.sample.scenes import SCENES, STEREO, Guest, Scene, Task
from motionedit_bench.errors import BenchmarkError
from motionedit_bench.images import encode_png, to_array

VERSION = 1
"""Goes up whenever a picture, a flow or a word of the benchmark changes."""


def build(folder: Path) -> None:
    """Write the benchmark into an existing, empty folder.

    It holds ``metadata.jsonl``, ``input/<id>.png``, ``target/<id>.png``, and ``flow/<id>.npz`` with
    ``flow``: float32 (H, W, 2), the motion (dx, dy) in pixels from input to target, NaN where it is
    unknown. With one set of installed packages the bytes are always the same.

    Raises:
        BenchmarkError: scikit-image does not bring a photograph that is needed.
        OSError: a file cannot be written.
    """
    for name in ("input", "target", "flow"):
        (folder / name).mkdir()
    lines = []
    for task, triplet in triplets():
        record = {
            "id": task.id,
            "file_name": f"input/{task.id}.png",
            "target_file_name": f"target/{task.id}.png",
            "prompt": task.instruction,
            "category": task.category,
        }
        (folder / record["file_name"]).write_bytes(encode_png(Image.fromarray(triplet.input)))
        (folder / record["target_file_name"]).write_bytes(encode_png(Image.fromarray(triplet.target)))
        np.savez_compressed(folder / "flow" / f"{task.id}.npz", flow=triplet.flow)
        lines.append(json.dumps(record) + "\n")
    (folder / "metadata.jsonl").write_text("".join(lines), encoding="utf-8")


def triplets() -> Iterator[tuple[Task, Triplet]]:
    """Every item: its words, and its input, target and flow."""
    for scene in SCENES:
        yield scene.task, _rendered(scene)
    yield STEREO, _stereo()


def partly(item_id: str, fraction: float) -> Photo:
    """What an item's target would be if its subjects went only that part of their way.

    Raises:
        KeyError: no item made from one photograph has that id.
    """
    scene = {scene.task.id: scene for scene in SCENES}[item_id]
    subjects = tuple(replace(subject, motion=part(fraction, subject.motion)) for subject in scene.subjects)
    return _rendered(replace(scene, subjects=subjects)).target


def _rendered(scene: Scene) -> Triplet:
    photo = _open(scene.photo)
    guests = None if scene.guest is None else _placed(scene.guest, photo)
    return render(to_array(photo), scene.subjects, scene.front, guests)


def _placed(guest: Guest, scene: Image.Image) -> Photo:
    """The guest's photograph where it lies in the scene, in colour only if the scene is."""
    photo = _open(guest.photo).convert(scene.mode)
    width, height = round(photo.width * guest.scale), round(photo.height * guest.scale)
    canvas = Image.new(scene.mode, scene.size)
    canvas.paste(photo.resize((width, height), Image.Resampling.LANCZOS), guest.corner)
    return to_array(canvas)


def _stereo() -> Triplet:
    """Left and right view; a point of the left one lies further left in the right one, by its disparity."""
    left, right = to_array(_open("motorcycle_left.png")), to_array(_open("motorcycle_right.png"))
    with np.load(BytesIO(_read("motorcycle_disp.npz"))) as archive:
        disparity = archive["arr_0"].astype(np.float32)
    flow = np.stack([-disparity, np.zeros_like(disparity)], axis=-1)
    flow[~np.isfinite(disparity)] = np.nan
    return Triplet(left, right, flow)


def _open(name: str) -> Image.Image:
    return Image.open(BytesIO(_read(name)))


def _read(name: str) -> bytes:
    """A file that scikit-image installs, read without `skimage.data`, which may look on the network."""
    try:
        return (files("skimage") / "data" / name).read_bytes()
    except FileNotFoundError as error:
        raise BenchmarkError(
            f"scikit-image {version('scikit-image')} does not install {name}, which the benchmark `sample` "
            "is made from: reinstall scikit-image 0.24 or later from its wheel"
        ) from error
