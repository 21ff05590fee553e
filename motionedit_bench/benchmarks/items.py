"""Items that are made when they are asked for, so that a million of them take no memory."""

from collections.abc import Callable, Sequence
from typing import overload

from motionedit_bench.records import Item


class Items(Sequence[Item]):
    """The items that ``make`` makes of those places; the same place gives equal items each time.

    A part of them is of the same kind, and makes nothing.
    """

    def __init__(self, make: Callable[[int], Item], places: Sequence[int]) -> None:
        self._make = make
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> "Items": ...
    def __getitem__(self, index: int | slice) -> "Item | Items":
        if isinstance(index, slice):
            return Items(self._make, self._places[index])
        return self._make(self._places[index])
