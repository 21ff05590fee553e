"""Where scores go: beside the predictions or elsewhere, here or in a store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motionedit_bench.predictions import model_name
from motionedit_bench.scoring.rows import is_of_scores
from motionedit_bench.stores import Place, Url, writing


@dataclass(frozen=True)
class Results:
    """Where scores are written.

    Attributes:
        out: the folder of models' folders; ``None`` where scores lie beside the predictions.
        board: the folder whose models are those that were scored.
        scored: each model's own folder with its scores.
    """

    out: Path | None
    board: Path
    scored: tuple[Path, ...]


@contextmanager
def results(
    preds: Place, folder: Path, models: Sequence[Path], out: Place | None = None
) -> Iterator[Results]:
    """Where the scores of these models go, while it is open; in a store, they are there afterwards.

    ``preds`` is what the user named, ``folder`` what was made of it for reading, ``models`` are found in it.

    Raises:
        StorageError, UsageError: see `motionedit_bench.stores.writing`.
    """
    place = out or (preds if isinstance(preds, Url) else None)
    if place is None:
        yield Results(None, folder, tuple(models))
        return
    with writing(place, "scores", is_of_scores) as local:
        alone = out is None and list(models) == [folder]  # scores of one model's folder go into it
        parent = local.parent if alone else local
        yield Results(parent, local, tuple(parent / model_name(model) for model in models))
