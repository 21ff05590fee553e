"""Scores that nobody has made: without images, with images of something else, and only where it suits."""

from typing import Any

from .attempt import HARMLESS, NOT_VERIFIED, Attempt, Family

BEST = {"mas": 100.0, "motion_gain": 100.0, "ssim": 1.0}
JUDGED = ("overall", "fidelity", "preservation", "coherence")
COMPUTED = ("mas", "motion_gain", "ssim")
WITHOUT = Family("scores without images", NOT_VERIFIED)
LEFT_OUT = Family("items marked as not applicable")
LACKING = Family("flows that the board cannot run", NOT_VERIFIED)
NEARLY = Family("scores a little too good")
BEST_ONLY = Family("the best metric alone", NOT_VERIFIED)
UNKNOWN = Family("metrics of one's own", NOT_VERIFIED)
TERMS = Family("terms that tell another story")


def best(row: dict[str, Any]) -> None:
    row["value"] = BEST.get(row["metric"], 5.0)


@WITHOUT.case("every score at its best")
def _(attempt: Attempt) -> None:
    attempt.each(best)
    attempt.without_images()


@WITHOUT.case("the rows that the targets get")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()


@WITHOUT.case("rows of the reference judge alone")
def _(attempt: Attempt) -> None:
    attempt.each(best, *JUDGED)
    attempt.keep(lambda row: row["metric"] in JUDGED)
    attempt.without_images()


@WITHOUT.case("a little better than the others")
def _(attempt: Attempt) -> None:
    attempt.each(lambda row: row.update(value=row["value"] * 1.02), "mas")
    attempt.without_images()


@WITHOUT.case("an empty folder of images")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    for path in attempt.images:
        path.unlink()


@WITHOUT.case("no image, no manifest, no records")
def _(attempt: Attempt) -> None:
    attempt.as_ideal()
    attempt.without_images()
    (attempt.folder / "run.json").unlink()
    (attempt.folder / "records.jsonl").unlink()


def not_applicable(item: str, *metrics: str, blame: str | None = None):
    def change(row: dict[str, Any]) -> None:
        if row["item_id"] == item:
            row.update(value=None, status="not_applicable", reason="the target does not move", blame=blame)

    def build(attempt: Attempt) -> None:
        attempt.each(change, *metrics)

    return build


@LEFT_OUT.case("a bad item and its image", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    not_applicable("item-2")(attempt)
    (attempt.folder / "images" / "item-2.png").unlink()


@LEFT_OUT.case("all items but one", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    for item in ("item-0", "item-1"):
        not_applicable(item)(attempt)
        (attempt.folder / "images" / f"{item}.png").unlink()


LEFT_OUT.add("with its image there", not_applicable("item-1"))
LEFT_OUT.add("of one metric", not_applicable("item-1", "motion_gain"))
LEFT_OUT.add("and a judge is to blame", not_applicable("item-1", *JUDGED, blame="judge"))


@LEFT_OUT.case("every item", NOT_VERIFIED)
def _(attempt: Attempt) -> None:
    for item in attempt.items:
        not_applicable(item)(attempt)
    attempt.without_images()


def with_flow(**detail: str):
    def change(row: dict[str, Any]) -> None:
        row["detail"] |= detail
        row["value"] = 99.0

    def build(attempt: Attempt) -> None:
        attempt.each(change, "mas", "motion_gain")

    return build


LACKING.add("unimatch", with_flow(flow="unimatch", flow_version="unimatch-1"))
LACKING.add("raft_large", with_flow(flow="raft_large", flow_version="torchvision 0.29.1"))
LACKING.add("one that nobody knows", with_flow(flow="oracle"))
LACKING.add("dis with a space", with_flow(flow="dis "))
LACKING.add("dis in capitals", with_flow(flow="DIS"))
LACKING.add("dis at a size that is none", with_flow(flow_size="huge"))
LACKING.add("a path as flow", with_flow(flow="/etc/passwd"))
LACKING.add("a module as flow", with_flow(flow="os:system"))


@LACKING.case("unimatch beside honest rows of dis", HARMLESS)
def _(attempt: Attempt) -> None:
    rows = attempt.rows()
    more = [row | {"detail": row["detail"] | {"flow": "unimatch"}, "value": 99.0} for row in rows]
    attempt.write(rows + [row for row in more if row["metric"] == "mas"])


def raised(by: float, *metrics: str, only: str = ""):
    def change(row: dict[str, Any]) -> None:
        if row["item_id"].startswith(only):
            row["value"] += by

    def build(attempt: Attempt) -> None:
        attempt.each(change, *metrics)

    return build


NEARLY.add("0.099 on every MAS", raised(0.099, "mas"))
NEARLY.add("0.19 on every gain", raised(0.19, "motion_gain"))
NEARLY.add("0.0019 on every SSIM", raised(0.0019, "ssim"))
NEARLY.add("0.0049 on every rating", raised(0.0049, *JUDGED))
NEARLY.add("0.09 on one item", raised(0.09, "mas", only="item-1"), HARMLESS)
NEARLY.add("0.0001 on every MAS", raised(1e-4, "mas"), HARMLESS)
NEARLY.add("less, where less was better for somebody else", raised(-0.09, "mas"), HARMLESS)


def alone(*metrics: str):
    def build(attempt: Attempt) -> None:
        attempt.keep(lambda row: row["metric"] in metrics)

    return build


for chosen in (("ssim",), ("motion_gain",), ("fidelity",), ("overall",), ("preservation", "coherence")):
    BEST_ONLY.add(" and ".join(chosen), alone(*chosen))


@BEST_ONLY.case("every metric, each on the items where it is good", HARMLESS)
def _(attempt: Attempt) -> None:
    mean = {name: sorted(r["value"] for r in attempt.rows() if r["metric"] == name)[1] for name in COMPUTED}
    attempt.keep(lambda row: row["value"] >= mean.get(row["metric"], 0))


def of_metric(name: str, value: float = 100.0):
    def build(attempt: Attempt) -> None:
        more = [row | {"metric": name, "value": value} for row in attempt.rows() if row["metric"] == "mas"]
        attempt.keep(lambda row: row["metric"] != "mas")
        attempt.write(attempt.rows() + more)

    return build


UNKNOWN.add("mas in capitals", of_metric("MAS"))
UNKNOWN.add("the entry point of a plugin", of_metric("somebody.plugin"))
UNKNOWN.add("a win rate", of_metric("win_rate"))
UNKNOWN.add("mas with a point", of_metric("mas."))
UNKNOWN.add("what the benchmark alone has", of_metric("mas_noop"))
UNKNOWN.add("a metric of the catalogue that the flow gives", of_metric("motion_magnitude", 1e6))


def told(**detail: Any):
    def build(attempt: Attempt) -> None:
        attempt.each(lambda row: (best(row), row["detail"].update(detail)), "mas", "motion_gain")

    return build


TERMS.add("a target that is static", told(static=True))
TERMS.add("another rule", told(alpha=0.0, q=1.0, unruled=100.0))
TERMS.add("doing nothing made worse", told(mas_noop=0.0, mas_unruled=100.0))
TERMS.add("a picture of another size", told(input_size=[1, 1], edited_size=[1, 1], stretched=True))
TERMS.add("a mean that is no number", told(mean_predicted="NaN", mean_target=None))
TERMS.add("the honest value beside a forged one", told(value=63.7, standing="recomputed"))
