"""Writes the figures of benchmarks into a folder: PNG files and a page with them."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from motionedit_bench.errors import UsageError
from motionedit_bench.files import json_bytes, make_folder, write_whole
from motionedit_bench.leaderboard.site.page import SITE_POLICY
from motionedit_bench.leaderboard.templates import template
from motionedit_bench.mining.stats.captions import captions
from motionedit_bench.mining.stats.motion import Profile
from motionedit_bench.mining.stats.table import summary, tables
from motionedit_bench.texts import visible

PACKAGE = "motionedit_bench.mining.stats"
INDEX = "index.html"


def check_drawing() -> None:
    """Let nobody begin who cannot draw in the end.

    Raises:
        UsageError: matplotlib is absent.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"figures need the package {error.name}: pip install 'motionedit-bench[figures]'"
        ) from error


def write_stats(profiles: Sequence[Profile], out: Path) -> Path:
    """Write ``motion.png``, ``directions.png``, ``categories.png``, ``stats.json``, and a page with them.

    Returns the page. Raises:
        UsageError: matplotlib is absent. StorageError: the folder cannot be written.
    """
    check_drawing()
    from motionedit_bench.mining.stats.figures import drawn

    make_folder(out)
    for name, content in drawn(profiles).items():
        write_whole(out / f"{name}.png", content)
    write_whole(out / "stats.json", json_bytes([summary(one) for one in profiles], indent=2))
    style = (files("motionedit_bench.leaderboard.site") / "style" / "base.css").read_text(encoding="utf-8")
    own = (files(PACKAGE) / "stats.css").read_text(encoding="utf-8")
    write_whole(out / "stats.css", (style + own).encode())
    page = template(PACKAGE, "page.html").render(
        title=", ".join(visible(one.name) for one in profiles),
        policy=SITE_POLICY,
        figures=captions(profiles),
        tables=tables(profiles),
    )
    write_whole(out / INDEX, page.encode())
    return out / INDEX
