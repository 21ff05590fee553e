"""Folders in object stores: read into the cache, and written from it; only files are kept there, whole.

A store has neither appending nor renaming. So what a command reads of one is fetched first and then lies here
as any folder does; what it writes is written here and uploaded, file by file.
"""

from motionedit_bench.stores.places import reading, writing
from motionedit_bench.stores.url import Place, Url, place

__all__ = ["Place", "Url", "place", "reading", "writing"]
