"""Streams that are read side by side."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Lookahead(Generic[T]):
    """A stream that is read up to a condition and gone on with later."""

    def __init__(self, rows: Iterator[T]) -> None:
        self._rows = rows
        self._next: T | None = next(rows, None)

    def while_(self, holds: Callable[[T], bool]) -> Iterator[T]:
        """Yield rows for as long as the condition holds for them."""
        while self._next is not None and holds(self._next):
            yield self._next
            self._next = next(self._rows, None)

    def rest(self) -> Iterator[T]:
        """Yield what is left."""
        return self.while_(lambda _: True)
