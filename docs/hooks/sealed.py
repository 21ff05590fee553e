"""No page loads anything from elsewhere; a page that would ends the build."""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

LOADED = re.compile(
    r"""<(?:script|img|iframe|video|source|link)\b[^>]*?(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)"""
)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    if found := LOADED.search(output):
        raise PluginError(f"{page.file.src_uri} loads {found[1]}: the site loads nothing from elsewhere")
    return output
