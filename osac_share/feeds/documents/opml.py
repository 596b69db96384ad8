"""Lists of feeds (OPML 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.feeds.documents.writing import escaped
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_opml(title: str, feeds: Iterable[tuple[str, str]]) -> bytes:
    """Return the list of these feeds, `(title, absolute address)` each, in UTF-8."""
    outlines = "".join(_outline(clean_line(name), address) for name, address in feeds)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<opml version="2.0"><head><title>{escaped(clean_line(title))}</title></head>'
        f"<body>\n{outlines}</body></opml>\n"
    ).encode()


def _outline(name: str, address: str) -> str:
    words = escaped(name)
    return f'<outline type="rss" text="{words}" title="{words}" xmlUrl="{escaped(address)}"/>\n'
