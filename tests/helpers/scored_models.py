"""Scored models as `mebench score` leaves them, written by hand."""

import json

FIVE = ["a", "b", "c", "d", "e"]


def row(item, value, metric="mas", status=None, **detail):
    return {
        "model": "m",
        "item_id": item,
        "metric": metric,
        "value": value,
        "status": status or ("ok" if value is not None else "missing"),
        "reason": None if value is not None else "no image",
        "detail": {"flow": "dis", "flow_size": "input", "metric_version": "1"} | detail,
        "key": "k",
    }


def write_model(
    folder, model, values, fingerprint="f" * 64, ids=FIVE, metric="mas", categories=None, **detail
):
    """A scored model as `mebench score` leaves it."""
    place = folder / model
    place.mkdir(parents=True)
    lines = [row(item, value, metric, **detail) for item, value in values.items()]
    (place / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    bench = {
        "name": f"bench-{fingerprint[0]}",
        "spec": "x",
        "revision": None,
        "fingerprint": fingerprint,
        "items": len(ids),
    }
    items = [{"id": item, "category": (categories or {}).get(item)} for item in ids]
    (place / "scoring.json").write_text(json.dumps({"model": model, "bench": bench, "items": items}))
