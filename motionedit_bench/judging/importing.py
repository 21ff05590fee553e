"""Published benchmarks of human pairs, from files on this machine to a folder with ``pairs.csv``.

Formats as their own code reads them (as of November 2026):

- ``mmrb2``: Multimodal RewardBench 2 (facebookresearch/MMRB2), the folder in which its build left
  ``edit.json``, ``images/`` and ``input_images/``. Prompts with several pictures are left out: a judge is
  asked about one original.
- ``editscore``: EditScore's EditReward-Bench (VectorSpaceLab/EditScore), the Parquet files of the data set;
  the first of two outputs is the preferred one, in the dimension that the line names. Of the dimensions
  only ``overall`` is taken: a judge is asked which edit is better, not in what.
- ``editreward``: EditReward-Bench (TIGER-AI-Lab/EditReward), the Parquet files of the data set in ``2pair``,
  ``3pair`` and ``4pair``; ties are kept.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from motionedit_bench.errors import UsageError
from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.judging.pairs import HumanPair, Preferred, write_pairs
from motionedit_bench.records import digest

PAIRS = "pairs.csv"
LeftOut = Counter[str]


def import_pairs(kind: str, source: Path, out: Path) -> tuple[int, LeftOut]:
    """Write ``pairs.csv`` and the pictures to a folder; how many pairs, and why how many were left out.

    Raises:
        UsageError: nothing of that format is there.
        StorageError: the folder cannot be written.
    """
    left_out: LeftOut = Counter()
    make_folder(out / "pictures")
    try:
        count = write_pairs(FORMATS[kind](source, out, left_out), out / PAIRS)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(
            f"{source} is not of the format {kind}: {type(error).__name__}: {error} (see docs/judges.md)"
        ) from error
    return count, left_out


def _mmrb2(source: Path, out: Path, left_out: LeftOut) -> Iterator[HumanPair]:
    path = source / "edit.json" if source.is_dir() else source
    chosen: Mapping[str, Preferred] = {"A": "a", "B": "b"}
    for pair in json.loads(path.read_text(encoding="utf-8"))["pairs"]:
        inputs = [told for kind, told in pair["prompt_content"] if kind == "image"]
        edits = [
            [told for kind, told in pair[side]["response_content"] if kind == "image"]
            for side in ("response_a", "response_b")
        ]
        if len(inputs) != 1:
            left_out["the prompt has no picture or several"] += 1
        elif any(len(pictures) != 1 for pictures in edits):
            left_out["a response has no picture or several"] += 1
        else:
            names = (inputs[0], edits[0][0], edits[1][0])
            original, a, b = (_kept(_inside(path.parent, name).read_bytes(), out) for name in names)
            yield HumanPair(
                str(pair["id"]),
                " ".join(told for kind, told in pair["prompt_content"] if kind == "text"),
                original,
                a,
                b,
                chosen[pair["chosen"]],
                str(pair.get("prompt_source", "")),
                len(pair["human_annotations"]) if pair.get("human_annotations") else None,
            )


def _editscore(source: Path, out: Path, left_out: LeftOut) -> Iterator[HumanPair]:
    for number, row in enumerate(_rows(source)):
        if row["dimension"] != "overall":
            left_out[f"the dimension is {row['dimension']}"] += 1
            continue
        pictures = (row["input_image"], *row["output_images"])
        original, better, worse = (_kept(picture["bytes"], out) for picture in pictures)
        yield HumanPair(
            f"{number:05d}_{row['key'][0]}",
            row["instruction"],
            original,
            better,
            worse,
            "a",
            row["task_type"],
        )


def _editreward(source: Path, out: Path, left_out: LeftOut) -> Iterator[HumanPair]:
    for number, row in enumerate(_rows(source)):
        left, _, right = row["comparison_type"].partition("vs")
        outcomes: Mapping[str, Preferred] = {
            f"{left}>{right}": "a",
            f"{right}>{left}": "b",
            f"{left}={right}": "tie",
        }
        pictures = (row["source_image"], row["candidate_1"], row["candidate_2"])
        original, a, b = (_kept(picture["bytes"], out) for picture in pictures)
        yield HumanPair(
            f"{number:05d}_{row['id']}",
            row["instruction"],
            original,
            a,
            b,
            outcomes[row["ranking"]],
            row["dataset"],
        )


FORMATS: Mapping[str, Callable[[Path, Path, LeftOut], Iterator[HumanPair]]] = {
    "mmrb2": _mmrb2,
    "editscore": _editscore,
    "editreward": _editreward,
}


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name} leads out of the folder")
    return path


def _rows(source: Path) -> Iterator[dict[str, Any]]:
    """The lines of all Parquet files in a folder, a few at a time: they hold pictures."""
    from pyarrow import parquet

    paths = sorted(source.rglob("*.parquet")) if source.is_dir() else [source]
    if not paths:
        raise ValueError("no Parquet file in it")
    for path in paths:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=16):
                yield from batch.to_pylist()


def _kept(content: bytes, out: Path) -> Path:
    """The file of a picture, named by what is in it; written once."""
    path = out / "pictures" / digest(content)[:32]
    if not path.exists():
        write_whole(path, content, durable=False)
    return path
