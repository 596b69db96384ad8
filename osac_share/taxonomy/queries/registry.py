"""One shape for every look-up by code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Entries in their fixed order, each found by its code."""

    __slots__ = ("_by_code", "_what", "items")

    def __init__(self, what: str, items: Iterable[Item], key: str) -> None:
        """Keep `items` in order; `what` is their name for people, `key` their code's."""
        self.items = tuple(items)
        self._what = what
        self._by_code: Mapping[str, Item] = {str(getattr(item, key)): item for item in self.items}

    def get(self, code: str) -> Item:
        """Return the entry with exactly this code, or raise `NotFound`."""
        item = self._by_code.get(code)
        if item is None:
            raise NotFound(f"There is no {self._what} with the code {code[:40]!r}.")
        return item
