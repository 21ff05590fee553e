"""The pictures of README and pages, made by the project's own commands from the embedded `sample`.

    python docs/pictures.py [NAME ...]      # those of that name; all of them where none is given

Runs and scores the baselines, and writes docs/pictures/NAME.webp: `show` is one edit as `mebench show`
draws it, `site` and `item` are the site of `mebench leaderboard --format html`, seen by chromium; where that
is not installed, these two stay as they are. The README's first picture is docs/first_look.py's, the plot of
flows' trust timing/flow_trust.py's.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from motionedit_bench.cli import invoke

PLACE = Path(__file__).with_name("pictures")
MODELS = ("target", "identity", "resaved", "shift")
METRICS = "motion_gain,mas,motion_magnitude,ssim,psnr"
ITEM = "astronaut-tilts-head"
QUALITY = 82
MOST = 300_000
"""Bytes of a picture."""
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WINDOW = {"width": 1200, "height": 960}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        preds = Path(folder) / "preds"
        score(preds)
        for name in names or list(PICTURES):
            draft = Path(folder) / f"{name}.png"
            PICTURES[name](preds, draft)
            if draft.exists():
                keep(draft, PLACE / f"{name}.webp")


def score(preds: Path) -> None:
    """The baselines' edits of `sample`, scored."""
    for name in MODELS:
        call("run", "--adapter", name, "--bench", "sample", "--out", preds / name)
    call("score", preds, "--metrics", METRICS)


def show(preds: Path, out: Path) -> None:
    call("show", ITEM, "--pred", preds / "shift", "--out", out)


def site(preds: Path, out: Path) -> None:
    seen(preds, "", out)


def item(preds: Path, out: Path) -> None:
    seen(preds, f"#item={ITEM}&models=target,shift", out)


PICTURES: dict[str, Callable[[Path, Path], None]] = {"show": show, "site": site, "item": item}


def seen(preds: Path, place: str, out: Path) -> None:
    """What a window shows at that place of the site, once nothing moves any more."""
    if CHROMIUM is None:
        print(f"{out.stem}: chromium is not installed", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    built = preds.parent / "site"
    if not built.exists():
        call("leaderboard", preds, "--format", "html", "--out", built, "--published")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, reduced_motion="reduce", color_scheme="light")
        page.goto((built / "index.html").as_uri() + place)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        page.screenshot(path=out)
        browser.close()


def keep(draft: Path, out: Path) -> None:
    with Image.open(draft) as picture:
        picture.convert("RGB").save(out, quality=QUALITY, method=6)
    if out.stat().st_size > MOST:
        raise SystemExit(f"{out} has {out.stat().st_size} bytes, more than {MOST}")
    print(out)


def call(*words: object) -> None:
    status = invoke([str(word) for word in words])
    if status:
        raise SystemExit(f"mebench {' '.join(map(str, words))}: exit status {status}")


if __name__ == "__main__":
    PLACE.mkdir(exist_ok=True)
    main(sys.argv[1:])
