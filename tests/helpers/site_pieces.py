"""Reads what a site hands to its page."""

import json


def piece(script):
    """The value in a file of `data/`: the second of what it is received with."""
    return json.loads(f"[{script[script.index('(') + 1 : script.rindex(')')]}]")[1]
