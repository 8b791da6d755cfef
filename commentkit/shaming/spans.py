"""Stretches of text that do not overlap, and the question whether another one touches them."""

from bisect import bisect_left
from collections.abc import Iterator


class Spans:
    """Half-open spans kept in order, so that looking one up stays quick however many there are."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def touch(self, start: int, end: int) -> bool:
        """Whether a span from start to end would overlap one that is there."""
        index = bisect_left(self._starts, end)
        return index > 0 and self._ends[index - 1] > start

    def add(self, start: int, end: int) -> bool:
        """Add a span unless it overlaps one that is there; say whether it was added."""
        if self.touch(start, end):
            return False
        index = bisect_left(self._starts, start)
        self._starts.insert(index, start)
        self._ends.insert(index, end)
        return True

    def __bool__(self) -> bool:
        return bool(self._starts)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(zip(self._starts, self._ends, strict=True))
