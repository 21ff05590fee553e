"""All families."""

from . import (
    archives,
    boards,
    cards,
    claims,
    columns,
    controls,
    copies,
    folders,
    heavy_images,
    judges,
    readings,
    statuses,
    texts,
)
from .attempt import Family

ROOMS = (
    *(controls, claims, statuses, columns, judges, cards, boards, texts),
    *(archives, readings, heavy_images, folders, copies),
)
FAMILIES: list[Family] = [
    value for room in ROOMS for value in vars(room).values() if isinstance(value, Family)
]
