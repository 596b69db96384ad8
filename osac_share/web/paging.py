"""Pages of long lists."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

SIZE = 30
DEEPEST = 1000
"""Nobody reads page 1,001; a bound keeps hostile page numbers cheap."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number from 1, its size, and how many items there are in all."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        """Return how many items come before this page."""
        return (self.number - 1) * self.size

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the ordinal of the page's first item, 0 for an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Return the ordinal of the page's last item."""
        return min(self.offset + self.size, self.total)

    def url(self, number: int) -> str:
        """Return the address of another page of this request's list."""
        # Parameters are the visitor's: handed to `url_for`, some names would steer it.
        here = url_for(request.endpoint or "", **(request.view_args or {}))
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return f"{here}?{urlencode([*kept, ('page', number)])}"


def page_number(text: str | None) -> int:
    """Return the page asked for; nonsense means the first one."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 4:  # noqa: PLR2004
        return 1
    return min(max(int(text), 1), DEEPEST)
