"""Benchmarks: a folder, here or in a store, a hub data set or an embedded one becomes items."""

from pathlib import Path

from motionedit_bench.benchmarks.base import METADATA, Benchmark
from motionedit_bench.benchmarks.declared import BUILT_IN, SUFFIX, declared
from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.errors import BenchmarkError, UsageError
from motionedit_bench.stores.url import is_url

DEFAULT = PAPERS
SAMPLE = "sample"
EMBEDDED = {
    SAMPLE: "embedded: photographs in which a subject was moved, with the exact flow; needs no network",
    "sample-far": "embedded: the same, far motion under a moving camera, with exact flow and visibility",
}
"""What the benchmarks that come with the harness hold, by name."""


def open_benchmark(spec: str = DEFAULT) -> Benchmark:
    """The benchmark that ``--bench`` names: an `EMBEDDED` one, one of `declared.BUILT_IN` or a user's
    ``FILE.toml`` (``[@REVISION]``), a folder, ``OWNER/NAME[@REVISION]``, or a folder in a store (``s3://...``),
    which holds ``metadata.jsonl``.

    A folder holds ``metadata.jsonl``, or parquet files with the columns of the hub data set. Of parquet
    files and hub data sets, ``#FIELD=COLUMN,...`` at the end says which column holds what.

    Raises:
        BenchmarkError: it cannot be opened or does not keep its format.
        UsageError: columns are chosen in another form, or where there are none; a declaration is wrong.
    """
    chosen = None
    if "#" in spec and not Path(spec).is_dir():
        from motionedit_bench.benchmarks.columns import parse_choice

        spec, _, text = spec.rpartition("#")
        chosen = parse_choice(text)
    folder = Path(spec)
    if chosen and (spec in EMBEDDED or is_url(spec) or (folder / METADATA).exists()):
        raise UsageError(f"{spec} has no columns to choose from: leave out what follows #")
    if spec in EMBEDDED:
        from motionedit_bench.benchmarks.sample.embedded import open_embedded

        return open_embedded(spec)
    if is_url(spec):
        from motionedit_bench.benchmarks.stored import open_stored

        return open_stored(spec)
    if (spec in BUILT_IN or not folder.is_dir()) and (known := declared(spec)) is not None:
        from motionedit_bench.benchmarks.hub import open_declared, open_hub

        about, file, pinned = known
        if file is None:
            return open_hub(about.data, pinned, chosen)
        return open_declared(about, file, pinned, chosen)
    if folder.is_dir():
        if any("\udc80" <= character <= "\udcff" for character in str(folder.resolve())):
            raise BenchmarkError(f"the path of benchmark folder {spec!a} is not UTF-8: rename it")
        from motionedit_bench.benchmarks.folder import open_folder

        if (folder / METADATA).exists():
            return open_folder(folder)
        if any(folder.rglob("*.parquet")):
            from motionedit_bench.benchmarks.hub import open_parquet

            return open_parquet(folder, chosen)
        raise BenchmarkError(f"benchmark folder {folder} has neither {METADATA} nor parquet files")
    name, _, revision = spec.partition("@")
    if name.count("/") != 1 or name.startswith((".", "/", "~")) or name.endswith("/"):
        raise BenchmarkError(
            f"no benchmark {spec!r}: give {', '.join(f'`{one}`' for one in (*EMBEDDED, *BUILT_IN))}, "
            f"an existing folder, a FILE{SUFFIX}, or a hub data set OWNER/NAME[@REVISION]"
        )
    from motionedit_bench.benchmarks.hub import open_hub

    return open_hub(name, revision or None, chosen)


__all__ = ["DEFAULT", "EMBEDDED", "SAMPLE", "Benchmark", "open_benchmark"]
