"""Checks a submission as the board's own CI does: everything is read, nothing is believed."""

import math
import random
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from tabulate import tabulate

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errors import ImageError, MebenchError
from motionedit_bench.images import decode
from motionedit_bench.journal import read_lines
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.reading import Contents, Hostile, open_contents, shown
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.base import Instruments
from motionedit_bench.metrics.catalogue import CATALOGUE, JUDGED
from motionedit_bench.metrics.judge.answer import Answer, scores_of
from motionedit_bench.metrics.judge.offline import ReferenceJudge
from motionedit_bench.metrics.judge.rubric import SCALES
from motionedit_bench.predictions import SCORES
from motionedit_bench.records import digest
from motionedit_bench.scores import slot
from motionedit_bench.scoring import score

BOUNDS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("mas", "mas_noop", "mas_confident"), (0, 100)),
    **dict.fromkeys(("ssim", "still_ssim", "clip_i", "clip_dir", "dino"), (-1, 1)),
    **dict.fromkeys(("motion_reward", "motion_iou"), (0, 1)),
    **dict.fromkeys(("psnr", "still_psnr"), (0, 100)),
    **dict.fromkeys(("lpips", "still_lpips", "moved_lpips"), (0, 10)),
    **dict.fromkeys(JUDGED, (0, 5)),
    "motion_gain": (-100, 100),
    "motion_magnitude": (0, 10),
    "epe": (0, 1000),
}
"""No value of a metric can lie outside."""

LONGEST_LINE = 1_000_000
MOST_FINDINGS = 50
"""So many are told; where there are more, the number is."""
SLACK = 1e-9
RECOMPUTED_TO = 1e-3
"""A recomputed value may differ by this share of its metric's range: other processors, other roundings."""


@dataclass(frozen=True)
class Finding:
    """What is wrong: of which kind, where, and what; texts can be printed as they are."""

    kind: str
    where: str
    what: str


@dataclass
class Verdict:
    """What came of a check.

    Attributes:
        findings: what is wrong; one is enough to reject.
        notes: what should be known, such as how much could be recomputed.
        complete: whether every item that can be scored has a score, in every column.
        seed: with which the sample was drawn.
    """

    model: str = "?"
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    complete: bool = False
    seed: int = 0

    @property
    def word(self) -> str:
        if self.findings:
            return "rejected"
        return "accepted" if self.complete else "accepted as partial: shown, never ranked"

    def find(self, kind: str, where: str, what: object) -> None:
        told = " ".join(ascii(str(what))[1:-1].split())
        self.findings.append(Finding(kind, shown(where)[1:-1], told[:200]))


def check(
    path: Path,
    benchmark: Benchmark,
    board: Path | None = None,
    sample: int = 20,
    seed: int | None = None,
    full: bool = False,
) -> Verdict:
    """Check a submission against the board's own benchmark.

    ``board`` is a folder of accepted submissions (``<model>/<hash>/``). With images, the scores of
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
            verdict.find(
                "benchmark", form.MANIFEST, "the run is of another benchmark, or another version of it"
            )
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
    _judges(rows, scoring.sessions, verdict)
    verdict.complete = _coverage(rows, benchmark, verdict)
    _images(contents, benchmark, rows, verdict)
    if not verdict.findings:
        _recompute(contents, benchmark, rows, sample, verdict)


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
            form.plain(text)
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
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for number, line in _lines(contents, form.SCORES, verdict):
        where = f"{form.SCORES}, line {number}"
        row = _validated(line, form.Row, where, verdict)
        if row is None:
            continue
        problem = _problem(row, model, benchmark)
        content = row.model_dump()
        if problem is None and slot(content) in found:
            problem = "a second row about the same thing"
        if problem is not None:
            verdict.find("row", where, problem)
        else:
            found[slot(content)] = content
    if not found and not verdict.findings:
        verdict.find("row", form.SCORES, "there is no row")
    return list(found.values())


def _problem(row: form.Row, model: str, benchmark: Benchmark) -> str | None:
    if row.model != model:
        return f"a row of {row.model}"
    if row.item_id not in benchmark.ids:
        return f"the benchmark has no item {row.item_id}"
    if (row.value is None) == (row.status == "ok") or (row.status != "ok" and not row.reason):
        return "a value goes with status ok alone, any other status with a reason"
    if row.metric not in BOUNDS:
        return f"{row.metric} is never a row: it follows from others"
    low, high = BOUNDS[row.metric]
    if row.value is not None and not low - SLACK <= row.value <= high + SLACK:
        return f"{row.metric} {row.value:g} is outside {low:g} to {high:g}"
    if row.metric not in JUDGED and row.status == "ok":
        version = str(METRICS.get(row.metric).version)
        if row.detail.get("metric_version") != version:
            return f"{row.metric} of version {row.detail.get('metric_version')}, the board's is {version}"
    return None


def _names(name: str, board: Path | None, contents: Contents, verdict: Verdict) -> None:
    if board is None or not board.is_dir():
        return
    for path in sorted(board.iterdir()):
        if path.is_dir() and path.name != name and skeleton(path.name) == skeleton(name):
            verdict.find("name", form.CARD, f"{name} can be taken for {path.name}, which is on the board")
    if (board / name / digest(contents.read(form.CHECKSUMS))).exists():
        verdict.find("duplicate", "the submission", "the very same one is on the board")


def skeleton(name: str) -> str:
    """What a hasty reader sees of a name: names with the same skeleton can be taken for each other.

    >>> skeleton("FLUX_Kontext") == skeleton("fIux-K0ntext")
    True
    """
    low = re.sub(r"[._-]", "", name).replace("I", "l").lower()
    return low.replace("rn", "m").replace("vv", "w").translate(str.maketrans("01i5", "olls"))


def _judges(rows: list[dict[str, Any]], sessions: list[dict[str, Any]], verdict: Verdict) -> None:
    """Rows of judges agree with themselves, with what was answered, and with what the scoring says."""
    declared: dict[str, set[str]] = {}
    for session in sessions:
        for told in session.get("judges") or [] if isinstance(session, dict) else []:
            if isinstance(told, dict) and isinstance(told.get("judge"), str):
                answered = told.get("answered_by")
                declared.setdefault(told["judge"], set()).update(
                    answered if isinstance(answered, dict) else ()
                )
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
        models = {answer.get("model") or "not said" for answer in answers if isinstance(answer, dict)}
        if models - declared[detail["judge"]]:
            verdict.find(
                "judge", where, f"answered by {models}, the scoring says {declared[detail['judge']]}"
            )
        if row["status"] == "ok":
            key = (row["item_id"], detail["judge"], detail.get("protocol"))
            judged.setdefault(key, {})[row["metric"]] = row["value"]
            if answers and detail.get("protocol") == "rubric":
                _answers(row, answers, where, verdict)
    for key, values in judged.items():
        if all(name in values for name in JUDGED):
            mean = math.fsum(values[name] for name in SCALES) / 3
            if abs(mean - values["overall"]) > 1e-6:
                verdict.find(
                    "judge", key[0], f"overall {values['overall']} is not the mean of the three, {mean}"
                )


def _answers(row: Mapping[str, Any], answers: list[Any], where: str, verdict: Verdict) -> None:
    """The value is what the recorded answers say."""
    try:
        said = [scores_of(Answer(**answer)) for answer in answers]
    except (MebenchError, TypeError) as error:
        verdict.find("judge", where, f"the recorded answer holds no score: {error}")
        return
    values = [one.get(row["metric"], math.fsum(one.values()) / 3) for one in said]
    if abs(math.fsum(values) / len(values) - row["value"]) > 1e-6:
        verdict.find("judge", where, f"the value is {row['value']}, the recorded answers say {values}")


def _coverage(rows: list[dict[str, Any]], benchmark: Benchmark, verdict: Verdict) -> bool:
    settled = Counter(row["metric"] for row in rows if row["status"] in ("ok", "not_applicable"))
    scored = Counter(row["metric"] for row in rows if row["status"] == "ok")
    expected = len(benchmark.items)
    short = [
        f"{name} {scored[name]}/{expected}"
        for name in {row["metric"] for row in rows}
        if settled[name] < expected
    ]
    if short:
        verdict.notes.append(f"partial: {', '.join(sorted(short))}")
    return not short


def _images(contents: Contents, benchmark: Benchmark, rows: list[dict[str, Any]], verdict: Verdict) -> None:
    images = [name for name in contents.sizes if name.startswith(form.IMAGES)]
    ids = Counter(_item_of(name) for name in images)
    for item, count in ids.items():
        if item not in benchmark.ids or count > 1:
            verdict.find("image", item, "an image of no item, or the second of one")
    if images:
        for item in sorted({row["item_id"] for row in rows if row["status"] == "ok"} - ids.keys()):
            verdict.find("image", item, "scored, and its image is not there")


def _item_of(name: str) -> str:
    return name.removeprefix(form.IMAGES).rpartition(".")[0]


def _recompute(
    contents: Contents, benchmark: Benchmark, rows: list[dict[str, Any]], sample: int, verdict: Verdict
) -> None:
    """Score a sample of items again, from the images, and name what differs."""
    images = {_item_of(name): name for name in contents.sizes if name.startswith(form.IMAGES)}
    if not images:
        verdict.notes.append("without images: nothing can be computed again")
        return
    drawn = sorted(random.Random(verdict.seed).sample(sorted(images), min(sample, len(images))))
    part = replace(benchmark, items=benchmark.select(ids=drawn))
    wanted = [row for row in rows if row["item_id"] in set(drawn) and _deterministic(row)]
    again: dict[tuple[str, ...], dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as place:
        edits = Path(place) / "edits" / verdict.model
        edits.mkdir(parents=True)
        for item in drawn:
            content = contents.read(images[item])
            try:
                decode(content)
            except ImageError as error:
                verdict.find("image", item, error)
                continue
            (edits / Path(images[item]).name).write_bytes(content)
        ways = {(row["detail"].get("flow"), row["detail"].get("flow_size")) for row in wanted}
        for number, (flow, size) in enumerate(sorted(ways, key=str)):
            out = Path(place) / str(number)
            own = [
                row
                for row in wanted
                if (row["detail"].get("flow"), row["detail"].get("flow_size")) == (flow, size)
            ]
            try:
                instruments = Instruments(flow or "dis", size or "input")
                names = sorted({row["metric"] for row in own if row["metric"] not in JUDGED})
                judges = [ReferenceJudge(instruments)] if any(row["metric"] in JUDGED for row in own) else []
                score(part, [edits], names, instruments, out, judges=judges)
            except MebenchError as error:
                verdict.find("recomputed", f"flow {flow}", error)
                continue
            again |= {slot(row): row for row in read_lines(out / verdict.model / SCORES)}
    compared = 0
    for row in wanted:
        new = again.get(slot(row))
        if new is None or new["status"] == "unavailable":
            continue
        compared += 1
        low, high = BOUNDS[row["metric"]]
        close = row["value"] is not None and new["value"] is not None
        if close:
            close = abs(row["value"] - new["value"]) <= RECOMPUTED_TO * min(high - low, 100)
        if not close and (row["value"], row["status"]) != (new["value"], new["status"]):
            told = f"submitted {row['value']} ({row['status']}), computed {new['value']} ({new['status']})"
            verdict.find("recomputed", f"{row['item_id']}, {row['metric']}", told)
    verdict.notes.append(
        f"computed again: {compared} of {len(wanted)} scores of {len(drawn)} of {len(images)} images, "
        f"drawn with --seed {verdict.seed}"
    )


def _deterministic(row: Mapping[str, Any]) -> bool:
    if row["status"] not in ("ok", "not_applicable"):
        return False
    judged = row["metric"] in JUDGED
    return (row["detail"].get("judge") == "reference") if judged else row["metric"] in CATALOGUE


def table(verdict: Verdict) -> str:
    """A verdict for people."""
    lines = []
    if verdict.findings:
        told = [(one.kind, one.where, one.what) for one in verdict.findings[:MOST_FINDINGS]]
        widths = [None, 40, 60]
        lines.append(
            str(tabulate(told, ("finding", "where", "what"), disable_numparse=True, maxcolwidths=widths))
        )
        if len(verdict.findings) > MOST_FINDINGS:
            lines.append(f"and {len(verdict.findings) - MOST_FINDINGS} more")
        lines.append("")
    lines += [*verdict.notes, f"{verdict.model}: {verdict.word}"]
    return "\n".join(lines)
