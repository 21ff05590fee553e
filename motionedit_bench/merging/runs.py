"""The runs of all shards of a model, as one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from motionedit_bench.errors import PredictionsError
from motionedit_bench.merging.shares import Share, order, sessions
from motionedit_bench.predictions import RECORDS
from motionedit_bench.records import digest


@dataclass(frozen=True)
class Image:
    """An edit, the share that it is from, and what its record says of its bytes."""

    name: str
    share: Share
    sha256: str

    def read(self) -> bytes:
        """Its bytes.

        Raises:
            PredictionsError: they are not those of the record.
        """
        path = self.share.folder / self.name
        content = path.read_bytes() if path.is_file() else b""
        if digest(content) != self.sha256:
            raise self.share.refuse(f"has another {self.name} than its record says")
        return content


@dataclass(frozen=True)
class Run:
    """What an undivided run would have left: the manifest, the lines of the records, and the images."""

    manifest: dict[str, Any]
    records: list[bytes]
    images: list[Image]
    failed: int


def merged_run(found: Sequence[Share]) -> Run:
    """The run of which these are all shares.

    Records are in the benchmark's order, the attempts of one item in theirs.

    Raises:
        PredictionsError: a share is not finished, or holds items of another.
    """
    place = {item: number for number, item in enumerate(order(found))}
    lines: list[tuple[int, bytes]] = []
    images = []
    failed = 0
    for one in found:
        if one.about["sessions"][-1].get("finished") is None:
            raise one.refuse("has not ended")
        last: dict[str, dict[str, Any]] = {}
        own = set(one.items)
        for line, record in one.lines(RECORDS):
            item = str(record.get("item_id"))
            if item not in own:
                raise _foreign(one, item, found)
            last[item] = record
            lines.append((place[item], line))
        if missing := own - last.keys():
            raise one.refuse(f"lacks {len(missing)} of its {len(own)} items, such as {min(missing)}")
        made = [item for item in one.items if last[item].get("status") == "ok"]
        images += [Image(f"{item}.png", one, str(last[item].get("sha256"))) for item in made]
        failed += len(own) - len(made)
    return Run(_manifest(found), [line for _, line in sorted(lines, key=lambda one: one[0])], images, failed)


def _manifest(found: Sequence[Share]) -> dict[str, Any]:
    """The first share's manifest without what makes it a share's, with the sessions of all.

    Where another share loaded something else, such as onto another device, its last session says what.
    """
    first = found[0].about
    told = []
    for one in found:
        own = sessions([one])
        if one.about.get("provenance") != first.get("provenance"):
            own[-1]["provenance"] = one.about.get("provenance")
        told += own
    merged = {name: value for name, value in first.items() if name != "share"} | {"sessions": told}
    if "devices" in first:  # what edits were computed on
        merged["devices"] = sorted({device for one in found for device in one.about.get("devices", [])})
    if costs := [one.about["cost"] for one in found if "cost" in one.about]:
        merged["cost"] = {key: round(sum(cost.get(key, 0) for cost in costs), 6) for key in costs[0]}
    return merged


def _foreign(one: Share, item: str, found: Sequence[Share]) -> PredictionsError:
    others = [str(other) for other in found if item in other.items]
    whose = f"is of {others[0]}" if others else "no shard has"
    return PredictionsError(f"{one} holds item {item}, which {whose} ({one.folder}): remove that folder")
