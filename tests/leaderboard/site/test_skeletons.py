"""Joints that rows hold, drawn over the pictures of the compare view."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from helpers.browsing import address
from helpers.shared import once
from PIL import Image

from motionedit_bench.leaderboard.contest import contest
from motionedit_bench.leaderboard.site import content
from motionedit_bench.leaderboard.site.gallery import Edit, Exhibit
from motionedit_bench.leaderboard.site.skeletons import PICTURES, limbs, skeletons_of
from motionedit_bench.leaderboard.site.subject import read
from motionedit_bench.leaderboard.view.skeleton import BEFORE, COLOURS
from motionedit_bench.metrics.comparison import Comparison, Scene
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.metrics.networks.blazepose import JOINTS, Person
from motionedit_bench.metrics.pose import PoseAlignment

SIZE = 160, 120
WIDTH, HEIGHT = SIZE
SHOULDERS = [JOINTS.index(f"{side}_shoulder") for side in ("left", "right")]
ITEM = "#item=item-1&models=mover,idler"


def pose(right=0.0, hidden=()):
    """A person whose joints stand below each other; the eyes are not seen."""
    seen = [0.2 if "eye" in name or name in hidden else 0.9 for name in JOINTS]
    return [[39.5 + right, 9.5 + 3 * k, one] for k, one in enumerate(seen)]


def row(item="item-1", value=0.5, reason=None, **detail):
    poses = {name: pose(right) for name, right in zip(PICTURES, (0, 40, 20), strict=True)}
    terms = {"input_size": list(SIZE), "poses": poses} if reason is None else {}
    return {
        "item_id": item,
        "metric": "pose_alignment",
        "value": value if reason is None else None,
        "status": "ok" if reason is None else "not_applicable",
        "reason": reason,
        "detail": {"metric_version": "2", "network": "blazepose"} | terms | detail,
        "variant": {"choice": [], "versions": ["metric_version", "network"]},
        "key": f"pose-{item}",
    }


def test_joints_are_shares_of_the_pictures_sides_and_none_where_they_are_not_seen():
    """Places are of pixels' centres: half a pixel from the picture's edge to the first."""
    found = skeletons_of([row()])["item-1"].told(*PICTURES)
    assert found["input"][0] == [0.25, round(10 / 120, 4)]
    assert found["edit"][SHOULDERS[0]] == [0.375, round((10 + 3 * SHOULDERS[0]) / 120, 4)]
    unseen = [name for name, place in zip(JOINTS, found["target"], strict=True) if place is None]
    assert unseen == [name for name in JOINTS if "eye" in name]
    json.dumps(found, allow_nan=False)


class StandIn:
    """Finds one person after another."""

    def __init__(self):
        self.found = [
            Person(*np.split(np.array(pose(right)), [2], axis=1), 90.0, 0.9) for right in (0, 40, 20)
        ]

    def people(self, image):
        one = self.found.pop(0)
        return [replace(one, visibility=one.visibility[:, 0])]

    def version(self):
        return "a stand-in"


def test_joints_are_read_as_the_metric_writes_them():
    instruments = Instruments("dis")
    instruments.poses = StandIn()
    picture = Image.new("RGB", SIZE)
    measured = PoseAlignment(instruments).measure(Comparison(Scene(picture, picture, instruments), picture))
    written = json.loads(json.dumps(row() | {"detail": measured.detail}))
    assert measured.value == 0.5
    assert skeletons_of([written])["item-1"].told(*PICTURES) == skeletons_of([row()])["item-1"].told(
        *PICTURES
    )


def test_limbs_know_whose_they_are():
    found = {(JOINTS[first], JOINTS[second]): side for first, second, side in limbs()}
    assert found["left_shoulder", "right_shoulder"] == "both"
    assert found["left_shoulder", "left_elbow"] == "left"
    assert found["nose", "right_eye_middle"] == "right"


def test_where_there_are_none_the_rows_reason_is_told_and_the_last_row_counts():
    reason = "no file /home/me/models/x"
    found = skeletons_of([row(), row("item-2", reason=reason), row("item-2", reason=reason)])
    assert found["item-2"].told("edit") == {"reason": "no file x"}
    assert skeletons_of([row(), row(reason="later")])["item-1"].told("edit") == {"reason": "later"}
    assert skeletons_of([row() | {"metric": "mas"}]) == {}


@pytest.mark.parametrize(
    "detail",
    [
        {"poses": None},
        {"poses": "all"},
        {"poses": {"input": pose(), "target": pose()}},
        {"poses": dict.fromkeys(PICTURES, pose()[:-1])},
        {"poses": dict.fromkeys(PICTURES, [["<b>", 1, 1]] * 33)},
        {"poses": dict.fromkeys(PICTURES, [[{}, 1, 1]] * 33)},
        {"poses": dict.fromkeys(PICTURES, [[1e300, 1, 1]] * 33)},
        {"poses": dict.fromkeys(PICTURES, [[10**400, 1, 1]] * 33)},
        {"poses": dict.fromkeys(PICTURES, [[float("nan"), 1, 1]] * 33)},
        {"input_size": [0, 120]},
        {"input_size": 160},
        {"input_size": None},
    ],
)
def test_what_cannot_be_joints_is_none(detail):
    """Rows of submissions are anybody's."""
    found = skeletons_of([row(**detail)])["item-1"]
    assert found.told("edit") == {"reason": "the row of pose_alignment holds no joints"}


@pytest.fixture(scope="session")
def posed(scored, tmp_path_factory):
    """The scored models, of which two have rows of poses."""

    def write(folder):
        models = shutil.copytree(scored, folder / "preds")
        for model, own in {
            "mover": [row()],
            "idler": [row(reason="2 people are found in the <b>input")],
        }.items():
            with open(models / model / "scores.jsonl", "a", encoding="utf-8") as file:
                file.writelines(json.dumps(one | {"model": model}) + "\n" for one in own)

    return once(tmp_path_factory, "posed", write) / "preds"


@pytest.fixture(scope="session")
def posed_site(posed, tmp_path_factory):
    from motionedit_bench.cli import invoke

    def build(folder):
        assert invoke(["leaderboard", str(posed), "--format", "html", "--out", str(folder / "site")]) == 0

    return once(tmp_path_factory, "posed-site", build) / "site"


def test_nobodys_claim_is_drawn_over_the_items_own_pictures(posed):
    shown = Exhibit(edits=(Edit(),) * 3)
    for standing in ("measured", "claimed"):
        found = contest(posed)
        entries = [replace(one, standing=standing) if one.model == "mover" else one for one in found.entries]
        subject = read(replace(found, entries=tuple(entries)))
        item = content.item(subject, 1, shown)
        (own,) = (edit for edit in item["edits"] if "edit" in edit.get("skeletons", {}))
        assert set(own["skeletons"]) == {"input", "edit"}
        assert (item["skeletons"] is None) == (standing == "claimed")
    assert content.item(subject, 2, shown)["skeletons"] is None


def opened(visit, site, fragment=ITEM, **how):
    page = visit(site / "index.html", fragment, **how)
    page.locator("#exhibit .tile").first.wait_for()
    return page


def tile(page, name):
    return page.locator(".tile", has=page.locator(f"figcaption :text-is('{name}')"))


def limbs_in(page, name, kind):
    """Of the lines of a kind in a tile, the (x, y) of all ends; none where no skeleton is on."""
    path = tile(page, name).locator(f".stage.on .skeleton .{kind}")
    if not path.count():
        return None
    ends = re.findall(r"[ML]([\d.]+) ([\d.]+)", path.last.get_attribute("d"))
    return [(float(x), float(y)) for x, y in ends]


def test_joints_are_drawn_over_the_pictures_by_a_key(posed_site, visit):
    page = opened(visit, posed_site)
    assert limbs_in(page, "mover", "both") is None
    page.keyboard.press("s")
    assert page.get_by_role("checkbox", name="Skeletons").is_checked()
    assert address(page).endswith("view=skeletons")
    for name, share in {"input": 0.25, "target": 0.5, "mover": 0.375}.items():
        places = [(share, round((10 + 3 * joint) / HEIGHT, 4)) for joint in SHOULDERS]
        assert set(places) <= set(limbs_in(page, name, "both"))
        assert {x for x, _ in limbs_in(page, name, "left")} == {share}
    assert limbs_in(page, "input", "before") is None
    assert {x for x, _ in limbs_in(page, "target", "before") + limbs_in(page, "mover", "before")} == {0.25}
    assert page.locator("#legend").inner_text().startswith("Skeletons:")
    page.keyboard.press("s")
    assert limbs_in(page, "mover", "both") is None
    assert page.locator("#legend").inner_text() == ""


def test_a_line_lies_where_its_joints_are(posed_site, visit):
    """The shoulders are 3 px of 120 apart, one below the other."""
    page = opened(visit, posed_site, f"{ITEM}&view=skeletons")
    page.get_by_role("checkbox", name="Skeletons").wait_for()
    pane = tile(page, "mover").locator(".pane").bounding_box()
    path = tile(page, "mover").locator(".skeleton .left")
    box = path.evaluate(
        "path => { const { x, y, width, height } = path.getBBox(); return [x, y, width, height]; }"
    )
    shown = path.evaluate("path => { const { a, d, e, f } = path.getScreenCTM(); return [a, d, e, f]; }")
    assert shown[:2] == pytest.approx([pane["width"], pane["height"]], rel=0.01)
    assert shown[2:] == pytest.approx([pane["x"], pane["y"]], abs=1)
    assert (box[0], box[2]) == pytest.approx((0.375, 0), abs=1e-3)


def test_limbs_have_the_colours_of_mebench_show(posed_site, visit):
    page = opened(visit, posed_site, f"{ITEM}&view=skeletons")
    page.locator(".skeleton").first.wait_for()
    for name, colour in (COLOURS | {"before": BEFORE}).items():
        told = "rgb({}, {}, {})".format(*colour)
        path = page.locator(f".skeleton .{name}").first
        assert path.evaluate("path => getComputedStyle(path).stroke") == told
        key = page.locator(f"#legend .{name}")
        assert key.evaluate("key => getComputedStyle(key).borderTopColor") == told


def test_lines_are_as_thin_over_pictures_that_are_enlarged(posed_site, visit):
    page = opened(visit, posed_site, f"{ITEM}&view=arrows,skeletons")
    for lines in (".skeleton .left", ".arrows path:not(.halo)"):
        page.keyboard.press("0")
        widths = []
        for _ in range(2):
            path = page.locator(lines).last
            told = path.evaluate("path => [getComputedStyle(path).strokeWidth, zoomed.times]")
            widths.append(float(told[0].removesuffix("px")) * told[1])
            page.keyboard.press("+")
        assert widths[0] == pytest.approx(widths[1], rel=0.01), lines


def test_where_none_are_drawn_the_picture_says_why(posed_site, visit):
    page = opened(visit, posed_site, "#item=item-1&models=mover,idler,%3Cb%3Ehalf&view=skeletons")
    reasons = {
        "idler": "No skeletons: 2 people are found in the <b>input.",
        "<b>half": "No skeletons: it was not scored by pose_alignment.",
    }
    page.locator(".unseen:visible").first.wait_for()
    for name, reason in reasons.items():
        assert tile(page, name).locator(".unseen").inner_text() == reason
    assert tile(page, "mover").locator(".unseen").is_hidden()
    page.keyboard.press("s")
    assert page.locator(".unseen:visible").count() == 0


def test_a_page_without_poses_has_no_such_box(site, visit):
    page = opened(visit, site, f"{ITEM}&view=skeletons")
    assert page.get_by_role("checkbox", name="Skeletons").count() == 0
    page.keyboard.press("s")
    assert page.locator(".skeleton").count() == 0
    page.keyboard.press("?")
    assert page.get_by_text("skeletons", exact=True).count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_skeletons_stand_in_nobodys_way(posed_site, visit, axe, scheme):
    page = opened(visit, posed_site, f"{ITEM}&view=arrows,skeletons", scheme=scheme)
    page.locator(".skeleton").first.wait_for()
    page.evaluate(axe)
    found = page.evaluate("axe.run('#gallery', { preload: false }).then((result) => result.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_they_are_there_on_a_phone_and_on_paper(posed_site, visit):
    page = opened(visit, posed_site, f"{ITEM}&view=skeletons", width=390)
    page.locator(".skeleton").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.emulate_media(media="print")
    assert page.locator(".skeleton").first.is_visible()
    assert page.locator("#legend").is_visible()
