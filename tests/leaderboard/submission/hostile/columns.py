"""Columns whose names are to act where a board is shown, or to pass for another column."""

from typing import Any

from .attempt import HARMLESS, NOT_VERIFIED, Attempt, Family
from .claims import best

NAMED = Family("columns with names that act", NOT_VERIFIED, in_every_form=True)


def column(name: str, value: str):
    """Claimed rows in a column of one's own, chosen by such a field."""

    def change(row: dict[str, Any]) -> None:
        row["detail"][name] = value
        row["variant"]["choice"].append(name)
        best(row)

    def build(attempt: Attempt) -> None:
        attempt.each(change, "mas", "ssim")
        attempt.without_images()

    return build


NAMED.add("a value of TeX", column("league", r"\input{/etc/passwd}"))
NAMED.add("a name of TeX", column(r"\write18{id}", "first"))
NAMED.add("a border of a table", column("league", "first | 1 | 99.9 | **best**"))
NAMED.add("a formula", column("=1+1", "=2+2"))
NAMED.add("code", column("league", "`first`"))
NAMED.add("entities", column("league", "&lt;script&gt;alert(1)&lt;/script&gt;"))
NAMED.add("an attribute", column("league", '" onmouseover="alert(1)'))
NAMED.add("brackets that end the name", column("league", "x] mas[flow=dis"))
NAMED.add("a name as long as can be", column("x" * 200, "y" * 200))
NAMED.add("accents upon accents", column("league", "L" + "\u0301" * 150))
NAMED.add("a separator of lines", column("league", "a\u2028b"))
NAMED.add("a script's end", column("league", "*/;]]>--><"))


@NAMED.case("the flow at the edit's own size, and at no other", HARMLESS)
def _(attempt: Attempt) -> None:
    """Here the sizes are the same, and so are the values."""
    attempt.each(lambda row: row["detail"].update(flow_size="edited"), "mas")
