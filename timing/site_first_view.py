"""How soon a large board's site shows something: 100 models in the table, then 12 models with pictures.

Both have 1,015 items and 12 metrics with made-up scores; the pictures are a few distinct ones under
many names. Each site is built, opened from its folder in chromium, and timed in the browser: first
view (first contentful paint), page loaded, and, by a deep link, one item with all its pictures asked for.
Prints the medians of 5 visits beside the time of the build and the size of the folder.

    python timing/site_first_view.py
"""

import json
import resource
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site.build import write_site
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.metrics.catalogue import CATALOGUE

ITEMS = 1015
METRICS = (
    *("mas", "motion_gain", "mas_noop", "motion_magnitude", "motion_iou", "epe"),
    *("ssim", "psnr", "lpips", "still_ssim", "clip_i", "dino"),
)
CATEGORIES = ("Pose", "Locomotion", "Orientation", "Object state", "Subject-object", "Inter-subject")
VISITS = 5
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu"]


def make_benchmark(folder: Path) -> None:
    """A benchmark whose items share four pictures, by hard links."""
    rng = np.random.default_rng(0)
    for name in ("input", "target"):
        (folder / name).mkdir(parents=True)
        for k in range(ITEMS):
            path = folder / name / f"{k}.png"
            if k < 4:
                coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
                coarse.resize((640, 480), Image.Resampling.BICUBIC).save(path)
            else:
                path.hardlink_to(folder / name / f"{k % 4}.png")
    lines = (
        {
            "id": str(k),
            "file_name": f"input/{k}.png",
            "target_file_name": f"target/{k}.png",
            "prompt": f"Turn the subject of picture {k} a little to the left, and let it look at the viewer.",
            "category": CATEGORIES[k % len(CATEGORIES)],
        }
        for k in range(ITEMS)
    )
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def make_models(folder: Path, bench: Path, count: int, pictures: bool) -> None:
    """So many scored models, with or without images."""
    benchmark = open_benchmark(str(bench))
    description = {
        "bench": {
            "spec": str(bench),
            "name": "large",
            "revision": None,
            "fingerprint": benchmark.fingerprint(),
            "items": ITEMS,
        },
        "items": [{"id": item.id, "category": item.category} for item in benchmark.items],
    }
    rng = np.random.default_rng(1)
    low, high = np.clip(np.array([CATALOGUE[name].bounds for name in METRICS]), 0, 100).T
    for m in range(count):
        place = folder / f"model-{m:03}"
        place.mkdir(parents=True)
        (place / "scoring.json").write_text(json.dumps({"model": place.name, **description}))
        shares = rng.normal(0.5 + m / 1000, 0.1, (ITEMS, len(METRICS)))
        table = low + np.clip(shares, 0, 1) * (high - low)
        with open(place / "scores.jsonl", "w", encoding="utf-8") as file:
            for item, values in zip(benchmark.items, table, strict=True):
                for metric, value in zip(METRICS, values, strict=True):
                    row = {
                        "model": place.name,
                        "item_id": item.id,
                        "metric": metric,
                        "value": value,
                        "status": "ok",
                        "reason": None,
                        "detail": {"flow": "dis"},
                        "key": f"{m}-{item.id}-{metric}",
                    }
                    file.write(json.dumps(row) + "\n")
        if pictures:
            for k in range(ITEMS):
                (place / f"{k}.png").hardlink_to(bench / "target" / f"{(k + m) % 4}.png")


def visit(page: Page, address: str) -> dict[str, float]:
    """Times of one visit, milliseconds since navigation began."""
    page.goto(address)
    painted = page.evaluate(
        """new Promise((resolve) => new PerformanceObserver((list) => {
            const first = list.getEntriesByName('first-contentful-paint')[0];
            if (first) resolve(first.startTime);
        }).observe({ type: 'paint', buffered: true }))"""
    )
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return {"first_view": painted, "loaded": loaded}


def exhibit(page: Page, address: str) -> float:
    """Milliseconds from navigation until an item's edits stand in the page."""
    page.goto(f"{address}#item=700&models=model-000,model-001,model-002")
    page.wait_for_selector("#exhibit h3")
    return float(page.evaluate("performance.now()"))


def measure(site: Path) -> None:
    """Open the site a few times, each time with nothing in the browser's memory."""
    address = (site / "index.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=ARGUMENTS
        )
        seen, items = [], []
        for _ in range(VISITS):
            with browser.new_context() as context:
                seen.append(visit(context.new_page(), address))
            with browser.new_context() as context:
                items.append(exhibit(context.new_page(), address))
        browser.close()
    for name in ("first_view", "loaded"):
        print(f"  {name.replace('_', ' ')}: {statistics.median(each[name] for each in seen):.0f} ms")
    print(f"  an item by deep link: {statistics.median(items):.0f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        make_benchmark(root / "bench")
        for count, pictures in ((100, False), (12, True)):
            scores, site = root / f"preds-{count}", root / f"site-{count}"
            make_models(scores, root / "bench", count, pictures)
            began = time.perf_counter()
            write_site(read(contest(scores)), open_benchmark(str(root / "bench")), scores, site)
            took = time.perf_counter() - began
            size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
            print(f"{count} models x {ITEMS} items x {len(METRICS)} metrics, pictures: {pictures}")
            print(f"  built in {took:.0f} s, {size / 2**20:.0f} MiB")
            measure(site)
            shutil.rmtree(scores)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        print(f"peak memory of the builds: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
