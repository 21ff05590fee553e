"""The page's text: what it asks, in which order; pure."""

from collections.abc import Mapping, Sequence
from importlib.resources import files as resources

from markupsafe import Markup

from motionedit_bench.leaderboard.site.page import SITE_POLICY, as_data
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.leaderboard.voting.pictures import FOLDER

PACKAGE = "motionedit_bench.leaderboard.voting"
SITE = "motionedit_bench.leaderboard.site"
INDEX = "index.html"

Instructed = tuple[str, str, int, int]
"""(instruction, name of the input's picture, its width, its height)."""
Asked = tuple[str, str, str]
"""(item, name of the picture on the left, name of that on the right)."""


def files(plan: str, items: Mapping[str, Instructed], people: Sequence[Sequence[Asked]]) -> dict[str, str]:
    """The files of the page, by name.

    ``plan`` is its own name, ``items`` what there is of each, ``people`` the
    questions of each annotator in order. All data is in the page: nothing is fetched but pictures.
    """
    data = {"plan": plan, "folder": FOLDER, "items": items, "people": people}
    return {
        INDEX: template(PACKAGE, "page.html").render(policy=SITE_POLICY, data=Markup(as_data(data))),
        "vote.css": _text(SITE, "style/base.css") + _text(PACKAGE, "vote.css"),
        "vote.js": _text(PACKAGE, "answers.js") + _text(PACKAGE, "vote.js"),
    }


def _text(package: str, name: str) -> str:
    return (resources(package) / name).read_text(encoding="utf-8")
