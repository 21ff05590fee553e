"""Writes the page: what is known of each candidate, what is written for it, and where its pictures lie."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from motionedit_bench.files import make_folder, write_whole
from motionedit_bench.leaderboard.site.page import SITE_POLICY, as_data
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.mining.judging import Judged
from motionedit_bench.mining.records import CATEGORIES, Candidate, candidate_folder
from motionedit_bench.mining.verdicts import FORBIDDEN, MOST_WORDS
from motionedit_bench.mining.written import Written

PACKAGE = "motionedit_bench.mining.review"
PAGE = "review.html"
SIDES = ("input", "target", "flow")


def write_review(
    bench: Path,
    candidates: Sequence[Candidate],
    written: Mapping[str, Written],
    verdicts: Iterable[Judged] = (),
) -> Path:
    """Write ``mine/review.html`` beside the candidates' pictures; returns it.

    What is ``written`` stands in it already, and may be changed. What is done on the page is kept by the
    browser, by pair, until it is saved as ``instructions.csv``; the next run reads that.

    Raises:
        StorageError: the folder cannot be written.
    """
    folder = make_folder(bench / "mine")
    said = {one.id: one for one in verdicts}
    data = {
        "pairs": [_pair(bench, one, written.get(one.id, Written()), said.get(one.id)) for one in candidates],
        "categories": CATEGORIES,
        "most_words": MOST_WORDS,
        "forbidden": FORBIDDEN,
    }
    page = template(PACKAGE, "page.html").render(
        policy=SITE_POLICY, categories=CATEGORIES, data=Markup(as_data(data))
    )
    style = (files("motionedit_bench.leaderboard.site") / "style" / "base.css").read_text(encoding="utf-8")
    write_whole(folder / "review.css", (style + _text("review.css")).encode())
    write_whole(folder / "review.js", (_text("answers.js") + _text("review.js")).encode())
    write_whole(folder / PAGE, page.encode())
    return folder / PAGE


def _pair(bench: Path, one: Candidate, written: Written, verdict: Judged | None) -> dict[str, Any]:
    """A candidate as the page's script takes it."""
    found = one.measures
    left, top, right, bottom = found.box
    return {
        "id": one.id,
        "video": one.video.name,
        "times": [one.pair.t0, one.pair.t1],
        "size": [right - left, bottom - top],
        "pictures": {
            side: f"candidates/{one.id}/{side}.png"
            for side in SIDES
            if (candidate_folder(bench, one.id) / f"{side}.png").exists()
        },
        "measures": {
            "camera": f"{found.camera:.4f}",
            "subject": f"{found.subject:.4f}",
            "moved": f"{found.moved:.0%}",
            "flow comes back": f"{found.fb:.0%}",
            "sharpness": " \u2192 ".join(f"{value:.0f}" for value in found.sharpness),
        },
        "written": [written.prompt, written.category, {True: "yes", False: "no", None: ""}[written.keep]],
        "verdict": _told(verdict) if verdict else None,
    }


def _told(one: Judged) -> str:
    """What the judge made of a candidate, in words."""
    if one.kept is None:
        return f"The judge gave no verdict ({one.status}): {one.reason}"
    scores = ", ".join(f"{name} {(one.verdict or {})[name]}" for name in ("setting", "motion", "integrity"))
    why = " ".join(filter(None, (one.why or {}).values()))
    ruled = "kept" if one.kept else f"dropped by {one.rule}"
    return f"The judge: {scores}; {ruled}. {why}".strip()


def _text(name: str) -> str:
    return (files(PACKAGE) / name).read_text(encoding="utf-8")
