"""The embedded benchmarks: real photographs, real or exactly known motion, no download.

Their pictures are made from photographs that scikit-image installs with itself. Most show a subject
that was cut out and moved; one is a photographed stereo pair with its measured disparity.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from motionedit_bench.benchmarks.sample.far_scenes import STAGES
from motionedit_bench.benchmarks.sample.holes import Subject, render
from motionedit_bench.benchmarks.sample.layers import Photo, Triplet
from motionedit_bench.benchmarks.sample.motions import part
from motionedit_bench.benchmarks.sample.photos import open_photo, read
from motionedit_bench.benchmarks.sample.scenes import SCENES, STEREO, Guest, Scene
from motionedit_bench.benchmarks.sample.stage import photographed, staged
from motionedit_bench.benchmarks.sample.task import Task
from motionedit_bench.images import encode_png, to_array

VERSIONS = {"sample": 1, "sample-far": 1}
"""Of each embedded benchmark: goes up whenever a picture, a flow or a word of it changes."""


def build(folder: Path, name: str = "sample") -> None:
    """Write an embedded benchmark into an existing, empty folder.

    It holds ``metadata.jsonl``, ``input/<id>.png``, ``target/<id>.png``, and ``flow/<id>.npz`` with
    ``flow``: float32 (H, W, 2), the motion (dx, dy) in pixels from input to target, NaN where it is
    unknown; those of ``sample-far`` also with ``visible``: bool (H, W), the pixels of the input that the
    target shows. With one set of installed packages the bytes are always the same.

    Raises:
        BenchmarkError: scikit-image does not bring a photograph that is needed.
        KeyError: no embedded benchmark has that name.
        OSError: a file cannot be written.
    """
    for part_name in ("input", "target", "flow"):
        (folder / part_name).mkdir()
    lines = []
    for task, triplet in triplets(name):
        record = {
            "id": task.id,
            "file_name": f"input/{task.id}.png",
            "target_file_name": f"target/{task.id}.png",
            "prompt": task.instruction,
            "category": task.category,
        }
        (folder / record["file_name"]).write_bytes(encode_png(Image.fromarray(triplet.input)))
        (folder / record["target_file_name"]).write_bytes(encode_png(Image.fromarray(triplet.target)))
        archive = folder / "flow" / f"{task.id}.npz"
        if triplet.visible is None:
            np.savez_compressed(archive, flow=triplet.flow)
        else:
            np.savez_compressed(archive, flow=triplet.flow, visible=triplet.visible)
        lines.append(json.dumps(record) + "\n")
    (folder / "metadata.jsonl").write_text("".join(lines), encoding="utf-8")


def triplets(name: str = "sample") -> Iterator[tuple[Task, Triplet]]:
    """Every item of an embedded benchmark: its words, and its input, target and truth.

    Raises:
        KeyError: no embedded benchmark has that name.
    """
    return {"sample": _near, "sample-far": _far}[name]()


def _near() -> Iterator[tuple[Task, Triplet]]:
    for scene in SCENES:
        yield scene.task, replace(_rendered(scene), visible=None)  # its archives hold the flow alone
    yield STEREO, _stereo()


def _far() -> Iterator[tuple[Task, Triplet]]:
    for stage in STAGES:
        yield stage.task, photographed(stage)


def partly(item_id: str, fraction: float, name: str = "sample") -> Triplet:
    """What an item would be if all went only that part of its way, in the light of the input.

    A fraction less than 0 is the opposite way.

    Raises:
        KeyError: no embedded benchmark has that name, or no item with that id made from layers.
    """
    if name == "sample-far":
        return staged({stage.task.id: stage for stage in STAGES}[item_id].part(fraction))
    if name != "sample":
        raise KeyError(name)
    scene = {scene.task.id: scene for scene in SCENES}[item_id]
    subjects = tuple(_gone(subject, fraction) for subject in scene.subjects)
    return _rendered(replace(scene, subjects=subjects))


def _gone(subject: Subject, fraction: float) -> Subject:
    """The subject with that part of its motion, and texture for what it bares from behind it."""
    donor = subject.donor
    if donor is not None and fraction < 0:
        donor = (-donor[0], -donor[1])
    return replace(subject, motion=part(fraction, subject.motion), donor=donor)


def _rendered(scene: Scene) -> Triplet:
    photo = open_photo(scene.photo)
    guests = None if scene.guest is None else _placed(scene.guest, photo)
    return render(to_array(photo), scene.subjects, scene.front, guests)


def _placed(guest: Guest, scene: Image.Image) -> Photo:
    """The guest's photograph where it lies in the scene, in colour only if the scene is."""
    photo = open_photo(guest.photo).convert(scene.mode)
    width, height = round(photo.width * guest.scale), round(photo.height * guest.scale)
    canvas = Image.new(scene.mode, scene.size)
    canvas.paste(photo.resize((width, height), Image.Resampling.LANCZOS), guest.corner)
    return to_array(canvas)


def _stereo() -> Triplet:
    """Left and right view; a point of the left one lies further left in the right one, by its disparity."""
    left, right = to_array(open_photo("motorcycle_left.png")), to_array(open_photo("motorcycle_right.png"))
    with np.load(BytesIO(read("motorcycle_disp.npz"))) as archive:
        disparity = archive["arr_0"].astype(np.float32)
    flow = np.stack([-disparity, np.zeros_like(disparity)], axis=-1)
    flow[~np.isfinite(disparity)] = np.nan
    return Triplet(left, right, flow)
