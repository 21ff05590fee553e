"""Benchmarks: a folder, a hub data set or the embedded sample becomes items."""

from pathlib import Path

from motionedit_bench.benchmarks.base import Benchmark
from motionedit_bench.benchmarks.hub import PAPERS
from motionedit_bench.errors import BenchmarkError

DEFAULT = PAPERS
SAMPLE = "sample"


def open_benchmark(spec: str = DEFAULT) -> Benchmark:
    """The benchmark that ``--bench`` names: ``sample``, a folder, or ``OWNER/NAME[@REVISION]``.

    A folder holds ``metadata.jsonl``, or parquet files with the columns of the hub data set.

    Raises:
        BenchmarkError: it cannot be opened or does not keep its format.
    """
    if spec == SAMPLE:
        from motionedit_bench.benchmarks.sample.embedded import open_sample

        return open_sample()
    folder = Path(spec)
    if folder.is_dir():
        if any("\udc80" <= character <= "\udcff" for character in str(folder.resolve())):
            raise BenchmarkError(f"the path of benchmark folder {spec!a} is not UTF-8: rename it")
        from motionedit_bench.benchmarks.folder import METADATA, open_folder

        if (folder / METADATA).exists():
            return open_folder(folder)
        if any(folder.rglob("*.parquet")):
            from motionedit_bench.benchmarks.hub import open_parquet

            return open_parquet(folder)
        raise BenchmarkError(f"benchmark folder {folder} has neither {METADATA} nor parquet files")
    name, _, revision = spec.partition("@")
    if name.count("/") != 1 or name.startswith((".", "/", "~")) or name.endswith("/"):
        raise BenchmarkError(
            f"no benchmark {spec!r}: give `{SAMPLE}`, an existing folder, "
            "or a hub data set OWNER/NAME[@REVISION]"
        )
    from motionedit_bench.benchmarks.hub import open_hub

    return open_hub(name, revision or None)


__all__ = ["DEFAULT", "SAMPLE", "Benchmark", "open_benchmark"]
