"""A judge that is a program in a process of its own; what is said is in docs/worker-protocol.md."""

import json
import re
import shlex
import shutil
import tempfile
import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from motionedit_bench.errors import MebenchError, UsageError, unknown_name
from motionedit_bench.metrics.judge.answer import READING, Answer
from motionedit_bench.metrics.judge.asking import AskingJudge
from motionedit_bench.metrics.judge.measured import measured_of, preferred_of
from motionedit_bench.metrics.judge.model import Call, CallFailed, Keep, Model, unkept
from motionedit_bench.metrics.judge.official import JUDGES, OfficialJudge
from motionedit_bench.metrics.judge.register import Register
from motionedit_bench.metrics.judge.rubric import question, wording
from motionedit_bench.progress import warn
from motionedit_bench.records import digest, digest_of
from motionedit_bench.workers.log import default_log
from motionedit_bench.workers.process import Launch, Worker, WorkerFailed, reason_of

PICTURES = {"rate": ("input", "edit"), "prefer": ("input", "first", "second")}
"""What the pictures of a request are called, in the order in which a call has them."""
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECONDS = {"timeout": 600.0, "start_timeout": 1800.0}
"""For one answer, and for loading the model; ``--judge-set`` sets others."""
PLACES = ("repo", "python")
"""Set by ``--judge-set`` as well, and no matter to what is answered."""


class WorkerModel(Model):
    """A judge's program, asked one edit, or one pair of edits, at a time; started again when it is lost.

    The answer's text is what it said of the edit, as JSON; it is kept, a refusal and what it could not read
    as well. A program that says no ``revision`` is known by a hash of the files after the first word of its
    command, or where there are none of what the first word runs.

    Raises (on construction):
        UsageError: no such judge, no command, a time that is none.
        AdapterError: it is not set up, or does not start.
    """

    def __init__(self, name: str, device: str, fields: Mapping[str, Any], asked: bool = True) -> None:
        short, own, command = name.partition("=")
        if not NAME.fullmatch(short):
            raise UsageError(
                f"a judge's name is of the characters A-Z a-z 0-9 . _ -, but got worker:{short!a}"
            )
        self.spec = f"worker:{short}"
        given = {name: value for name, value in fields.items() if name not in SECONDS}
        self._fields = {name: _told(value) for name, value in given.items() if name not in PLACES}
        self._log = default_log(short)
        self._lock = threading.Lock()
        self._log_was_named = False
        if not own and short not in JUDGES:
            raise unknown_name("judge", self.spec, (f"worker:{one}" for one in (*JUDGES, "NAME=COMMAND")))
        official = None if own else JUDGES[short]
        seconds = (_seconds(fields, "timeout"), _seconds(fields, "start_timeout"))
        self._worker = Worker(self._launch(official, command, device, given, seconds))
        self._about = self._worker.start() if asked else {}

    def _launch(
        self,
        official: OfficialJudge | None,
        command: str,
        device: str,
        given: Mapping[str, Any],
        seconds: tuple[float, float],
    ) -> Launch:
        if official is not None:
            return official.launch(self._log, device, given, seconds)
        try:
            words = shlex.split(command)
        except ValueError as error:
            raise UsageError(f"{self.spec}={command}: {error}") from error
        if not words:
            raise UsageError(f'{self.spec}= needs its command: --judge "{self.spec}=python my_judge.py"')
        hello = {"model": None, "device": device, "settings": dict(given)}
        return Launch(words, self._log, *seconds, hello)

    @property
    def choice(self) -> dict[str, str]:
        own = sorted(self._fields.items())
        told = ", ".join(f"{name}={json.dumps(value, sort_keys=True)}" for name, value in own)
        return {"parameters": told} if told else {}

    @cached_property
    def versions(self) -> dict[str, str]:
        return {"weights": self._revision}

    @property
    def rubric(self) -> str | None:
        """What it calls the words that it asks its model with, where they are its own."""
        told = self._about.get("rubric")
        return told if isinstance(told, str) else None

    @cached_property
    def _revision(self) -> str:
        told = self._about.get("revision")
        if isinstance(told, str) and told:
            return told
        first, *rest = self._worker.launch.command
        files = [Path(word) for word in rest if Path(word).is_file()]
        program = shutil.which(first)
        if not files and program:  # else it is what runs them
            files = [Path(program)]
        return digest_of([digest(path.read_bytes()) for path in files])[:12]

    @property
    def parameters(self) -> dict[str, Any]:
        return {"weights": self._revision, "settings": self._fields}

    def spent(self) -> dict[str, Any]:
        return {"worker": {**self._about, "restarts": self._worker.restarts}}

    def ask(self, call: Call, keep: Keep = unkept) -> Answer:
        do = "prefer" if call.question.name == "preference" else "rate"
        with self._lock, tempfile.TemporaryDirectory(prefix="mebench-") as folder:
            paths = {}
            for name, picture in zip(PICTURES[do], call.pictures, strict=True):
                paths[name] = str(Path(folder, f"{name}.{picture.type.removeprefix('image/')}"))
                Path(paths[name]).write_bytes(picture.content)
            asked = {"do": do, "instruction": call.instruction, **paths}
            try:
                said = self._worker.ask(asked | {"question": call.text, "repeat": call.repeat})
            except WorkerFailed as error:
                raise self._failed(str(error)) from error
            except MebenchError as error:  # its text names a place on this machine
                raise self._failed("the worker was lost, and cannot be started again") from error
        if said["ok"]:
            told = {name: value for name, value in said.items() if name not in ("id", "ok")}
            return keep(Answer(json.dumps(told, sort_keys=True), self._model))
        if said.get("refused") is True:
            return keep(Answer(None, self._model, refusal=reason_of(said)))
        if said.get("unparsed") is True:
            return keep(Answer(json.dumps({"unparsed": reason_of(said)}), self._model))
        raise self._failed(f"the worker says: {reason_of(said)}")

    @property
    def _model(self) -> str | None:
        told = self._about.get("model")
        return told if isinstance(told, str) else None

    def _failed(self, reason: str) -> CallFailed:
        """The failure of a call; a row names no place on this machine, so the log is named beside it."""
        if not self._log_was_named:
            self._log_was_named = True
            warn(f"{self.spec} gave no answer; its log is {self._log}")
        return CallFailed(f"{reason}; see the worker's log")

    def close(self) -> None:
        self._worker.close()


class WorkerJudge(AskingJudge):
    """Rates edits by what a program measures on the three scales, or prefers one of two by it.

    Scores may be any number from 0 to 5. Its rubric is what the program says of its own words, else that of
    the question that it was sent.
    """

    read_winner = staticmethod(preferred_of)

    def __init__(self, register: Register, model: WorkerModel, repeats: int = 1) -> None:
        super().__init__(register, "worker", repeats, (question("rubric"),))
        self._model = model

    @cached_property
    def versions(self) -> dict[str, str]:
        asked = {"rubric": self._model.rubric or wording((question("rubric"),)), "repeats": str(self.repeats)}
        return {"metric_version": READING, **asked, **self._model.versions}

    @property
    def preference_wording(self) -> str:
        return self._model.rubric or super().preference_wording

    def afresh(self) -> "WorkerJudge":
        return WorkerJudge(Register(self._model, None), self._model, self.repeats)

    def _read(self, call: Call, answer: Answer, detail: dict[str, Any]) -> Mapping[str, float]:
        return measured_of(answer)


def _seconds(fields: Mapping[str, Any], name: str) -> float:
    value = fields.get(name, SECONDS[name])
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise UsageError(f"--judge-set {name}= takes seconds above 0, but got {json.dumps(value)}")
    return float(value)


def _told(value: Any) -> Any:
    """A setting as rows say it: of a folder of this machine the name alone."""
    return Path(value).name if isinstance(value, str) and Path(value).is_dir() else value
