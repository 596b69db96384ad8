"""Polls answered before Flask is entered.

Most requests of an installation are feed readers asking whether something is new, and mostly
nothing is. What the application last answered is kept here, with its validators and headers,
until something public changes; a poll then costs a few look-ups.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header, parse_date, parse_etags
from werkzeug.wrappers import Response

from osac_share.feeds.queries import contacts_noted, generation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from sqlalchemy.orm import Session, sessionmaker

LOOK_AFTER = 1.0
"""Seconds after which the database is asked again whether something changed."""

LIFE = 300.0
"""Seconds after which an answer is made anew, publication or not: ended reports drop out by the
mere passing of time, and nothing that was missed lasts."""

ROOM = 64 * 1024 * 1024
"""Bytes of kept answers in a process; the oldest give way."""

_PREFIX = "/feeds/"
_PRIVATE = "/feeds/private/"
_ENDINGS = (".atom", ".rss", ".json")
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_OF_THE_BODY = frozenset({"Content-Type", "Content-Length", "Content-Encoding"})
_UNUSUAL = frozenset(
    {"HTTP_AUTHORIZATION", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE"}
)

_HeaderList = list[tuple[str, str]]
_Generation = tuple[tuple[int, "datetime"], ...] | None
Watch = Callable[["Session"], tuple[tuple[int, "datetime"], ...]]
"""A question whose answer is another one after each change of what is kept."""


class _Variant(NamedTuple):
    """An answer in one encoding, ready to be sent in full or as "not modified"."""

    etag: str
    last_modified: str
    body: bytes
    headers: _HeaderList
    headers_of_304: _HeaderList


class _Kept(NamedTuple):
    """What the application answered, and until when it may be given again."""

    plain: _Variant
    gzipped: _Variant
    generation: _Generation
    best_before: float

    @property
    def size(self) -> int:
        """Return the bytes that this takes up, its headers left out."""
        return len(self.plain.body) + len(self.gzipped.body)


class FeedDoorstep:
    """WSGI middleware that answers GET and HEAD of public feeds from what is kept.

    It keeps whatever the application answers with 200 and `Cache-Control: public` at an
    address of a feed, and decides nothing itself. Private feeds, whoever brings a token, query
    strings, other methods and rare headers go through to the application.
    """

    def __init__(
        self,
        application: WSGIApplication,
        sessions: sessionmaker[Session],
        *,
        also: Watch = lambda _session: (),
        elapsed: Callable[[], float] = monotonic,
        room: int = ROOM,
    ) -> None:
        """Stand before `application`.

        Args:
            application: what answers when nothing is kept.
            sessions: where the generation of what is public is read.
            also: the generation of other lists below the same addresses.
            elapsed: a clock in seconds that never goes back.
            room: how many bytes may be kept.

        """
        self._application = application
        self._sessions = sessions
        self._also = also
        self._elapsed = elapsed
        self._room = room
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._generation: _Generation = None
        self._next_look = -1.0
        self._looking = Lock()
        self._keeping = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        path = environ["PATH_INFO"]
        if not path.startswith(_PREFIX) or not _is_plain_poll(environ, path):
            return self._application(environ, start_response)
        self._look()
        key = (environ.get("HTTP_HOST", ""), path)
        kept = self._kept.get(key)
        if (
            kept is None
            or kept.generation != self._generation
            or kept.best_before < self._elapsed()
        ):
            answer = self._fetch(environ)
            kept = self._keep(key, answer)
            if kept is None:
                return answer(environ, start_response)
        return _serve(kept, environ, start_response)

    def _look(self) -> None:
        if self._elapsed() < self._next_look or not self._looking.acquire(blocking=False):
            return
        try:
            self._next_look = self._elapsed() + LOOK_AFTER
            with self._sessions() as session:
                self._generation = (
                    *generation(session),
                    *contacts_noted(session),
                    *self._also(session),
                )
        except SQLAlchemyError:
            # While the database is away, what is kept is given until its life ends; after
            # that the application says so in its own words.
            return
        finally:
            self._looking.release()

    def _fetch(self, environ: WSGIEnvironment) -> Response:
        whole = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        whole["REQUEST_METHOD"] = "GET"
        return Response.from_app(self._application, whole, buffered=True)

    def _keep(self, key: tuple[str, str], answer: Response) -> _Kept | None:
        # The generation was read before the answer was made: whatever changes in between
        # makes another generation, and the answer is fetched again.
        etag, _weak = answer.get_etag()
        is_public = answer.cache_control.public and "Set-Cookie" not in answer.headers
        if answer.status_code != HTTPStatus.OK or not is_public or etag is None:
            return None
        body = answer.get_data()
        kept = _Kept(
            plain=_variant(answer, body, etag),
            gzipped=_variant(answer, gzip.compress(body, 6, mtime=0), f"{etag}-gz", "gzip"),
            generation=self._generation,
            best_before=self._elapsed() + LIFE,
        )
        with self._keeping:
            self._make_room(key, kept)
        return kept

    def _make_room(self, key: tuple[str, str], kept: _Kept) -> None:
        if (before := self._kept.pop(key, None)) is not None:
            self._room += before.size
        self._room -= kept.size
        while self._room < 0 and self._kept:
            self._room += self._kept.pop(next(iter(self._kept))).size
        if self._room < 0:
            self._room += kept.size
        else:
            self._kept[key] = kept


def _is_plain_poll(environ: WSGIEnvironment, path: str) -> bool:
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and not environ.get("QUERY_STRING")
        and path.endswith(_ENDINGS)
        and not path.startswith(_PRIVATE)
        and _UNUSUAL.isdisjoint(environ)
    )


def _variant(answer: Response, body: bytes, etag: str, encoding: str | None = None) -> _Variant:
    headers = Headers(answer.headers)
    headers["Content-Length"] = str(len(body))
    headers["ETag"] = f'"{etag}"'
    # Looking for a cookie makes Flask name it; what is public does not vary by it. Whoever
    # brings a token gets another feed at the same address, which is never kept.
    headers["Vary"] = "Accept-Encoding, Authorization"
    # The server dates each answer as it goes out; an old date would make it look stale.
    headers.pop("Date", None)
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    brief = [(name, value) for name, value in headers if name not in _OF_THE_BODY]
    return _Variant(headers["ETag"], headers["Last-Modified"], body, list(headers), brief)


def _serve(kept: _Kept, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    variant = kept.gzipped if _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING")) else kept.plain
    if _is_unchanged(variant, environ):
        start_response("304 Not Modified", variant.headers_of_304)
        return ()
    start_response("200 OK", variant.headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (variant.body,)


def _is_unchanged(variant: _Variant, environ: WSGIEnvironment) -> bool:
    """Tell whether the client has this already (RFC 9110, section 13.2.2).

    A tag, where there is one, decides alone; the date is for clients that keep no tags.
    """
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        return known == variant.etag or _names(known, variant.etag)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    return since == variant.last_modified or _is_later(since, variant.last_modified)


@lru_cache(maxsize=1024)
def _names(known: str, etag: str) -> bool:
    tags = parse_etags(known)
    return tags.star_tag or tags.contains_weak(etag.strip('"'))


@lru_cache(maxsize=1024)
def _is_later(since: str, last_modified: str) -> bool:
    date, changed = parse_date(since), parse_date(last_modified)
    return date is not None and changed is not None and date >= changed


@lru_cache(maxsize=256)
def _accepts_gzip(accepted: str | None) -> bool:
    return accepted is not None and parse_accept_header(accepted).quality("gzip") > 0
