"""Kept pages, handed out before Flask is entered.

Most pages that members open were rendered for somebody else in the same minute. Whether this
reader may see them is asked of the database all the same; what is left to do is little, and
Flask's way around it would cost more than all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from osac_share.kernel import clock
from osac_share.kernel.errors import Refusal
from osac_share.web.headers import strengthen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.settings import Settings
    from osac_share.web.keeping import KeptPages, Reader
    from osac_share.web.sessions import CookieSessions

NEEDED = frozenset({"_user_id", "csrf_token"})
"""What a cookie must say: whose session it is, and which form token goes into the page."""


class Recognizer(Protocol):
    """The gate's question: whose living session a secret opens."""

    def __call__(self, app: Flask, session: Session, secret: str, *, at: datetime) -> Reader | None:
        """Return the reader at `at`; None for strangers and whoever else Flask must see."""


class PageDoorstep:
    """WSGI middleware that answers a GET whenever the whole answer is kept.

    It makes nothing and decides nothing: it asks the gate who reads, asks the question of the
    address what they may see, and looks up what that names. Whatever it does not find or know
    (strangers, refusals, messages for the reader, query strings, other methods) goes through
    to the application, and so does everything while the database is away.
    """

    def __init__(self, application: WSGIApplication, app: Flask, recognize: Recognizer) -> None:
        """Stand before `application`.

        Args:
            application: what answers when nothing is kept.
            app: whose pages, cookie, settings and database these are.
            recognize: the gate's question.

        """
        self._application = application
        self._app = app
        self._recognize = recognize
        self._pages = cast("KeptPages", app.extensions["osac_pages"])
        self._sessions = cast("sessionmaker[Session]", app.extensions["osac_sessions"])
        self._cookies = cast("CookieSessions", app.session_interface)
        settings = cast("Settings", app.extensions["osac_settings"])
        answer = Response(mimetype="text/html", headers={"Vary": "Cookie"})
        headers = strengthen(answer, is_secure=settings.public.is_secure).headers
        self._headers = [(name, value) for name, value in headers if name != "Content-Length"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        page = self._find(environ) if _is_plain(environ) else None
        if page is None:
            return self._application(environ, start_response)
        body = page.encode()
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        return (body,)

    def _find(self, environ: WSGIEnvironment) -> str | None:
        kept = self._pages.at(environ)
        if kept is None:
            return None
        said, at = self._cookies.said(self._app, environ), clock.now()
        if "_flashes" in said or not said.keys() >= NEEDED:
            return None
        try:
            with self._sessions() as session:
                reader = self._recognize(self._app, session, said["_user_id"], at=at)
                if reader is None:
                    return None
                found = kept.question(session, reader)
        except (Refusal, SQLAlchemyError):
            # The application meets the same, and has a page for it.
            return None
        return self._pages.find(kept, found, reader, said["csrf_token"], at)


def _is_plain(environ: WSGIEnvironment) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_COOKIE" in environ
        and not environ.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in environ
    )
