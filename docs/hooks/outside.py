"""Pages of the site that lie elsewhere in the repository, and the links to them.

A hook of mkdocs: all texts link by paths in the repository, so that they hold there, too.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "CITATION.cff": "CITATION.cff",
    "metrics/judge/rubric.md": "rubric.md",
    "motionedit_bench/mining/questions.md": "questions.md",
    "metrics/judge/prices.toml": "prices.toml",
    "leaderboard/preference/families.toml": "families.toml",
}
"""Files by their path in the repository, and what they are in the site."""

LINK = re.compile(r"(\]\()([^)#:\s]+)(?=[)#])")
"""A link's target that is a path."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for source, place in OUTSIDE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        content = relinked(text, source, place) if place.endswith(".md") else text
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    place = page.file.src_uri
    return markdown if place in OUTSIDE.values() else relinked(markdown, f"docs/{place}", place)


def relinked(text: str, source: str, place: str) -> str:
    """A text whose links by paths in the repository, from `source`, lead to pages, from `place`."""

    def lead(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        page = OUTSIDE.get(target, target.removeprefix("docs/"))
        return link[1] + posixpath.relpath(page, posixpath.dirname(place) or ".")

    return LINK.sub(lead, text)
