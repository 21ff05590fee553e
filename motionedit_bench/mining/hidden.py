"""Characters that no instruction needs, and that would say something else than what is seen."""

import re

HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
"""Commands to terminals, turns of the direction of reading, and spaces without width. Joiners are none: names
and scripts need them."""


def hidden_in(text: str) -> str | None:
    """The first such character, as a name that can be seen; ``None``: there is none.

    >>> hidden_in("Move it.") or hidden_in("Move \\u202eit.")
    'U+202E'
    """
    found = HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
