"""Walking through the whole site as one person: every page that can be reached by links."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.support.pages import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from lxml import html

MOST_PAGES = 400
"""Enough for one of every kind; lists lead to more of the same."""

ENDLESS = ("/static/",)


def every_page(client: FlaskClient, *starts: str) -> Iterator[tuple[str, Document]]:
    """Yield the path and the answer of every page that links lead to, nearest first."""
    waiting = deque(starts or ("/",))
    seen = set(waiting)
    while waiting and len(seen) <= MOST_PAGES:
        path = waiting.popleft()
        document = Document(client.get(path))
        yield path, document
        for link in links_of(path, document.root):
            if link not in seen and not link.startswith(ENDLESS):
                seen.add(link)
                waiting.append(link)


def links_of(path: str, root: html.HtmlElement) -> list[str]:
    """Return where the page's links lead on this site, absolute, without fragments."""
    found = []
    for address in root.xpath("//a/@href"):
        target = urldefrag(urljoin(path, str(address))).url
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            found.append(target)
    return found
