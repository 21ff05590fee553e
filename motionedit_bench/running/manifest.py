"""The manifest of a run, ``run.json``: what it ran with, so that it goes on with the same or not at all."""

import json
from pathlib import Path
from typing import Any

from motionedit_bench import provenance
from motionedit_bench.adapters import Adapter
from motionedit_bench.benchmarks import Benchmark
from motionedit_bench.errata import errata
from motionedit_bench.errors import PredictionsError, StorageError
from motionedit_bench.files import json_bytes, read_json, write_whole
from motionedit_bench.predictions import MANIFEST, ModelPredictions
from motionedit_bench.progress import Progress

SAME = ("adapter", "adapter_file", "model", "settings", "seed", "bench.fingerprint", "share")
"""What every session of one run has in common."""


def start(name: str, adapter: Adapter, benchmark: Benchmark, seed: int) -> dict[str, Any]:
    """The manifest of a run that begins now, with one session and nothing loaded yet."""
    with Progress("reading the benchmark", len(benchmark.items)) as progress:
        benchmark.fingerprint(progress.advance)
    return {
        "format": 1,
        "adapter": name,
        "adapter_file": adapter.source,
        "model": adapter.model,
        "settings": adapter.settings.model_dump(mode="json"),
        "seed": seed,
        "bench": benchmark.facts(),
        **({"share": benchmark.share} if benchmark.share else {}),
        "provenance": {},
        "sessions": [provenance.session()],
    }


def resume(out: Path, manifest: dict[str, Any]) -> None:
    """Carry the earlier sessions in ``out`` over, after making sure that they ran with the same settings.

    Raises:
        PredictionsError: they did not, their edits have a known fault, or no run made what lies there.
    """
    earlier = read(out / MANIFEST)
    if not earlier:
        if any(ModelPredictions(out).files):
            raise PredictionsError(f"{out} holds images that no run made: choose another --out")
        return
    for erratum in errata(earlier):
        raise PredictionsError(
            f"{out} holds a run whose edits were {erratum.what}: choose another --out, or remove that folder"
        )
    for place in SAME:
        check_same(out, place, earlier, manifest)
    manifest["sessions"] = earlier["sessions"] + manifest["sessions"]
    manifest |= {name: earlier[name] for name in ("provenance", "cost") if name in earlier}


def loaded(out: Path, manifest: dict[str, Any], provenance: dict[str, Any]) -> None:
    """Write down what was loaded, after making sure that it is what earlier sessions loaded.

    Raises:
        PredictionsError: it is another revision, or the batches are of another size.
    """
    check_loaded(out, manifest["provenance"], provenance)
    manifest["provenance"] = provenance
    write(out, manifest)


def check_loaded(out: Path, earlier: dict[str, Any], now: dict[str, Any]) -> None:
    """Make sure that what was loaded is what earlier sessions loaded, in batches of the same size.

    Raises:
        PredictionsError: it is not.
    """
    if earlier:
        check_same(out, "batch", earlier, now)
    if "revision" in earlier:
        check_same(out, "revision", earlier, now)


def finish(out: Path, manifest: dict[str, Any], devices: list[str]) -> None:
    """Write down that this session ended by itself, and what the edits of all sessions were computed on."""
    manifest["devices"] = devices
    manifest["sessions"][-1]["finished"] = provenance.now()
    write(out, manifest)


def check_same(out: Path, place: str, earlier: dict[str, Any], now: dict[str, Any]) -> None:
    """Make sure that both have the same at a place, whose keys are divided by dots.

    What is ``None`` counts as absent: an earlier version did not know of every setting.

    Raises:
        PredictionsError: they differ.
    """
    old: Any = earlier
    new: Any = now
    for key in place.split("."):
        old, new = old.get(key), new.get(key)
    if _given(old) != _given(new):
        raise PredictionsError(
            f"{out} holds a run with another {place} ({_brief(old)}, now {_brief(new)}): "
            "choose another --out, or remove that folder"
        )


def read(path: Path) -> dict[str, Any]:
    """A manifest; empty where there is none.

    Raises:
        StorageError: it is damaged.
    """
    try:
        manifest = read_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} is damaged ({error}): remove it, or choose another --out") from error
    return manifest if isinstance(manifest, dict) else {}


def write(out: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest into a run's folder, whole or not at all."""
    write_whole(out / MANIFEST, json_bytes(manifest, indent=1))


def _given(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def _brief(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."
