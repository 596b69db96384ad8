"""Pages that are kept: what is rendered once need not be rendered for each reader."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, cast

from flask import current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from osac_share.kernel import clock
from osac_share.kernel.cache import BoundedCache
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping
    from datetime import datetime
    from wsgiref.types import WSGIEnvironment

    from flask import Flask
    from sqlalchemy.orm import Session

ROOM = 32 << 20
"""How many characters of kept HTML a process holds."""

ADDRESSES = 20_000
"""Of how many addresses a process remembers what is asked there."""

MINUTE = 60

# What differs from reader to reader stands in a kept page as a hole. Nobody can write one
# into a text: they are drawn when the process starts and never leave it.
NAME = f"name-{secrets.token_hex(16)}"
TOKEN = f"token-{secrets.token_hex(16)}"

Key = TypeVar("Key", bound="Hashable")
AReader = TypeVar("AReader", bound="Reader")


class Reader(Protocol):
    """Somebody who reads a page."""

    @property
    def name(self) -> str:
        """Return their name."""

    @property
    def look(self) -> Hashable:
        """Return what the frame shows of them, the name left out."""


class Kept(NamedTuple):
    """What is kept at an address: how it is rendered, and the question that decides rights."""

    template: str
    url: str
    question: Callable[[Session, Any], Hashable]

    def key(self, found: Hashable, reader: Reader, minute: int) -> Hashable:
        """Return all that the page shows to this reader, their own name and token left out."""
        return self.template, self.url, found, reader.look, minute


class KeptPages:
    """The pages that a process keeps, the tokens put into them, and what is asked where."""

    def __init__(self) -> None:
        """Start with none."""
        self.texts = BoundedCache(ROOM)
        self._addresses = BoundedCache(ADDRESSES)

    def remember(self, environ: WSGIEnvironment, kept: Kept) -> None:
        """Note what is kept at the address of a request, one that the application accepted."""
        self._addresses.keep(_address(environ), kept, 1)

    def at(self, environ: WSGIEnvironment) -> Kept | None:
        """Return what is kept at the address of a request, or None."""
        kept: Kept | None = self._addresses.find(_address(environ))
        return kept

    def find(
        self, kept: Kept, found: Hashable, reader: Reader, token: str, at: datetime
    ) -> str | None:
        """Return a page as this reader gets it, or None where something of it must be made.

        Args:
            kept: what is kept at the address.
            found: what its question found for this reader.
            reader: who reads.
            token: the form token in the reader's cookie, not signed.
            at: the moment of the request.

        """
        minute = minute_of(at)
        page = self.texts.find(kept.key(found, reader, minute))
        signed = self.texts.find((token, minute))
        return None if page is None or signed is None else filled(page, reader, signed)


def use_keeping(app: Flask) -> None:
    """Give `app` its store of pages, and its templates a token that knows about holes."""
    app.extensions["osac_pages"] = KeptPages()
    app.jinja_env.globals["csrf_token"] = _csrf_token
    # Flask-WTF gives every page its own, before this: it would stand in front of the global.
    app.context_processor(lambda: {"csrf_token": _csrf_token})


def kept_page(
    template: str,
    question: Callable[[Session, AReader], Key],
    words: Callable[[Key], Mapping[str, object]],
    *,
    reader: AReader,
) -> str:
    """Return a page that is kept under what `question` finds, rendered now if there is none.

    The question decides about rights, in the database, on every request: it finds all that the
    page shows, and nothing of who asks. It belongs to the address, and is asked again on the
    doorstep for whoever opens the same address later. A page is kept for the running minute
    only, because it may say how long ago something was; one that has a message for its reader
    is not kept at all.

    Args:
        template: what renders the page.
        question: finds all that the page depends on, or raises a `Refusal`.
        words: gives the template its words; called only when nothing is kept.
        reader: the person who reads it, whose name is put in for them alone.

    """
    found = question(current_session(), reader)
    if "_flashes" in session:
        return render_template(template, **words(found))

    def make() -> str:
        with _for_everybody():
            return render_template(template, **words(found))

    pages = cast("KeptPages", current_app.extensions["osac_pages"])
    kept, minute = Kept(template, request.base_url, question), minute_of(clock.now())
    if not request.query_string:
        pages.remember(request.environ, kept)
    page = pages.texts.get(kept.key(found, reader, minute), make, len)
    return filled(page, reader, _signed_token(pages.texts, minute))


def filled(page: str, reader: Reader, token: str) -> str:
    """Return a kept page with the reader's name and signed token in its holes."""
    return page.replace(NAME, escape(reader.name)).replace(TOKEN, token)


def minute_of(at: datetime) -> int:
    """Return the minute in which a moment lies, for which pages are kept."""
    return int(at.timestamp()) // MINUTE


def is_for_everybody() -> bool:
    """Tell whether what is being rendered will be kept for other readers, too."""
    return "page_for_everybody" in g


@contextmanager
def _for_everybody() -> Iterator[None]:
    g.page_for_everybody = True
    try:
        yield
    finally:
        g.pop("page_for_everybody", None)


def _address(environ: WSGIEnvironment) -> Hashable:
    return environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), environ["PATH_INFO"]


def _signed_token(texts: BoundedCache, minute: int) -> str:
    # A session's token stays the same; only its date of signing does not, and one signed
    # within this minute is as good as one signed now.
    if "csrf_token" not in session:
        generate_csrf()
    token: str = texts.get((session["csrf_token"], minute), generate_csrf, len)
    return token


def _csrf_token() -> str:
    return TOKEN if is_for_everybody() else str(generate_csrf())
