"""The answers that judges gave, each kept under all that it depends on: none is asked for twice."""

import json
import sqlite3
import threading
from pathlib import Path

from motionedit_bench.errors import StorageError
from motionedit_bench.files import make_folder
from motionedit_bench.metrics.judge.answer import Answer


class Ledger:
    """Answers by key, in one SQLite file that many threads and processes may share.

    Once `keep` has returned, an answer outlives a kill of the process; a power cut may cost the last few,
    which are then asked for again. What an answer means is not kept: it is read from the answer each time,
    so that a better reading costs no call.

    Raises:
        StorageError: the file is damaged or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        make_folder(path.parent)
        try:
            self._base = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)"
            )
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def find(self, key: str) -> Answer | None:
        """The answer under that key, if there is one."""
        try:
            with self._lock:
                found = self._base.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._broken(error) from error
        return None if found is None else Answer(**json.loads(found[0]))

    def keep(self, key: str, answer: Answer) -> Answer:
        """Keep an answer, whatever characters it holds; the first one under a key stays, and is returned."""
        text = json.dumps(answer.as_json())
        try:
            with self._lock:
                self._base.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, text))
        except sqlite3.Error as error:
            raise self._broken(error) from error
        return self.find(key) or answer

    def close(self) -> None:
        self._base.close()

    def _broken(self, error: sqlite3.Error) -> StorageError:
        return StorageError(f"the judges' answers in {self.path} cannot be used ({error}): mend or remove it")
