"""What to do where nothing outside this machine may be asked."""

import shlex


def brought_by(*words: str) -> str:
    """By which `mebench prefetch` that is brought which is missing.

    >>> brought_by("--judge", "local:org/judge")
    '`mebench prefetch --judge local:org/judge` brings it where there is a network'
    """
    return f"`mebench prefetch {shlex.join(words)}` brings it where there is a network"
