"""What the site is held to, measured in chromium: speed, accessibility, nothing cut; with pictures of it.

Two sites are built: 100 models of 1,015 items with made-up scores, without pictures, for the table; and
the baselines of ``mebench demo`` on `sample-far`, for the pictures. Printed are, as medians of 5 visits, the
first view (at most 300 ms are wanted) and what each way of using the page takes until it is drawn (at most
100 ms), with how often it made the browser lay out the page and match its styles, which no other load on the
machine changes; the findings of axe in light and dark; how many pixels a page or its table is wider than
what holds it, on screens and on paper; and what of a page the Tab key does not reach.

    python timing/site_quality.py [--shots FOLDER]      # screenshots go there
    python timing/site_quality.py --site FOLDER         # of a site that is there, without the 100 models
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from site_first_view import ARGUMENTS, VISITS, make_benchmark, make_models, visit
from site_joints import joints_are_found, posed_item

from motionedit_bench import cli
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site.build import write_site
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.leaderboard.view.edit import POSE

MODELS = 100
WIDTHS = (390, 768, 1360)
SCHEMES = ("light", "dark")

TABLE = {
    "sort by a metric": "document.querySelector('#board thead th.motion button').click()",
    "other columns": "document.querySelector('#presets input[value=all]').click()",
    "all that there is of a figure": "document.querySelector('#densities input[value=full]').click()",
    "filter by a name": "const one = document.getElementById('filter'); one.value = '9';"
    " one.dispatchEvent(new Event('input'))",
    "open a row": "document.querySelector('#board tbody tr:not([hidden]) .opens').click()",
}
PICTURES = {
    "next item": "document.getElementById('next').click()",
    "motion in place of the edits": "document.querySelector('#views input[value=colours]').click()",
    "arrows": "document.getElementById('arrows').click()",
    "larger": "document.getElementById('zoom-in').click()",
}
"""Ways of using the page: the script that does what a click or a key does."""

DRAWN = """async () => {{
    const began = performance.now();
    {act};
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
}}"""

GALLERY = "document.getElementById('gallery').scrollIntoView({ behavior: 'instant' })"
VIEWS: Mapping[str, tuple[str, str]] = {
    "first-screen": ("", ""),
    "presets": ("#columns=all&density=full", ""),
    "row-open": ("", TABLE["open a row"]),
    "compare": ("{item}", GALLERY),
    "blink": ("{item}&view=input", GALLERY),
    "motion": ("{item}&view=colours", GALLERY),
    "arrows": ("{item}&view=arrows", GALLERY),
    "skeletons": ("{posed}&view=skeletons", GALLERY),
    "categories": ("", "document.getElementById('categories').scrollIntoView({ behavior: 'instant' })"),
    "preference": ("", "document.getElementById('preference').scrollIntoView({ behavior: 'instant' })"),
    "wins": ("", "document.getElementById('wins').scrollIntoView({ behavior: 'instant' })"),
}
"""Views of the page by desk: the address, and what is done there. ``{item}`` opens the striking item, and
``{posed}`` one in which a person's joints are found; without any there is no such view."""

COUNTED = ("LayoutCount", "RecalcStyleCount")

CUT = """[document.documentElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll('#table .scroll')].map((one) => one.scrollWidth - one.clientWidth)]"""
"""How many pixels the page is too wide, and each table of the first section."""

STOPS = "a[href], button, input, select, summary, [tabindex='0']"
UNREACHED = f"""() => {{
    const seen = (one) => one.checkVisibility() && !one.disabled && !one.closest('dialog');
    const alike = (one) => one.type === 'radio' && document.querySelector(`[name="${{one.name}}"].reached`);
    return [...document.querySelectorAll("{STOPS}")].filter((one) => seen(one) && !alike(one))
        .filter((one) => !one.classList.contains('reached')).map((one) => one.outerHTML.slice(0, 90));
}}"""
REACHED = """() => {
    const one = document.activeElement;
    if (one === document.body || one.classList.contains('reached')) return false;
    one.classList.add('reached');
    return true;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def speed(browser: Browser, site: Path, acts: Mapping[str, str], fragment: str = "") -> None:
    """Print the first view, and how long each act takes until its result is drawn."""
    address = (site / "index.html").as_uri() + fragment
    seen = []
    took: dict[str, list[float]] = {name: [] for name in acts}
    counts: dict[str, list[Counter[str]]] = {name: [] for name in acts}
    for _ in range(VISITS):
        with browser.new_context() as context:
            page = context.new_page()
            counter = context.new_cdp_session(page)
            counter.send("Performance.enable")
            seen.append(visit(page, address)["first_view"])
            page.wait_for_load_state("networkidle")
            if fragment:
                page.wait_for_selector("#tiles img")
            for name, act in acts.items():
                before = counted(counter)
                took[name].append(page.evaluate(DRAWN.format(act=act)))
                counts[name].append(counted(counter) - before)
                page.wait_for_timeout(100)
    print(f"  first view: {statistics.median(seen):.0f} ms")
    for name, times in took.items():
        layouts, styles = (statistics.median(one[what] for one in counts[name]) for what in COUNTED)
        print(f"  {name}: {statistics.median(times):.0f} ms, {layouts:.0f} layouts, {styles:.0f} of styles")


def counted(session: CDPSession) -> Counter[str]:
    """How often the page was laid out so far, and its styles matched."""
    found = session.send("Performance.getMetrics")["metrics"]
    return Counter({one["name"]: int(one["value"]) for one in found if one["name"] in COUNTED})


def opened(browser: Browser, site: Path, width: int, scheme: str, fragment: str = "") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto((site / "index.html").as_uri() + fragment)
    page.wait_for_load_state("networkidle")
    if fragment.startswith("#item"):
        page.wait_for_selector("#tiles img")
    return page


def accessibility(browser: Browser, site: Path, axe: str, item: str) -> bool:
    """Print what axe finds, what is cut, and what the keyboard does not reach; whether that is nothing."""
    faults = 0
    for scheme in SCHEMES:
        for width in WIDTHS:
            page = opened(browser, site, width, scheme, item)
            page.evaluate(axe)
            found = page.evaluate("axe.run({ preload: false }).then((told) => told.violations)")
            told = [f"{one['id']} ({one['nodes'][0]['html'][:90]})" for one in found]
            faults += len(found) + cut(page)
            print(f"  {scheme}, {width} px: axe finds {', '.join(told) or 'nothing'}; {cut(page)} px cut")
            page.close()
    page = on_paper(browser, site, item)
    faults += cut(page)
    print(f"  paper: {cut(page)} px cut")
    page.close()
    page = opened(browser, site, 1360, "light")
    draw_all(page)
    stops = 0
    while page.keyboard.press("Tab") or page.evaluate(REACHED):
        stops += 1
    left = page.evaluate(UNREACHED)
    print(f"  Tab stops {stops} times, and leaves out {', '.join(left) or 'nothing'}")
    page.close()
    return faults + len(left) == 0


def draw_all(page: Page) -> None:
    """Bring near what is drawn once it comes near."""
    for section in page.locator("section").all():
        section.scroll_into_view_if_needed()
        page.wait_for_timeout(500)


def cut(page: Page) -> int:
    return max(0, *page.evaluate(CUT))


def on_paper(browser: Browser, site: Path, item: str) -> Page:
    """The page as it is printed, at the width of A4 between its margins."""
    page = opened(browser, site, 1360, "light", item)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1020})
    return page


def shots(browser: Browser, site: Path, folder: Path, item: str, posed: str | None) -> None:
    """Pictures of all views, by desk in light, the first ones in dark too, by phone, and in print."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (fragment, act) in VIEWS.items():
        if "{posed}" in fragment and posed is None:
            continue
        for scheme in SCHEMES if name in ("first-screen", "compare") else SCHEMES[:1]:
            address = fragment.replace("{item}", item).replace("{posed}", posed or "")
            page = opened(browser, site, 1360, scheme, address)
            if act:
                page.evaluate(f"() => {{ {act} }}")
            page.wait_for_timeout(700)
            page.screenshot(path=folder / f"{name}{'-dark' if scheme == 'dark' else ''}.png")
            page.close()
    for name, fragment in (("phone", ""), ("phone-compare", item)):
        page = opened(browser, site, 390, "light", fragment)
        page.wait_for_timeout(700)
        page.screenshot(path=folder / f"{name}.png")
        page.close()
    page = on_paper(browser, site, item)
    page.screenshot(path=folder / "print.png", full_page=True)
    page.close()
    page = opened(browser, site, 1360, "light", item)
    draw_all(page)
    page.pdf(path=folder / "print.pdf", format="A4", prefer_css_page_size=True)
    page.close()


def report(browser: Browser, path: Path, picture: Path) -> None:
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(path.as_uri())
    draw_all(page)
    page.screenshot(path=picture, full_page=True)
    page.close()


def fetch_axe(folder: Path) -> str:
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
    subprocess.run(npm, check=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def large(root: Path) -> Path:
    """A site of 100 models without pictures."""
    make_benchmark(root / "bench")
    make_models(root / "preds", root / "bench", MODELS, pictures=False)
    bench = open_benchmark(str(root / "bench"))
    write_site(read(contest(root / "preds")), bench, root / "preds", root / "large")
    return root / "large"


def pictured(root: Path) -> Path:
    """A site of the baselines on `sample-far`, with people's joints where the networks for them are."""
    for adapter in ("target", "identity", "resaved", "shift"):
        cli.invoke(
            ["run", "--adapter", adapter, "--bench", "sample-far", "--out", str(root / "far" / adapter)]
        )
    metrics = ["mas", "motion_gain", "ssim", "psnr", *([POSE] if joints_are_found() else [])]
    cli.invoke(["score", str(root / "far"), "--metrics", ",".join(metrics)])
    cli.invoke(["prefer", str(root / "far"), "--judge", "reference", "--flow", "dis"])
    cli.invoke(["leaderboard", str(root / "far"), "--format", "html", "--out", str(root / "site")])
    return root / "site"


def main() -> int:
    """Exit status 1 where something is not accessible or cut; how long things take depends on the machine."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--site", type=Path)
    asked.add_argument("--shots", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        root = Path(place)
        axe = fetch_axe(root / "axe")
        if given.site is None:
            site = large(root)
            print(f"{MODELS} models, no pictures")
            speed(browser, site, TABLE)
        site = given.site.absolute() if given.site else pictured(root)
        page = opened(browser, site, 1360, "light")
        first = page.locator("#glance .note a").get_attribute("href")
        page.close()
        print("\nwith pictures")
        speed(browser, site, PICTURES, first)
        sound = accessibility(browser, site, axe, first)
        if given.shots:
            shots(browser, site, given.shots, first, posed_item(root / "far"))
            if given.site is None:
                figure = given.shots / "figure.pdf"
                cli.invoke(["figure", "ranking", str(root / "far"), "--out", str(figure)])
                cli.invoke(["report", str(root / "far" / "shift"), "--out", str(root / "report.html")])
                report(browser, root / "report.html", given.shots / "report.png")
            print(f"screenshots: {given.shots}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
