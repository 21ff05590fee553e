"""People's joints for a picture of skeletons: whether they can be found here, and in which item."""

from pathlib import Path

from motionedit_bench.errors import WeightsUnavailable
from motionedit_bench.files import read_lines
from motionedit_bench.leaderboard.view.edit import POSE
from motionedit_bench.metrics import METRICS
from motionedit_bench.metrics.instruments import Instruments
from motionedit_bench.predictions import SCORES


def joints_are_found() -> bool:
    """Whether joints can be found here; says what is in the way."""
    try:
        METRICS.get(POSE)(Instruments())
    except WeightsUnavailable as error:
        print(f"no picture of skeletons: {error}")
        return False
    return True


def posed_item(far: Path) -> str | None:
    """The address of an item and its edits that have joints; ``None`` where none has."""
    scored = {
        (row["item_id"], path.parent.name)
        for path in sorted(far.glob(f"*/{SCORES}"))
        for row in read_lines(path)
        if row["metric"] == POSE and row["status"] == "ok"
    }
    item = min((item for item, _ in scored), default=None)
    models = ",".join(sorted(model for one, model in scored if one == item))
    return None if item is None else f"#item={item}&models={models}"
