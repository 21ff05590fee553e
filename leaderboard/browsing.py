"""A site that is served on this machine alone while somebody looks, and built again when scores change."""

import os
import signal
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from motionedit_bench.errors import MebenchError
from motionedit_bench.leaderboard.board import Row
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.scored import is_board
from motionedit_bench.leaderboard.site.build import write_site
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS
from motionedit_bench.leaderboard.submission.standing import CHECKS
from motionedit_bench.predictions import COMPARISONS, SCORES, SCORING
from motionedit_bench.progress import note, warn

HERE = "127.0.0.1"
NAMES = (HERE, "localhost")
"""What a browser here, or at the other end of a tunnel, may call this machine."""

ICON = "/favicon.ico"
"""What every browser asks for, and a site does not have."""

EVERY = 1.0
"""Seconds between two looks at the scores."""

State = dict[str, tuple[int, int]]
"""Time of change in nanoseconds and size of each file that a site is made from, by path."""


def browse(
    scores: Path, bench: str | None, pictures: Path, published: Sequence[Row], ready: Callable[[str], None]
) -> None:
    """Serve the site of the scores until interrupted; ``ready`` is told its address once it is whole.

    It lies in a folder of its own, which is removed. Where scores that changed cannot be shown, the site
    stays as it was, with a warning.

    Raises:
        MebenchError: there is no site to begin with; see `contest`, `read` and `write_site`.
    """
    with _ended_as_interrupted(), tempfile.TemporaryDirectory(prefix="mebench-browse-") as folder:
        site = Path(folder) / "site"
        seen = state(scores)
        found = contest(scores, bench)
        benchmark = found.open(bench)
        write_site(read(found), benchmark, pictures, site, published)
        with served(site) as address, suppress(KeyboardInterrupt):
            ready(address)
            while True:
                time.sleep(EVERY)
                if (now := state(scores)) != seen:
                    seen = now
                    try:
                        write_site(read(contest(scores, bench)), benchmark, pictures, site, published)
                        note("the scores have changed, and the site with them: reload the page")
                    except (MebenchError, OSError) as error:
                        warn(f"the site stays as it was: {error}")


def state(scores: Path) -> State:
    """What the scores in a folder, of one model, of several or of a board, are now."""
    paths = [scores / one / name for one in ("", "*") for name in (SCORES, SCORING)]
    paths.append(scores / COMPARISONS)
    if is_board(scores):
        paths = [scores / SUBMISSIONS / "*" / "*", scores / CHECKS / "*" / "*" / "*"]
    found = {}
    for pattern in paths:
        for path in scores.glob(str(pattern.relative_to(scores))):
            try:
                facts = path.stat()
            except FileNotFoundError:  # between the look at the folder and this one
                continue
            found[str(path)] = facts.st_mtime_ns, facts.st_size
    return found


@contextmanager
def _ended_as_interrupted() -> Iterator[None]:
    """Let what ends this process interrupt it, so that it leaves nothing behind."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder, and no others, are served to this machine alone."""
    with _Server((HERE, 0), partial(_Files, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HERE}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    """Several requests at a time; a browser that goes away before its answer is no fault."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Files(SimpleHTTPRequestHandler):
    """The files of one folder, by their names: no listings, nothing kept by the browser.

    Requests for another host are refused: a page from elsewhere could have its name lead here. Nor may such
    a page load the site's data as a script of its own.
    """

    def send_head(self) -> Any:
        if _host(self.headers.get("Host", "")) not in NAMES:
            self.send_error(HTTPStatus.FORBIDDEN, "this server is for its own machine")
            return None
        if self.path == ICON:
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return None
        return super().send_head()

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        self.send_error(HTTPStatus.NOT_FOUND, "no such file")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


def _host(told: str) -> str | None:
    """The name in a header ``Host``; ``None`` where it is none."""
    try:
        return urlsplit(f"//{told}").hostname
    except ValueError:
        return None


def open_browser(address: str) -> None:
    """Open a browser's window where there is a screen; without one, a browser would take the terminal."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
