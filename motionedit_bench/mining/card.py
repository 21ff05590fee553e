"""The data card of a mined benchmark: ``README.md`` in its folder."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from motionedit_bench.files import write_whole
from motionedit_bench.leaderboard.escaping import escaped
from motionedit_bench.mining.deciding import counts
from motionedit_bench.mining.fates import Fates
from motionedit_bench.mining.licences import Licence
from motionedit_bench.mining.mine import Mined
from motionedit_bench.mining.records import split_of
from motionedit_bench.mining.report import ABOUT, UNDRAWN
from motionedit_bench.mining.settings import Settings, settings_text
from motionedit_bench.mining.stats.captions import captions
from motionedit_bench.mining.stats.motion import WITHOUT, Profile
from motionedit_bench.version import VERSION

CARD = "README.md"
FIGURES = "figures"
"""The folder of the card's figures."""
NOT_STATED = "not stated"


def write_card(
    bench: Path,
    mined: Mined,
    settings: Settings,
    items: Sequence[Mapping[str, Any]],
    ended: Fates,
    licences: Mapping[str, Licence],
    profile: Profile | None,
) -> Path:
    """Write ``README.md``: what the items are, from which videos under which licences, chosen how.

    ``profile`` is of the benchmark, whose figures lie in ``figures/``; without it the card has none.
    """
    parts = [
        f"# {escaped(bench.resolve().name, 'github')}",
        f"{len(items)} motion edits, mined by MotionEdit-Bench {VERSION} from the videos below. Input and "
        "target of an item are two frames of one shot; the instruction asks for the motion between them.",
        _figures(profile),
        "## Items",
        _items(items),
        "No video is in both splits; videos of which a pair looks like another's are in one.",
        "## Videos",
        _videos(mined, settings, items, licences),
        "## How pairs were chosen",
        _rules(mined, ended, items),
        _authors(ended),
        "## Settings",
        f"```toml\n{settings_text(settings)}```",
    ]
    write_whole(bench / CARD, ("\n\n".join(filter(None, parts)) + "\n").encode())
    return bench / CARD


def _figures(profile: Profile | None) -> str:
    if profile is None:
        return ""
    told = captions([profile]).items()
    return "\n\n".join(f"![{name}]({FIGURES}/{name}.png)\n\n{escaped(text, 'github')}" for name, text in told)


def _items(items: Sequence[Mapping[str, Any]]) -> str:
    found = Counter((str(item.get("category") or WITHOUT), str(item["split"])) for item in items)
    names = sorted({name for name, _ in found})
    rows = [[name, found[name, "train"], found[name, "test"]] for name in names]
    rows.append(["all", *(sum(item["split"] == split for item in items) for split in ("train", "test"))])
    return _table(rows, ["category", "train", "test"])


def _videos(
    mined: Mined, settings: Settings, items: Sequence[Mapping[str, Any]], licences: Mapping[str, Licence]
) -> str:
    """A row a video that was asked for; files of equal content share their items."""
    own = Counter(str(item["source"]["sha256"]) for item in items)
    rows = []
    for video in mined.videos:
        licence = licences.get(video.name, Licence(NOT_STATED))
        seconds = "-" if video.duration is None else f"{video.duration:.1f}"
        split = "-"
        if video.sha256:
            split = split_of(mined.kin.get(video.sha256, video.sha256), settings.test_share)
        known = [video.name, licence.licence, licence.source or "-", video.status, seconds]
        rows.append([*(escaped(str(one), "github") for one in known), split, own[video.sha256]])
    heads = ["video", "licence", "source", "status", "seconds", "split", "items"]
    return _table(rows, heads)


def _rules(mined: Mined, ended: Fates, items: Sequence[Mapping[str, Any]]) -> str:
    """What became of all pairs: what is left of a number after its lines is the next number."""
    kept = sum(one.kept for one in mined.decisions)
    rows: list[list[object]] = [["pairs considered", len(mined.decisions)]]
    rows += [[f"- {ABOUT[rule]}", count] for rule, count in counts(mined.decisions).items() if count]
    if undrawn := kept - len(mined.candidates):
        rows.append([f"- {UNDRAWN}", undrawn])
    rows.append(["candidates", len(mined.candidates)])
    rows += [[f"- {why}", count] for why, count in ended.left.items()]
    rows.append(["items", len(items)])
    return _table(rows, ["", "pairs"])


def _authors(ended: Fates) -> str:
    if not ended.by_judge:
        return "Instructions and categories were written by hand."
    by = escaped(", ".join(ended.judges) or "whose server does not tell its model", "github")
    hand = f"; of {ended.by_hand} by hand" if ended.by_hand else ""
    return f"Instructions and categories of {ended.by_judge} items are by a judge, {by}{hand}."


def _table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> str:
    align = ("left", *["right"] * (len(heads) - 1)) if len(heads) < 4 else None
    return tabulate(rows, heads, tablefmt="github", disable_numparse=True, colalign=align)
