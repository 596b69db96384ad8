"""A store that forgets the least used ones when it grows past its bound."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class BoundedCache:
    """Values with their sizes, bounded in bytes; safe to share among threads."""

    def __init__(self, limit: int) -> None:
        """Start empty, to hold at most `limit` bytes."""
        self._limit = limit
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
        """Return the value kept under a key, made now if there is none.

        Two threads may both make it; the values are equal, and one is kept.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                kept: Value = self._values[key][0]
                return kept
        made = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = made, size(made)
                self._held += self._values[key][1]
            while self._held > self._limit and len(self._values) > 1:
                self._held -= self._values.popitem(last=False)[1][1]
        return made
