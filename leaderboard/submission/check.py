"""Checks a submission as the board's own CI does: everything is read, nothing is believed."""

import math
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errata import errata
from motionedit_bench.errors import MebenchError
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.history import SUBMISSIONS, current
from motionedit_bench.leaderboard.submission.reading import Contents, Folder, Hostile, open_contents
from motionedit_bench.leaderboard.submission.recompute import item_of, recompute
from motionedit_bench.leaderboard.submission.verdict import MOST_FINDINGS, Verdict
from motionedit_bench.leaderboard.summary import Column
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.catalogue import CATALOGUE, JUDGED
from motionedit_bench.metrics.judge import COMPUTED
from motionedit_bench.metrics.judge.answer import Answer, ratings
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.records import digest
from motionedit_bench.scoring.rows import Slot, slot
from motionedit_bench.texts import plain

LONGEST_LINE, SLACK = 1_000_000, 1e-9
ALIKE = 0.99
"""A model of which this share of scores is another one's is taken for a copy."""


def check(
    path: Path,
    benchmark: Benchmark,
    board: Path | None = None,
    sample: int = 20,
    seed: int | None = None,
    full: bool = False,
) -> Verdict:
    """Check a submission against the board's own benchmark.

    ``board`` is a folder with the ``submissions/`` accepted so far. With images, the scores of
    ``sample`` items (all with ``full``), drawn by ``seed`` now, are computed again.
    """
    verdict = Verdict(seed=secrets.randbelow(2**31) if seed is None else seed)
    try:
        contents = open_contents(path)
        _check(contents, benchmark, board, sample if not full else len(benchmark.items), verdict)
    except Hostile as error:
        verdict.find("unreadable", "the submission", error)
    return verdict


def _check(
    contents: Contents, benchmark: Benchmark, board: Path | None, sample: int, verdict: Verdict
) -> None:
    for name in (form.CARD, form.SCORES, form.SCORING, form.CHECKSUMS):
        if name not in contents.sizes:
            verdict.find("missing", name, "every submission has this file")
    if verdict.findings:
        return
    _checksums(contents, verdict)
    card = _model(contents, form.CARD, form.Card, verdict)
    scoring = _model(contents, form.SCORING, form.Scoring, verdict)
    if form.MANIFEST in contents.sizes:
        manifest = _model(contents, form.MANIFEST, form.Manifest, verdict)
        if manifest is not None and manifest.bench.get("fingerprint") != benchmark.fingerprint():
            verdict.find("benchmark", form.MANIFEST, "run on another benchmark, or another version of it")
        if manifest is not None:
            verdict.notes += [f"(!) its edits were {one.what}" for one in errata(manifest.model_dump())]
    if form.RECORDS in contents.sizes:
        for number, line in _lines(contents, form.RECORDS, verdict):
            _validated(line, form.Record, f"{form.RECORDS}, line {number}", verdict)
    if not isinstance(card, form.Card) or not isinstance(scoring, form.Scoring):
        return
    verdict.model = card.name
    _names(card.name, board, contents, verdict)
    if scoring.bench.fingerprint != benchmark.fingerprint():
        verdict.find("benchmark", form.SCORING, "scored on another benchmark, or another version of it")
    if [item.id for item in scoring.items] != [item.id for item in benchmark.items]:
        verdict.find("benchmark", form.SCORING, "the items expected are not the benchmark's")
    rows = _rows(contents, card.name, benchmark, verdict)
    if scoring.model != card.name:
        verdict.find("name", form.SCORING, f"scores of {scoring.model}, card of {card.name}")
    rows = _known(rows, verdict)
    _judges(rows, scoring.sessions, verdict)
    _copies(rows, card.name, board, verdict)
    verdict.complete = _coverage(rows, benchmark, verdict)
    _images(contents, benchmark, rows, verdict)
    if not verdict.findings:
        recompute(contents, benchmark, rows, sample, verdict)


def _checksums(contents: Contents, verdict: Verdict) -> None:
    sums = _model(contents, form.CHECKSUMS, form.Checksums, verdict)
    if not isinstance(sums, form.Checksums):
        return
    for name in sorted((sums.files.keys() | contents.sizes.keys()) - {form.CHECKSUMS}):
        if name not in contents.sizes or name not in sums.files:
            verdict.find("checksum", name, "listed and not there, or there and not listed")
        elif digest(contents.read(name)) != sums.files[name]:
            verdict.find("checksum", name, "not the file that was packed")


def _model(contents: Contents, name: str, kind: type[BaseModel], verdict: Verdict) -> Any:
    return _validated(contents.read(name), kind, name, verdict)


def _validated(content: bytes, kind: type[BaseModel], where: str, verdict: Verdict) -> Any:
    try:
        value = orjson.loads(content)
        for text in form.texts_in(value):
            if len(text) > form.LONGEST_TEXT:
                raise ValueError(f"a text of {len(text)} characters")
            plain(text)
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        verdict.find("schema", where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except ValueError as error:
        verdict.find("schema", where, error)
    return None


def _lines(contents: Contents, name: str, verdict: Verdict) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(contents.read(name).split(b"\n"), start=1):
        if len(verdict.findings) > MOST_FINDINGS:
            return
        if len(line) > LONGEST_LINE:
            verdict.find("schema", f"{name}, line {number}", f"{len(line)} bytes")
        elif line.strip():
            yield number, line


def _rows(contents: Contents, model: str, benchmark: Benchmark, verdict: Verdict) -> list[dict[str, Any]]:
    """The rows that are sound in themselves."""
    found: list[dict[str, Any]] = []
    seen: set[object] = set()
    for number, line in _lines(contents, form.SCORES, verdict):
        where = f"{form.SCORES}, line {number}"
        row = _validated(line, form.Row, where, verdict)
        if row is None:
            continue
        content = row.model_dump(by_alias=True, exclude_unset=True)
        places = {slot(content), (row.item_id, Column.of(content))}
        twin = "a second row about the same thing" if places & seen else None
        problem = _problem(row, model, benchmark) or twin
        if problem is not None:
            verdict.find("row", where, problem)
        else:
            seen |= places
            found.append(content)
    if not found and not verdict.findings:
        verdict.find("row", form.SCORES, "there is no row")
    return found


def _known(rows: list[dict[str, Any]], verdict: Verdict) -> list[dict[str, Any]]:
    """The rows of metrics that this board has; of the others it can say nothing, and says so."""
    unknown = Counter(row["metric"] for row in rows if row["metric"] not in CATALOGUE)
    for name, count in sorted(unknown.items()):
        verdict.notes.append(f"not recomputed: {name} is unknown here: {count} rows, never shown or ranked")
    return [row for row in rows if row["metric"] not in unknown]


def _problem(row: form.Row, model: str, benchmark: Benchmark) -> str | None:
    if row.model != model:
        return f"a row of {row.model}"
    if row.item_id not in benchmark.ids:
        return f"the benchmark has no item {row.item_id}"
    if (row.value is None) == (row.status == "ok") or (row.status != "ok" and not row.reason):
        return "a value goes with status ok alone, any other status with a reason"
    if row.metric not in CATALOGUE:
        return None
    facts = CATALOGUE[row.metric]
    if facts.derived:
        return f"{row.metric} is never a row: it follows from others"
    low, high = facts.bounds
    if row.value is not None and not low - SLACK <= row.value <= high + SLACK:
        return f"{row.metric} {row.value:g} is outside {low:g} to {high:g}"
    if not facts.judged and row.status == "ok":
        version = str(METRICS.get(row.metric).version)
        if row.detail.metric_version != version:
            return f"{row.metric} of version {row.detail.metric_version}, the board's is {version}"
    return None


def _names(name: str, board: Path | None, contents: Contents, verdict: Verdict) -> None:
    if board is None:
        return
    for path in sorted((board / SUBMISSIONS).glob("*/")):
        if path.name != name and skeleton(path.name) == skeleton(name):
            verdict.find("name", form.CARD, f"{name} can be taken for {path.name}, which is on the board")
    same = board / SUBMISSIONS / name / digest(contents.read(form.CHECKSUMS))
    itself = isinstance(contents, Folder) and same.is_dir() and contents.folder.samefile(same)
    if same.exists() and not itself:
        verdict.find("duplicate", "the submission", "the very same one is on the board")


def _copies(rows: list[dict[str, Any]], name: str, board: Path | None, verdict: Verdict) -> None:
    """Look for another model on the board with the same scores, of metrics that depend on the edit."""
    ours = _edits_scores(rows)
    if board is None or not ours:
        return
    for model, folder in current(board).items():
        theirs = _edits_scores(read_lines(folder / form.SCORES)) if model != name else {}
        same = sum(theirs.get(place) == value for place, value in ours.items())
        if same >= ALIKE * len(ours):
            told = f"{same} of {len(ours)} scores are those of {model}, which is on the board"
            verdict.find("duplicate", form.SCORES, told)


def _edits_scores(rows: Iterable[Mapping[str, Any]]) -> dict[Slot, float]:
    scored = (row for row in rows if row["status"] == "ok" and row["metric"] in CATALOGUE)
    return {slot(row): row["value"] for row in scored if CATALOGUE[row["metric"]].better}


def skeleton(name: str) -> str:
    """What a hasty reader sees of a name: names with the same skeleton can be taken for each other.

    >>> skeleton("FLUX_Kontext") == skeleton("fIux-K0ntext")
    True
    """
    low = re.sub(r"[._-]", "", name).replace("I", "l").lower()
    return low.replace("rn", "m").replace("vv", "w").translate(str.maketrans("01i5", "olls"))


def _judges(rows: list[dict[str, Any]], sessions: list[form.Session], verdict: Verdict) -> None:
    """Rows of judges agree with themselves, with what was answered, and with what the scoring says."""
    declared: dict[str, set[str]] = {}
    for told in (told for session in sessions for told in session.judges):
        declared.setdefault(told.judge, set()).update(told.answered_by)
    judged: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        if row["metric"] not in JUDGED:
            continue
        detail, where = row["detail"], f"{row['item_id']}, {row['metric']}"
        if row["status"] in ("missing", "corrupt", "not_applicable"):
            continue
        if detail.get("judge") not in declared:
            verdict.find("judge", where, f"no session names the judge {detail.get('judge')!r}")
            continue
        answers = detail.get("answers") or []
        models = {answer.get("model") or "not said" for answer in answers}
        if models - declared[detail["judge"]]:
            verdict.find(
                "judge", where, f"answered by {models}, the scoring says {declared[detail['judge']]}"
            )
        if row["status"] == "ok":
            key = (row["item_id"], detail["judge"], detail.get("protocol"))
            judged.setdefault(key, {})[row["metric"]] = row["value"]
            if detail["judge"] not in COMPUTED:
                _answers(row, answers, where, verdict)
    for key, values in judged.items():
        if all(name in values for name in JUDGED):
            mean = math.fsum(values[name] for name in SCALES) / 3
            if abs(mean - values["overall"]) > 1e-6:
                verdict.find(
                    "judge", key[0], f"overall {values['overall']} is not the mean of the three, {mean}"
                )


def _answers(row: Mapping[str, Any], answers: list[dict[str, Any]], where: str, verdict: Verdict) -> None:
    """The value is what the recorded answers say."""
    try:
        said = ratings([Answer(**answer) for answer in answers], row["detail"].get("protocol"))
    except MebenchError as error:
        verdict.find("judge", where, f"the recorded answers hold no score: {error}")
        return
    values = [one.get(row["metric"], math.fsum(one.values()) / len(SCALES)) for one in said]
    if abs(math.fsum(values) / len(values) - row["value"]) > 1e-6:
        verdict.find("judge", where, f"the value is {row['value']}, the recorded answers say {values}")


def _coverage(rows: list[dict[str, Any]], benchmark: Benchmark, verdict: Verdict) -> bool:
    settled = Counter(row["metric"] for row in rows if row["status"] in ("ok", "not_applicable"))
    scored = Counter(row["metric"] for row in rows if row["status"] == "ok")
    expected = len(benchmark.items)
    names = {row["metric"] for row in rows}
    short = [f"{name} {scored[name]}/{expected}" for name in names if settled[name] < expected]
    if short:
        verdict.notes.append(f"partial: {', '.join(sorted(short))}")
    return bool(rows) and not short


def _images(contents: Contents, benchmark: Benchmark, rows: list[dict[str, Any]], verdict: Verdict) -> None:
    images = [name for name in contents.sizes if name.startswith(form.IMAGES)]
    ids = Counter(item_of(name) for name in images)
    for item, count in ids.items():
        if item not in benchmark.ids or count > 1:
            verdict.find("image", item, "an image of no item, or the second of one")
    if images:
        for item in sorted({row["item_id"] for row in rows if row["status"] == "ok"} - ids.keys()):
            verdict.find("image", item, "scored, and its image is not there")
