"""Fixtures for pages: a browser, the accessibility checker, and visits that nothing may complain about."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.shared import once

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def missing(reason: str) -> None:
    """Skip, unless this run promised to have a browser."""
    if os.environ.get("MEBENCH_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if not Path(CHROMIUM).exists():
        missing("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS), timeout=600_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    if shutil.which("npm") is None:
        missing("no npm on this machine to fetch axe-core with")
    folder = once(tmp_path_factory, "axe", _fetch_axe)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def address(page: object) -> str:
    """What the page itself says where it is; the browser's own word of it may come later."""
    return page.evaluate("location.href")


def _fetch_axe(folder: Path) -> None:
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
    done = subprocess.run(npm, capture_output=True, text=True, timeout=600)
    if done.returncode:
        missing(f"axe-core cannot be fetched: {done.stderr.strip()[-200:]}")


@pytest.fixture
def visit(browser: object) -> Iterator[Callable[..., object]]:
    """Opens an address; fails at the end if a page complained or asked for anything beside its folder."""
    pages, complaints = [], []

    def call(path: Path, fragment: str = "", width: int = 1280, scheme: str = "light") -> object:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.set_default_timeout(600_000)
        pages.append(page)
        home = path.parent.as_uri() + "/"

        def asked(request: object) -> None:
            if not request.url.startswith((home, "data:")):
                complaints.append(f"asked for {request.url}")

        page.on("request", asked)

        def failed(request: object) -> None:
            if request.failure != "net::ERR_ABORTED":  # who leaves a page ends what it still waits for
                complaints.append(f"failed {request.url}: {request.failure}")

        page.on("requestfailed", failed)
        page.on("pageerror", lambda error: complaints.append(f"error {error}"))
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.goto(path.as_uri() + fragment)
        return page

    yield call
    for page in pages:
        page.close()
    if complaints:
        pytest.fail("\n".join(complaints))
