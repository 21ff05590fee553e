"""The benchmark that models' folders remember: that of their runs, and of their scores."""

from collections.abc import Sequence
from pathlib import Path

from motionedit_bench.benchmarks import DEFAULT, Benchmark, open_benchmark
from motionedit_bench.errors import BenchmarkError, PredictionsError, UsageError
from motionedit_bench.files import read_json
from motionedit_bench.predictions import CHECKSUMS, MANIFEST, SCORING, model_name
from motionedit_bench.progress import warn

Named = dict[str, str]
"""What a folder says of its benchmark: ``spec``, which opens it, and ``fingerprint``."""


def benchmark_of(folders: Sequence[Path], bench: str | None = None) -> Benchmark:
    """The benchmark asked for, else the one that the folders remember, else the default, which is said.

    What a submission says is not taken: a submitter wrote it.

    Raises:
        UsageError: the folders remember several, or one of them is a submission.
        BenchmarkError: it cannot be opened.
    """
    if bench is not None:
        return open_benchmark(bench)
    if any((folder / CHECKSUMS).exists() for folder in folders):
        raise UsageError("say which benchmark it is, with --bench: a submission's own word is not taken")
    found = [named for folder in folders if (named := remembered(folder))]
    specs = list(dict.fromkeys(named["spec"] for named in found))
    if len(specs) > 1 and len({named["fingerprint"] for named in found}) > 1:
        told = ", ".join(sorted(specs))
        raise UsageError(f"the runs are of different benchmarks ({told}): say which with --bench")
    if not specs:
        warn(f"no {MANIFEST} or {SCORING} names a benchmark: it is {DEFAULT}, unless --bench says another")
        return open_benchmark(DEFAULT)
    return _first(specs)


def _first(specs: Sequence[str]) -> Benchmark:
    """The first that can be opened, of several names of one benchmark."""
    for spec in specs:
        try:
            return open_benchmark(spec)
        except BenchmarkError as error:
            why = error
    raise BenchmarkError(f"{why} (the edits were made on it: where is it now? say so with --bench)")


def remembered(folder: Path) -> Named | None:
    """The benchmark of a folder's run, by where a scoring found it last; without a run, that of its scores.

    Raises:
        PredictionsError: a file that says so is damaged.
    """
    run, scored = manifest_bench(folder), _named(folder / SCORING, "description of scores")
    moved = run and scored and run["fingerprint"] == scored["fingerprint"]
    return scored if moved or run is None else run


def manifest_bench(folder: Path) -> Named | None:
    """What the folder's manifest says of its benchmark; ``None`` without one.

    Raises:
        PredictionsError: the manifest is damaged.
    """
    return _named(folder / MANIFEST, "manifest of `mebench run`")


def warn_of_another(benchmark: Benchmark, folders: Sequence[Path]) -> None:
    """Say which models' edits were not made on this benchmark, by its fingerprint; where no run says what
    it was made on, the benchmark is not read.

    Raises:
        PredictionsError: a manifest is damaged.
    """
    runs = {model_name(folder): named for folder in folders if (named := manifest_bench(folder))}
    if not runs:
        return
    others = [model for model, named in runs.items() if named["fingerprint"] != benchmark.fingerprint()]
    if others:
        warn(f"run on another version of this benchmark, or on another one: {', '.join(others)}")


def _named(path: Path, kind: str) -> Named | None:
    if not path.exists():
        return None
    try:
        bench = read_json(path.read_bytes())["bench"]
        return {"spec": str(bench["spec"]), "fingerprint": str(bench["fingerprint"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PredictionsError(f"{path} is not a {kind} ({error!r}): mend or remove it") from error
