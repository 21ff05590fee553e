"""Shards of a model called `shift`, to be spoiled."""

import json


def share(parts, number, of=3):
    return parts.with_name("shift.shards") / f"{number}-of-{of}" / "shift"


def edit_json(path, **values):
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, **values}))


def edit_lines(path, change):
    lines = [change(json.loads(line)) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines if line is not None))
