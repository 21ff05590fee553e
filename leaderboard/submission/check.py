"""Checks a submission as the board's own CI does: everything is read, nothing is believed."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errata import errata
from motionedit_bench.leaderboard.submission import format as form
from motionedit_bench.leaderboard.submission.answers import check_judges
from motionedit_bench.leaderboard.submission.archive import open_contents
from motionedit_bench.leaderboard.submission.asked import Asked
from motionedit_bench.leaderboard.submission.bounds import SIGNATURE, Bounds
from motionedit_bench.leaderboard.submission.copies import check_copies
from motionedit_bench.leaderboard.submission.headline import missing_of
from motionedit_bench.leaderboard.submission.identity import check_identity
from motionedit_bench.leaderboard.submission.parsing import lines, read_model, validated
from motionedit_bench.leaderboard.submission.pictures import Edits, check_images, of_others
from motionedit_bench.leaderboard.submission.policy import Policy
from motionedit_bench.leaderboard.submission.reading import Contents, Hostile
from motionedit_bench.leaderboard.submission.recompute import recompute
from motionedit_bench.leaderboard.submission.rows import sound_rows
from motionedit_bench.leaderboard.submission.signature import signer
from motionedit_bench.leaderboard.submission.verdict import Verdict
from motionedit_bench.records import digest


def check(path: Path, benchmark: Benchmark, asked: Asked, policy: Policy) -> Verdict:
    """Check a submission against the board's own benchmark, in this process.

    With images, every score that can be computed is computed again, for every item; see
    `motionedit_bench.leaderboard.submission.confined` for the limits around it.
    """
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    verdict = Verdict(bench=benchmark.fingerprint(), seed=seed)
    try:
        with open_contents(path, Bounds(len(benchmark.items))) as contents:
            _check(contents, benchmark, asked, policy, verdict)
    except Hostile as error:
        verdict.find("unreadable", "the submission", error)
    return verdict


def _check(contents: Contents, benchmark: Benchmark, asked: Asked, policy: Policy, verdict: Verdict) -> None:
    for name in (form.CARD, form.SCORES, form.SCORING, form.CHECKSUMS):
        if name not in contents.sizes:
            verdict.find("missing", name, "every submission has this file")
    if verdict.findings:
        return
    verdict.hash = digest(contents.read(form.CHECKSUMS))
    _checksums(contents, verdict)
    verdict.key = signer(contents, verdict)
    card = read_model(contents, form.CARD, form.Card, verdict)
    scoring = read_model(contents, form.SCORING, form.Scoring, verdict)
    _run(contents, benchmark, verdict)
    if not isinstance(card, form.Card) or not isinstance(scoring, form.Scoring):
        return
    verdict.model = card.name
    check_identity(contents, asked.board, asked.by, verdict)
    _scoring(scoring, benchmark, verdict)
    rows = sound_rows(contents, card.name, benchmark, verdict)
    check_judges(rows, scoring.sessions, {item.id: item for item in benchmark.items}, verdict)
    check_copies(rows, asked.board, contents.path, verdict)
    check_images(contents, benchmark, rows, verdict)
    if not verdict.findings:
        _recompute(contents, benchmark, rows, asked, policy, verdict)


def _recompute(
    contents: Contents,
    benchmark: Benchmark,
    rows: Sequence[dict[str, Any]],
    asked: Asked,
    policy: Policy,
    verdict: Verdict,
) -> None:
    edits = Edits(contents, policy.limits.pixels, of_others(asked.board, verdict.model, verdict))
    verdict.rows = recompute(edits, benchmark, rows, asked.sample, verdict)
    edits.look_through(verdict)
    verdict.pictures = edits.seen
    ids = [item.id for item in benchmark.items]
    flow = policy.flow or benchmark.default_flow
    lacks = missing_of(verdict.rows, ids, policy, flow)
    verdict.partial, verdict.untaken = list(lacks.partial), list(lacks.untaken)
    if asked.seen:
        for one in verdict.looks:
            verdict.note(f"seen by a person: {one}")
        verdict.looks = []


def _checksums(contents: Contents, verdict: Verdict) -> None:
    sums = read_model(contents, form.CHECKSUMS, form.Checksums, verdict)
    if not isinstance(sums, form.Checksums):
        return
    for name in sorted((sums.files.keys() | contents.sizes.keys()) - {form.CHECKSUMS, SIGNATURE}):
        if name not in contents.sizes or name not in sums.files:
            verdict.find("checksum", name, "listed and not there, or there and not listed")
        elif digest(contents.read(name)) != sums.files[name]:
            verdict.find("checksum", name, "not the file that was packed")


def _run(contents: Contents, benchmark: Benchmark, verdict: Verdict) -> None:
    """What is told of the run that made the edits, if anything is."""
    if form.MANIFEST in contents.sizes:
        manifest = read_model(contents, form.MANIFEST, form.Manifest, verdict)
        if manifest is not None and manifest.bench.get("fingerprint") != benchmark.fingerprint():
            verdict.find("benchmark", form.MANIFEST, "run on another benchmark, or another version of it")
        if manifest is not None:
            for one in errata(manifest.model_dump()):
                verdict.note(f"(!) its edits were {one.what}")
    if form.RECORDS in contents.sizes:
        for number, line in lines(contents, form.RECORDS, contents.bounds.records, verdict):
            validated(line, form.Record, f"{form.RECORDS}, line {number}", verdict)


def _scoring(scoring: form.Scoring, benchmark: Benchmark, verdict: Verdict) -> None:
    """The scoring is of the card's model on the board's benchmark; whatever else it says is not believed."""
    if scoring.bench.fingerprint != benchmark.fingerprint():
        verdict.find("benchmark", form.SCORING, "scored on another benchmark, or another version of it")
    if scoring.bench.items != len(benchmark.items):
        verdict.find("benchmark", form.SCORING, f"{scoring.bench.items} items, not {len(benchmark.items)}")
    if [item.id for item in scoring.items] != [item.id for item in benchmark.items]:
        verdict.find("benchmark", form.SCORING, "the items expected are not the benchmark's")
    if scoring.model != verdict.model:
        verdict.find("name", form.SCORING, f"scores of {scoring.model}, card of {verdict.model}")
