"""Walking through the whole site as one person: every kind of page that links lead to."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException

from tests.support.pages import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from lxml import html

OF_A_KIND = 6
"""How many pages of one view are opened; there are hundreds of countries."""


def every_page(client: FlaskClient, *starts: str) -> Iterator[tuple[str, Document]]:
    """Yield the path and the answer of pages that links lead to, nearest first."""
    waiting = deque(starts or ("/",))
    seen = set(waiting)
    opened: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        kind = view_of(client.application, path)
        opened[kind] += 1
        if opened[kind] > OF_A_KIND:
            continue
        document = Document(client.get(path))
        yield path, document
        found = [link for link in links_of(path, document.root) if link not in seen]
        seen.update(found)
        waiting.extend(dict.fromkeys(found))


def view_of(app: Flask, path: str) -> str:
    """Return the name of the view behind an address, or the address where there is none."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path)[0])
    except HTTPException:
        return path


def links_of(path: str, root: html.HtmlElement) -> list[str]:
    """Return where the page's links lead on this site, without fragments."""
    found = []
    for address in root.xpath("//a/@href"):
        target = urldefrag(urljoin(path, str(address))).url
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            found.append(target)
    return found
