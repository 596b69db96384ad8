"""The cookie's session, one database session per request, and the application's settings."""

from __future__ import annotations

import hashlib
from time import time
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface

from osac_share.kernel.cache import BoundedCache
from osac_share.kernel.db import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from flask import Flask, Request
    from flask.sessions import SecureCookieSession
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.settings import Settings


VERIFIED = 1 << 20
"""How many characters of verified cookies a process remembers."""


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own signed cookie, verified once a minute instead of for every request.

    Only what the cookies say is kept, under all that was sent, signatures included. Whether the
    session that they name still lives is asked of the database each time.
    """

    digest_method = staticmethod(hashlib.sha256)
    """What signs them; Flask's own choice is SHA-1 (ASVS 11.4.1)."""

    def __init__(self) -> None:
        """Start with nothing verified."""
        self._verified = BoundedCache(VERIFIED)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the request's cookie says; nothing, when its signature is not ours."""
        # Messages are a list, which is added to in place: each request gets its own.
        return self.session_class(
            {
                name: list(one) if isinstance(one, list) else one
                for name, one in self.said(app, request.environ).items()
            }
        )

    def said(self, app: Flask, environ: WSGIEnvironment) -> Mapping[str, Any]:
        """Return what the cookie of a request says, to be read only."""
        sent = environ.get("HTTP_COOKIE")
        if not sent:
            return {}

        def verify() -> Mapping[str, Any]:
            request = app.request_class(environ)
            return super(CookieSessions, self).open_session(app, request) or {}

        minute = int(time() // 60)
        return self._verified.get((sent, minute), verify, lambda _said: len(sent))


def current_session() -> Session:
    """Return the request's database session, opened at its first use."""
    if "db_session" not in g:
        g.db_session = new_session()
    return cast("Session", g.db_session)


def new_session() -> Session:
    """Return a database session beside the request's own; the caller closes it."""
    maker = cast("sessionmaker[Session]", current_app.extensions["osac_sessions"])
    address = request.remote_addr if has_request_context() else None
    return maker(info={ADDRESS: address or ""})


def current_settings() -> Settings:
    """Return the settings that the application was made with."""
    return cast("Settings", current_app.extensions["osac_settings"])


def close_session(_problem: BaseException | None = None) -> None:
    """Close the request's session; what was not committed is gone."""
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


def use_sessions(app: Flask, settings: Settings, maker: sessionmaker[Session]) -> None:
    """Give `app` its settings, its cookie and its maker of sessions."""
    app.session_interface = CookieSessions()
    app.extensions["osac_settings"] = settings
    app.extensions["osac_sessions"] = maker
    app.teardown_appcontext(close_session)
