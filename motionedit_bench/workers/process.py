"""A model in a process of its own: started, asked, watched, ended, and started again.

The protocol is in docs/worker-protocol.md: JSON lines over the worker's standard input and output,
images by path. Whatever else comes over standard output is no answer and goes to the log, and so
does all of standard error.
"""

import atexit
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from motionedit_bench import provenance
from motionedit_bench.errors import AdapterError, EditFailed
from motionedit_bench.workers.log import last_words, open_log

PROTOCOL = 1
"""The version of the protocol, which the start request names."""

LONGEST = 2**20
"""Bytes of the longest answer; longer lines are no answers."""

GRACE = 5.0
"""Seconds that a worker has to exit after its standard input was closed, before it is killed."""


class WorkerFailed(EditFailed):
    """The worker did not answer as it should, and its process has been ended."""


class WorkerDied(WorkerFailed):
    """It exited, closed its output or broke the protocol: a fresh one may do better."""


class WorkerHung(WorkerFailed):
    """It did not answer in time: a fresh one would hang as long."""


@dataclass(frozen=True)
class Launch:
    """How a worker is started; ``hello`` is what its start request says besides the protocol.

    ``start_timeout`` and ``timeout`` are seconds, for the start and for each edit.
    """

    command: Sequence[str]
    log: Path
    timeout: float
    start_timeout: float
    hello: Mapping[str, Any]
    environment: Mapping[str, str] | None = None


class Worker:
    """A worker process, started again when it is lost. Not safe for concurrent use.

    ``restarts`` counts the processes started after the first.
    """

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.restarts = 0
        self._asked = 0
        self._started = False
        self._process: _Process | None = None

    def start(self) -> dict[str, Any]:
        """Start the process and wait until it is ready; what it says of itself.

        Raises:
            AdapterError: it does not start, or says why it cannot.
            StorageError: the log cannot be written.
        """
        try:
            return self._begin()
        except WorkerFailed as error:
            raise AdapterError(f"{error}; see {self.launch.log}") from error

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request; where the process is lost on it, a fresh one gets it once more.

        Raises:
            WorkerFailed: it was lost again, could not be started again for this, or hung.
            AdapterError: it was lost before, and cannot be started again.
        """
        if self._process is None:
            self.start()
        try:
            return self._ask(request, self.launch.timeout)
        except WorkerDied as first:
            try:
                self._begin()
            except WorkerFailed as error:
                raise WorkerFailed(f"{first}; started again for this item, {error}") from error
            except AdapterError as error:  # its text names a place on this machine
                raise WorkerFailed(f"{first}; its program cannot be run any more") from error
            return self._ask(request, self.launch.timeout)

    def close(self) -> None:
        """End the process and all that it started; nothing where there is none."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def _begin(self) -> dict[str, Any]:
        """Start the process; what it says of itself, or a `WorkerFailed` that says why it is of no use."""
        self.restarts += self._started
        self._started = True
        self._process = _Process(self.launch)
        hello = {"do": "start", "protocol": PROTOCOL, **self.launch.hello}
        try:
            answer = self._ask(hello, self.launch.start_timeout)
        except WorkerFailed as error:
            raise WorkerFailed(f"the worker does not start: {error}") from error
        if not answer["ok"]:
            self.close()
            raise WorkerFailed(f"the worker cannot start: {reason_of(answer)}")
        about = answer.get("provenance")
        return about if isinstance(about, dict) else {}

    def _ask(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        process = self._process
        if process is None:
            raise RuntimeError("the worker is not running")
        number, self._asked = self._asked, self._asked + 1
        try:
            return process.ask(number, request, timeout)
        except BaseException:  # an interruption too: whoever comes next must not get this answer
            self._process = None
            process.end(grace=0)
            raise


def parse_answer(line: bytes) -> dict[str, Any] | None:
    """The answer in a line of output, ``None`` for any other line.

    An answer is a JSON object, encodable in UTF-8 and without NaN, with ``id`` and a boolean ``ok``.

    >>> parse_answer(b'{"id": 3, "ok": true}'), parse_answer(b"loading..."), parse_answer(b"{}")
    ({'id': 3, 'ok': True}, None, None)
    """
    try:
        answer = json.loads(line)
        json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or "id" not in answer or not isinstance(answer.get("ok"), bool):
        return None
    return answer


def reason_of(answer: Mapping[str, Any]) -> str:
    """The reason that an answer gives, in one line."""
    return " ".join(str(answer.get("reason") or "no reason given").split())[:500]


class _Process:
    """One process in a group of its own, with a thread that reads its output."""

    def __init__(self, launch: Launch) -> None:
        self._log_path = launch.log
        self._log = open_log(launch.log)
        command = list(launch.command)
        self._note(f"starting {command}")  # before it can say anything itself
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=launch.environment,
                start_new_session=True,
            )
        except OSError as error:
            self._log.close()
            raise AdapterError(f"cannot start {command[0]}: {error.strerror or error}") from error
        self._stdin, self._stdout = _pipes(self._process)
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="worker output", daemon=True)
        self._reader.start()
        atexit.register(self.end)

    def ask(self, number: int, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            WorkerDied, WorkerHung: there is none; the process still has to be ended.
        """
        deadline = time.monotonic() + timeout
        line = json.dumps({"id": number, **request}, ensure_ascii=True) + "\n"
        writer = threading.Thread(target=self._write, args=(line.encode(),), daemon=True)
        writer.start()  # a worker that does not read must not hold up the one who watches the time
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise WorkerHung(
                    self._because(f"did not answer within {timeout:g} s and was ended")
                ) from None
            if answer is None:
                raise WorkerDied(self._because(self._how_it_ended()))
            given = answer["id"]
            if given == number and isinstance(given, int):
                return answer
            if isinstance(given, int) and 0 <= given < number:
                self._note(f"passed over another answer to request {given}")
                continue
            raise WorkerDied(
                self._because(f"answered request {str(given)[:40]!r} where {number} was asked, and was ended")
            )

    def end(self, grace: float = GRACE) -> None:
        """Close its input, give it ``grace`` seconds to exit, and kill what is left of its group."""
        atexit.unregister(self.end)
        if self._log.closed:
            return
        if grace:
            with suppress(OSError):
                self._stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.wait()
        self._reader.join(GRACE)  # longer only where a process that left the group holds the output
        self._note(f"process {self._process.pid} ended ({_status(status)})")
        with suppress(OSError):
            self._stdin.close()
        if not self._reader.is_alive():
            self._stdout.close()
        self._log.close()

    def _write(self, line: bytes) -> None:
        with suppress(OSError, ValueError):  # it is gone: the reader says so
            self._stdin.write(line)
            self._stdin.flush()

    def _read(self) -> None:
        """Sort what it prints into answers and the log, until it closes its output."""
        inside = False
        while piece := self._stdout.readline(LONGEST):
            answer = None if inside else parse_answer(piece)
            inside = not piece.endswith(b"\n")
            if answer is not None and not inside:
                self._answers.put(answer)
            elif piece.strip():
                self._log_line(b"stdout: " + piece + (b"\n" if inside else b""))
        self._answers.put(None)

    def _how_it_ended(self) -> str:
        try:
            return _status(self._process.wait(1))
        except subprocess.TimeoutExpired:
            return "closed its standard output and was ended"

    def _because(self, what: str) -> str:
        return f"the worker {what}{last_words(self._log_path)}"

    def _note(self, text: str) -> None:
        self._log_line(f"=== {provenance.now()} {text}\n".encode())

    def _log_line(self, line: bytes) -> None:
        with suppress(OSError, ValueError):  # a full disk must not end the run from here
            self._log.write(line)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None  # both were asked for
    assert process.stdout is not None
    return process.stdin, process.stdout


def _status(status: int) -> str:
    if status >= 0:
        return f"exited with status {status}"
    with suppress(ValueError):
        return f"was killed by {signal.Signals(-status).name}"
    return f"was killed by signal {-status}"
