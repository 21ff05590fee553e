"""Progress on standard error: a live bar on a terminal, a line now and then elsewhere; or nothing at all."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from motionedit_bench.styling import amiss, wanted
from motionedit_bench.texts import visible_lines

QUIET_SECONDS = 2.0
"""Work shorter than this shows nothing where there is no terminal."""
LINE_SECONDS = 15.0
"""Where there is no terminal, a line is printed about this often."""


BARS = {"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
"""What keeps the progress of libraries from being shown, in processes started here as well."""

_silent = False


@contextmanager
def silenced() -> Iterator[None]:
    """Show no progress and no messages meanwhile: what ends a command is still said, by the command line."""
    global _silent
    before, surroundings = _silent, {name: os.environ.get(name) for name in BARS}
    _silent = True
    os.environ.update(BARS)
    try:
        yield
    finally:
        _silent = before
        for name, value in surroundings.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def note(message: str) -> None:
    """One line on standard error beside a result, such as where a file is."""
    if not _silent:
        click.echo(message, err=True, color=wanted())


def warn(message: str) -> None:
    """One line on standard error about something that the user should know and that stops nothing; names in
    it are anybody's, and act on no terminal."""
    note(f"{amiss('mebench:')} {visible_lines(message)}")


class Progress:
    """Counts finished and failed pieces of work, and shows rate and time left.

    ``failing`` is the word for a piece that did not end well; ``note`` says more, such as what was spent.
    ``with Progress("editing", total=12) as progress: ... progress.advance()``
    """

    def __init__(
        self, what: str, total: int, failing: str = "failed", note: Callable[[], str] | None = None
    ) -> None:
        self.what = what
        self.failing = failing
        self.note = note
        self.total = total
        self.done = 0
        self.failed = 0
        self._started = self._last_line = time.monotonic()
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=_silent or not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task(what, total=total, state="")

    def advance(self, failed: bool = False) -> None:
        """One more piece is finished, well or not."""
        self.done += 1
        self.failed += failed
        self._bar.update(
            self._task, completed=self.done, state=", ".join([*self._state(), f"{self._rate():.2f}/s"])
        )
        if self._bar.disable and time.monotonic() - self._last_line > LINE_SECONDS:
            self._last_line = time.monotonic()
            note(self.line())

    def line(self) -> str:
        """Where things stand, in one line."""
        rate = self._rate()
        left = f"{(self.total - self.done) / rate:.0f} s left" if rate else "time left unknown"
        state = ", ".join(self._state())
        return f"{self.what}: {self.done}/{self.total} done, {state}, {rate:.2f}/s, {left}"

    def _state(self) -> list[str]:
        return [f"{self.failed} {self.failing}", *([self.note()] if self.note else [])]

    def _rate(self) -> float:
        return self.done / max(time.monotonic() - self._started, 1e-9)

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._bar.disable and time.monotonic() - self._started > QUIET_SECONDS:
            note(self.line())
