"""What a run of mining tells: a table, and ``mine.json``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from motionedit_bench.files import json_bytes, write_whole
from motionedit_bench.mining.deciding import counts
from motionedit_bench.mining.judging import Judged
from motionedit_bench.mining.mine import Mined
from motionedit_bench.mining.settings import Settings
from motionedit_bench.mining.verdicts import JudgeRule
from motionedit_bench.provenance import package_version
from motionedit_bench.version import VERSION

PACKAGES = ("av", "scenedetect-headless", "imagehash", "opencv-python-headless", "numpy", "pillow")

ABOUT = {
    "unreadable": "could not be decoded or measured",
    "light": "too dark or too bright",
    "light_change": "the light changes, as in a fade or a flash",
    "camera": "the camera moves",
    "subject": "nothing moves by itself",
    "moved": "too little or too much of the frame moves",
    "fb": "the motion cannot be followed there and back",
    "inliers": "the camera cannot be told",
    "sharpness": "one frame is more blurred than the other",
    "faces": "a face is seen in a frame",
    "elsewhere": "another benchmark has a picture like it",
    "shared_frame": "its input is another's target",
    "per_shot": "another pair of the shot is better",
    "duplicate": "looks like a better pair",
    "limit": "more than were asked for",
}
ABOUT_JUDGE: dict[JudgeRule, str] = {
    "judge_keep": "the judge would not keep it",
    "setting": "the judge: the setting is not the same",
    "motion": "the judge: no clear motion",
    "integrity": "the judge: the subjects are not whole",
    "instruction_unfaithful": "the judge: the pair does not fit its instruction",
}
UNDRAWN = "their pictures could not be written"
NO_VERDICT = "the judge gave no verdict: it waits"


def table(mined: Mined, verdicts: Sequence[Judged] = ()) -> str:
    """How many pairs were considered, kept, and dropped by which rule; at most 80 columns."""
    dropped = counts(mined.decisions)
    rows = [("pairs considered", len(mined.decisions), "")]
    rows += [(f"- {rule}", count, ABOUT[rule]) for rule, count in dropped.items() if count]
    kept = sum(decision.kept for decision in mined.decisions)
    if undrawn := kept - len(mined.candidates):
        rows.append(("- pictures", undrawn, UNDRAWN))
    rows.append(
        ("kept", len(mined.candidates), f"from {len({one.pair.video for one in mined.candidates})} videos")
    )
    rows += [(f"- {rule}", count, about) for rule, count, about in judged_counts(verdicts)]
    if verdicts:
        rows.append(("kept by the judge", sum(one.kept is True for one in verdicts), ""))
    return tabulate(rows, tablefmt="plain")


def judged_counts(verdicts: Sequence[Judged]) -> list[tuple[str, int, str]]:
    """How many candidates each rule of a judge dropped, and how many wait, by status; with words for it."""
    rules = Counter(one.rule for one in verdicts if one.rule)
    waiting = Counter(one.status for one in verdicts if one.kept is None)
    dropped = [(str(rule), rules[rule], about) for rule, about in ABOUT_JUDGE.items() if rules[rule]]
    return dropped + [(status, count, NO_VERDICT) for status, count in sorted(waiting.items())]


def write_report(
    bench: Path, mined: Mined, settings: Settings, items: Sequence[Any] | None, asked: Mapping[str, Any]
) -> None:
    """Write ``mine.json``: what the folder was made from, how, and what became of all pairs.

    ``items`` are those of the benchmark, ``None`` where this run made none. ``asked`` says more of it, as
    JSON values: of a judge, of another benchmark.
    """
    content = {
        "format": 1,
        "mebench": VERSION,
        "packages": {name: package_version(name) for name in PACKAGES},
        "settings": settings.model_dump(mode="json"),
        "videos": [video.row() for video in mined.videos],
        "shots": mined.shots,
        "pairs": len(mined.decisions),
        "dropped": counts(mined.decisions),
        "kin": dict(mined.kin),
        "candidates": len(mined.candidates),
        "items": None if items is None else len(items),
        **asked,
    }
    write_whole(bench / "mine.json", json_bytes(content, indent=2))
