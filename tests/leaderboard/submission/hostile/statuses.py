"""Who is to blame, which version, which column, which key: everything in a row but its value."""

from typing import Any

from .attempt import HARMLESS, NOT_VERIFIED, Attempt, Family
from .claims import JUDGED, best

STATUS = Family("hard items that somebody else has failed", HARMLESS)
VERSIONS = Family("rows of other versions", NOT_VERIFIED)
COLUMNS = Family("columns of one's own", NOT_VERIFIED)
KEYS = Family("keys that are not the row's")
TWINS = Family("one item twice")
STANDING = Family("a standing that the submitter has given", NOT_VERIFIED)


def failed(status: str, *metrics: str, blame: str | None = None, image: bool = True, item: str = "item-2"):
    """An item without values; with its image there, it can be seen that it has some."""

    def change(row: dict[str, Any]) -> None:
        if row["item_id"] == item:
            row.update(value=None, status=status, reason="it could not be had", blame=blame)

    def build(attempt: Attempt) -> None:
        attempt.each(change, *metrics)
        if not image:
            (attempt.folder / "images" / f"{item}.png").unlink()

    return build


STATUS.add("no image, and the judge is to blame", failed("failed", blame="judge", image=False))
STATUS.add("the judge refused, and the image is there", failed("refused", *JUDGED, blame="judge"))
STATUS.add("the judge's answer was unreadable", failed("unparsed", *JUDGED, blame="judge"))
STATUS.add("flow was not to be had", failed("unavailable", "mas", "motion_gain"))
STATUS.add("the judge is to blame for a flow", failed("failed", "mas", "motion_gain", blame="judge"))
STATUS.add("missing, and the image is there", failed("missing"))
STATUS.add("corrupt, and the image is whole", failed("corrupt", "mas"))


@STATUS.case("no row and no image")
def _(attempt: Attempt) -> None:
    attempt.keep(lambda row: row["item_id"] != "item-2")
    (attempt.folder / "images" / "item-2.png").unlink()


def detail(*metrics: str, value: bool = True, **fields: Any):
    """Other details, at the best value."""

    def change(row: dict[str, Any]) -> None:
        row["detail"] |= fields
        if value:
            best(row)

    def build(attempt: Attempt) -> None:
        attempt.each(change, *metrics)

    return build


VERSIONS.add("a newer metric", detail("mas", "motion_gain", metric_version="2"))
VERSIONS.add("another OpenCV", detail("mas", "motion_gain", flow_version="opencv 9.9, DISOpticalFlow"))
VERSIONS.add("another scikit-image", detail("ssim", **{"scikit-image": "99.0"}))
VERSIONS.add("another rubric", detail(*JUDGED, rubric="reference-3"))
VERSIONS.add("an empty version", detail("mas", metric_version=""))
VERSIONS.add("honest values of another OpenCV", detail("mas", value=False, flow_version="opencv 1"), HARMLESS)


def column(change: Any, *metrics: str):
    def one(row: dict[str, Any]) -> None:
        change(row)
        best(row)

    def build(attempt: Attempt) -> None:
        attempt.each(one, *metrics)

    return build


def further_choice(row: dict[str, Any]) -> None:
    row["detail"]["league"] = "first"
    row["variant"]["choice"].append("league")


def no_choice(row: dict[str, Any]) -> None:
    row["variant"] = {"choice": [], "versions": []}


def swapped(row: dict[str, Any]) -> None:
    own = row["variant"]
    row["variant"] = {"choice": own["versions"], "versions": own["choice"]}


def by_item(row: dict[str, Any]) -> None:
    row["detail"]["item"] = row["item_id"]
    row["variant"]["choice"].append("item")


COLUMNS.add("a choice more", column(further_choice, "mas", "motion_gain"))
COLUMNS.add("no choice at all", column(no_choice, "mas", "motion_gain", "ssim"))
COLUMNS.add("choice and versions swapped", column(swapped, "mas", "motion_gain"))
COLUMNS.add("a column an item", column(by_item, "mas"))
COLUMNS.add("the old form, without a variant", column(lambda row: row.pop("variant"), "mas"))


@COLUMNS.case("forged rows in a column before the honest ones")
def _(attempt: Attempt) -> None:
    rows = attempt.rows()
    more = [
        row | {"detail": row["detail"] | {"flow_size": "edited"}, "value": 100.0}
        for row in rows
        if row["metric"] == "mas"
    ]
    attempt.write(more + rows)


def key(make: Any, forged: bool = True):
    def change(row: dict[str, Any]) -> None:
        row["key"] = make(row["key"])
        if forged:
            best(row)

    def build(attempt: Attempt) -> None:
        attempt.each(change)

    return build


KEYS.add("all the same", key(lambda own: "0" * 64))
KEYS.add("those of the targets' rows", lambda attempt: attempt.as_ideal())
KEYS.add("in capitals", key(str.upper, forged=False))
KEYS.add("one letter short", key(lambda own: own[:-1], forged=False))
KEYS.add("with a line end", key(lambda own: own + "\n", forged=False))
KEYS.add("none", key(lambda own: None, forged=False))
KEYS.add("random ones beside honest values", key(lambda own: own[::-1], forged=False), HARMLESS)


def twin(change: Any):
    """A second set of rows for an item, and a better one."""

    def build(attempt: Attempt) -> None:
        own = [dict(row) for row in attempt.rows() if row["item_id"] == "item-0"]
        for row in own:
            best(row)
            change(row)
        attempt.write(attempt.rows() + own)

    return build


TWINS.add("in capitals", twin(lambda row: row.update(item_id="ITEM-0")))
TWINS.add("with a point", twin(lambda row: row.update(item_id="item-0.")))
TWINS.add("in wide letters", twin(lambda row: row.update(item_id="ｉtem-0")))  # noqa: RUF001 (the point)
TWINS.add("the same again", twin(lambda row: None))
TWINS.add("with a space", twin(lambda row: row.update(item_id="item-0 ")))


@TWINS.case("images that differ in case alone")
def _(attempt: Attempt) -> None:
    best_one = attempt.world.target("item-0")
    best_one.save(attempt.folder / "images" / "ITEM-0.png")


@TWINS.case("images of two kinds")
def _(attempt: Attempt) -> None:
    attempt.world.target("item-0").save(attempt.folder / "images" / "item-0.webp", lossless=True)


@TWINS.case("an image with two endings")
def _(attempt: Attempt) -> None:
    attempt.world.target("item-0").save(attempt.folder / "images" / "item-0.png.png")


def standing(**fields: Any):
    def build(attempt: Attempt) -> None:
        attempt.as_ideal()
        attempt.without_images()
        attempt.each(lambda row: row.update(fields))

    return build


STANDING.add("of each row", standing(standing="recomputed"))
STANDING.add("of each row, as a list", standing(standing=["recomputed"]))


@STANDING.case("in each detail")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    attempt.each(lambda row: row["detail"].update(standing="recomputed", source="measured"))


@STANDING.case("in the scoring")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    sessions = attempt.json("scoring.json")["sessions"]
    attempt.set("scoring.json", sessions=[session | {"standing": "recomputed"} for session in sessions])


@STANDING.case("on the card")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    attempt.set("card.json", verified=True)


@STANDING.case("as a record of a check, in the folder")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    (attempt.folder / "check.json").write_text('{"format": 1, "word": "verified", "complete": true}')


@STANDING.case("as a record of a check, as a scores file beside")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    place = attempt.folder / "checks" / "mover"
    place.mkdir(parents=True)
    (place / "check.json").write_text('{"format": 1, "word": "verified", "complete": true}')
