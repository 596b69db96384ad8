"""Polls of private feeds for which nothing has changed, answered before Flask is entered.

Most that such a reader ever hears is that there is nothing new. Who reads, and what they may see
by now, is asked each time all the same, by the questions that the application asks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast, get_args

from flask import Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_etags

from osac_share.councils.login import actor_known_as
from osac_share.feeds.documents import Format
from osac_share.feeds.queries import SEARCH, find_scope, private_sight
from osac_share.feeds.views.private import CACHING, state_of
from osac_share.kernel import clock
from osac_share.tokens.login import bearer_in_passing
from osac_share.web.headers import strengthen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.settings import Settings

_PREFIX: Final = "/feeds/private/"
_ADDRESS: Final = re.compile(rf"{_PREFIX}([0-9A-Za-z_]{{10,100}})\.({'|'.join(get_args(Format))})")


class PrivateDoorstep:
    """WSGI middleware that says "not modified" to whoever polls a private feed by its address.

    It makes nothing and decides nothing. Whatever has changed, is refused, or is more than a
    plain poll goes through to the application, and so does everything while the database is away.
    """

    def __init__(
        self, application: WSGIApplication, app: Flask, sessions: sessionmaker[Session]
    ) -> None:
        """Stand before `application`, with the settings and the gate of `app`."""
        self._application = application
        self._app = app
        self._sessions = sessions
        self._settings = cast("Settings", app.extensions["osac_settings"])
        answer = Response(status=304, headers=CACHING)
        headers = strengthen(answer, is_secure=self._settings.public.is_secure).headers
        of_the_body = {"Content-Type", "Content-Length"}
        self._headers = [(name, value) for name, value in headers if name not in of_the_body]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        state = self._known_state(environ) if _is_plain_poll(environ) else None
        if state is None:
            return self._application(environ, start_response)
        start_response("304 Not Modified", [*self._headers, ("ETag", f'"{state}"')])
        return ()

    def _known_state(self, environ: WSGIEnvironment) -> str | None:
        """Return the state that a feed is in if whoever polls it has that already."""
        asked = _ADDRESS.fullmatch(environ["PATH_INFO"])
        if asked is None:
            return None
        token, kind = asked.groups()
        try:
            with self._sessions() as session:
                state = self._state(session, token, cast("Format", kind), environ)
        except SQLAlchemyError:
            return None
        known = parse_etags(environ["HTTP_IF_NONE_MATCH"])
        return state if state is not None and known.contains_weak(state) else None

    def _state(
        self, session: Session, token: str, kind: Format, environ: WSGIEnvironment
    ) -> str | None:
        at, address = clock.now(), environ.get("REMOTE_ADDR", "")
        secret = self._settings.require_secret()
        bearer = bearer_in_passing(self._app, session, token, secret=secret, address=address, at=at)
        if bearer is None or bearer.signed_in.feed.get("path") == SEARCH:
            return None
        scope = find_scope(session, bearer.signed_in.feed)
        if scope is None:
            return None
        sight = private_sight(actor_known_as(bearer).clearance)
        return state_of(session, bearer.signed_in, scope, sight, kind, self._settings, at=at)


def _is_plain_poll(environ: WSGIEnvironment) -> bool:
    return (
        environ["PATH_INFO"].startswith(_PREFIX)
        and environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and "HTTP_IF_NONE_MATCH" in environ
        and "HTTP_AUTHORIZATION" not in environ
        and not environ.get("QUERY_STRING")
    )
