"""The page's text, before any browser sees it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.published import published_rows
from motionedit_bench.leaderboard.site import page
from motionedit_bench.leaderboard.site.subject import read


@given(st.text() | st.sampled_from(["</script>", "<!--<script>", "]]>", "\u2028", "&lt;"]))
def test_data_cannot_leave_its_script(text):
    written = page.as_data(text)
    assert json.loads(written) == text
    assert not set(written) & set("<>&")
    assert written.isascii()


def test_no_number_that_is_none_is_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        page.as_data(float("nan"))


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_asks_for_nothing_from_elsewhere_and_handles_nothing_inline(scored):
    outline = Outline()
    outline.feed(page.render(read(contest(scored)), published_rows()))
    addresses = [attrs[name] for _, attrs in outline.tags for name in ("src", "href") if name in attrs]
    assert all(address.startswith("#") or address in page.ASSETS for address in addresses)
    names = {name for _, attrs in outline.tags for name in attrs}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    policies = [attrs["content"] for _, attrs in outline.tags if "http-equiv" in attrs]
    assert policies == [page.SITE_POLICY]
    assert not re.search("unsafe|https?:", page.SITE_POLICY)


def test_the_script_has_all_its_parts_and_is_strict():
    folder = Path(page.__file__).parent
    assert {f"script/{path.name}" for path in (folder / "script").iterdir()} == set(page.ASSETS["site.js"])
    assert page.asset("site.js").startswith('"use strict";')


def test_published_rows_stand_apart_and_without_a_rank(scored):
    text = page.render(read(contest(scored)), published_rows())
    assert "not to be ranked with the above" in text
    assert text.index("BAGEL") > text.index("<h3>Published</h3>")
