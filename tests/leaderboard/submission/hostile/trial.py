"""Puts one attempt on a board, checks it by the command itself under measurement, and looks at what came."""

import json
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motionedit_bench.records import digest

from .attempt import HARMLESS, REJECTED, VERIFIED, Attempt, Case, Command, World
from .commands import LONGEST, Done, measured
from .world import RECORD, SECRET, states

MOST_SECONDS, MOST_MB = 60.0, 1500.0
"""Seconds of computing, since a machine may have other work; megabytes of the largest process."""
FORMATS = ("plain", "github", "latex", "csv", "html", "site")
"""Beside JSON, which every trial renders, each renders one of these."""
RUNS = {
    "latex": re.compile(r"^[^%\n]*\\(input|write)", re.MULTILINE),
    "html": re.compile(r"<script>alert|<[^>]*onmouseover=\"alert"),
    "csv": re.compile(r"^[\"']?[=+@]|,[\"']?[=+@]", re.MULTILINE),
}
"""What would act where a form of the board is read."""
HEADLINE = ("mas", "motion_gain")
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass
class Outcome:
    """What came of a case; nothing in ``falls`` is as it must be."""

    case: Case
    status: int = -1
    word: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    falls: list[str] = field(default_factory=list)
    said: str = ""


def means(row: dict[str, Any]) -> dict[str, float]:
    """The figures of a row of the board that it has computed itself, but those by comparison."""
    return {
        name.partition("[")[0]: own["mean"]
        for name, own in row["metrics"].items()
        if own is not None and own.get("standing") == "recomputed" and not name.startswith("win_rate")
    }


def compared(row: dict[str, Any], joined: bool) -> dict[str, Any]:
    """A row by columns; without what it has by comparison where a newcomer has joined that."""
    columns = {
        (name.partition("[")[0], *sorted(own["variant"].items())): own
        for name, own in row.get("metrics", {}).items()
        if own is not None
    }
    if not joined:
        return {**row, "metrics": columns}
    apart = {place: own for place, own in columns.items() if place[0] != "win_rate"}
    return {**row, "metrics": apart, "rank": None}


class Trial:
    """One case in a place of its own: a board, a home, a working folder and one for temporary files."""

    def __init__(
        self, world: World, case: Case, place: Path, number: int = 0, command: Command = measured
    ) -> None:
        self.world, self.outcome, self.place = world, Outcome(case), place
        self.command = command
        self.forms = FORMATS if case.family.in_every_form else (FORMATS[number % len(FORMATS)],)
        self.board = shutil.copytree(world.board, place / "board")
        for name in ("home", "work", "tmp", "cache", "draft"):
            (place / name).mkdir()
        (place / "home" / "secret").write_text(SECRET + "\n")
        folder = shutil.copytree(world.honest, place / "draft" / "submission")
        self.attempt = Attempt(world, folder, place / "draft", place / "home", command)

    def run(self) -> Outcome:
        attempt, outcome = self.attempt, self.outcome
        archive = outcome.case.build(attempt)
        path = archive or self._put_on_board()
        apart = (path,) if attempt.during else ()
        files = self._files(apart)
        done = self._checked(path)
        outcome.status, outcome.seconds, outcome.megabytes = done.status, done.computing, done.megabytes
        lines = done.out.strip().splitlines()
        outcome.word = lines[-1].partition(": ")[2] if lines and done.status in (0, 1) else ""
        outcome.said = (done.out + done.err)[-1500:]
        self._look_at_check(done)
        self._look_at_files(files, self._files(apart))
        if archive is None:
            self._look_at_board()
        return outcome

    def _put_on_board(self) -> Path:
        attempt = self.attempt
        if not attempt.sealed:
            attempt.seal()
        sums = attempt.folder / "checksums.json"
        name = attempt.hash or (digest(sums.read_bytes()) if sums.is_file() else "0" * 64)
        own = self.board / "submissions" / attempt.model
        own.mkdir(exist_ok=True)
        path = own / name
        attempt.folder.rename(path)
        attempt.folder = path
        when = datetime.now(UTC).isoformat(timespec="seconds")
        event = {"event": "submitted", "hash": name, "reason": None, "utc": when}
        with (own / "status.jsonl").open("a") as file:
            file.write(json.dumps(event) + "\n")
        if attempt.on_board:
            attempt.on_board(self.board, path)
        return path

    def _files(self, apart: tuple[Path, ...]) -> dict[str, tuple]:
        records = self.board / "checks"
        folders = (self.place / name for name in ("board", "home", "work", "tmp", "draft"))
        return {name: facts for one in folders for name, facts in states(one, records, *apart).items()}

    def _checked(self, path: Path) -> Done:
        """What the check says, while the submission changes if it is one that does."""
        command = ["leaderboard", "check", str(path), "--bench", str(self.world.bench), *RECORD]
        racer = self._race(self.attempt)
        done = self.command([*command, "--board", str(self.board)], self.place)
        if racer:
            self.attempt.stop.set()
            racer.join()
        return done

    def _race(self, attempt: Attempt) -> threading.Thread | None:
        if attempt.during is None:
            return None
        change = attempt.during

        def work() -> None:
            while not attempt.stop.is_set():
                change(attempt.folder)
                time.sleep(0.001)

        racer = threading.Thread(target=work, daemon=True)
        racer.start()
        return racer

    def _fall(self, what: str) -> None:
        self.outcome.falls.append(what)

    def _look_at_check(self, done: Done) -> None:
        expected, word = self.outcome.case.expected, self.outcome.word
        if done.status not in (0, 1, 2) or "Traceback" in done.out + done.err:
            self._fall(f"crash: exit status {done.status}")
        if expected == REJECTED and done.status != 1:
            self._fall(f"not rejected: exit status {done.status}, {word!r}")
        verified = done.status == 0 and word.startswith("verified")
        if verified != (expected == VERIFIED) and expected != HARMLESS:
            self._fall(f"exit status {done.status}, {word!r}")
        if done.computing > MOST_SECONDS or done.seconds > LONGEST - 1:
            self._fall(f"{done.computing:.0f} s of computing in {done.seconds:.0f} s")
        if done.megabytes > MOST_MB:
            self._fall(f"{done.megabytes:.0f} MB")
        self._look_at_text("check", done.out + done.err)

    def _look_at_text(self, where: str, text: str) -> None:
        if SECRET in text or "root:x:" in text:
            self._fall(f"{where} tells what stands in a file elsewhere")
        if RUNS.get(where) and (found := RUNS[where].search(text)):
            self._fall(f"{where} holds {found[0]}")
        if found := ACTS.search(text if where != "json" else re.sub("[\u2028\u2029]", "", text)):
            self._fall(f"{where} prints U+{ord(found[0]):04X}")

    def _look_at_files(self, before: dict[str, tuple], after: dict[str, tuple]) -> None:
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        records = str(self.board / "checks")
        changed = [name for name in changed if name != records and name != str(self.board)]
        if changed:
            self._fall(f"changed {len(changed)} files outside, such as {changed[0]}")
        own = self.board / "checks"
        if own.is_dir():
            allowed = {"shifter", "drifter", "mover", self.attempt.model}
            if others := {path.name for path in own.iterdir()} - allowed:
                self._fall(f"checks of {others} were written")

    def _table(self, form: str) -> Done:
        return self.command(["leaderboard", str(self.board), "--format", form], self.place)

    def _look_at_board(self) -> None:
        after = self._table("json")
        if after.status != 0:
            self._fall(f"the board cannot be shown: {after.err.strip()[-200:]}")
            return
        self._look_at_text("json", after.out)
        then, now = self.world.table, json.loads(after.out)
        if then["bench"] != now["bench"]:
            self._fall("the board's benchmark is told by a submission")
        rows = {row["model"]: row for row in now["rows"]}
        honest = [rows.pop(row["model"], {}) for row in then["rows"]]
        ranked = [row for row in rows.values() if row.get("rank") is not None]
        for row in ranked:
            self._look_at_rank(row)
        if self.outcome.case.expected == VERIFIED and not ranked:
            self._fall("it is not ranked")
        computed = any(means(row) for row in rows.values())
        if then.get("headline") != now.get("headline") and not self.outcome.word.startswith("verified"):
            self._fall("the board's columns have other names")
        for before, later in zip(then["rows"], honest, strict=True):
            if compared(before, computed) != compared(later, computed):
                self._fall(f"the row of {before['model']} is another one")
        for form in self.forms:
            self._look_at_form(form)

    def _look_at_rank(self, row: dict[str, Any]) -> None:
        """A newcomer has a rank by what its images have, and by nothing else."""
        own, wanted = means(row), self.world.means
        if self.outcome.case.expected == REJECTED:
            self._fall(f"{row['model']} is ranked")
        elif any(own.get(name) != wanted[name] for name in HEADLINE):
            self._fall(f"{row['model']} is ranked by {own}, not by {wanted}")

    def _look_at_form(self, form: str) -> None:
        out = self.place / "site"
        site = ["--format", "html", "--out", str(out), "--bench", str(self.world.bench)]
        shown = site if form == "site" else ["--format", form]
        done = self.command(["leaderboard", str(self.board), *shown], self.place)
        if done.status != 0:
            self._fall(f"{form} cannot be shown: {done.err.strip()[-200:]}")
        self._look_at_text(form, done.out)
        for page in [*out.glob("*.html"), *out.glob("data/*.js")]:
            self._look_at_text("html", page.read_text())
