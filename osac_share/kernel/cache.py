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
        kept: Value | None = self.find(key)
        if kept is not None:
            return kept
        made = make()
        self.keep(key, made, size(made))
        return made

    def find(self, key: Hashable) -> Any:  # noqa: ANN401 -- whatever was kept under this key.
        """Return the value kept under a key, or None."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def keep(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value of `size` bytes under a key, unless one is kept there already."""
        with self._lock:
            if key not in self._values:
                self._values[key] = value, size
                self._held += size
            while self._held > self._limit and len(self._values) > 1:
                self._held -= self._values.popitem(last=False)[1][1]
