"""The gate: every view is closed unless it is marked public, and who has come through.

Flask-Login carries the session's secret in Flask's signed cookie; the session itself is a
row, so that it can be ended at any moment. There is no remember-me cookie.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

from flask import abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user, login_user, logout_user

from osac_share.accounts import actions
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import is_public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from osac_share.accounts.queries import SignedIn

Seats = frozenset[tuple[int, str]]
"""`(council id, kind)` of each; what they mean is for those who sit above to say."""


class Finder(Protocol):
    """A question that knows whose living session a secret opens."""

    def __call__(
        self, session: Session, secret: str, *, at: datetime, idle: timedelta, longest: timedelta
    ) -> tuple[SignedIn, Seats] | None:
        """Return the person and their seats at `at`, or None."""


TOUCH_AFTER = timedelta(seconds=60)
"""How stale the note of a session's last use may be: not every page view is a write."""


class Login:
    """What Flask-Login holds for a request: the session's secret and whose it is."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, secret: str, signed_in: SignedIn, seats: Seats) -> None:
        """Keep them."""
        self.secret = secret
        self.signed_in = signed_in
        self.seats = seats

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the secret, not a person's id."""
        return self.secret


class Gatekeeper(LoginManager):  # type: ignore[misc]  # Flask-Login has no types.
    """Flask-Login without its remember-me cookie, and without its own guess at stolen sessions.

    It would look for the cookie in every answer, and looking makes every answer vary by it,
    static files and feeds included. Sessions are rows here and end at once.
    """

    def __init__(self, find: Finder) -> None:
        """Recognize people by `find`."""
        super().__init__()
        self.session_protection = None
        self.find = find
        self.user_loader(self._load)

    def recognize(self, secret: str) -> Login | None:
        """Return who this secret signs in, or None."""
        limits, at = current_settings().sessions, clock.now()
        found = self.find(
            current_session(),
            secret,
            at=at,
            idle=timedelta(minutes=limits.idle_minutes),
            longest=timedelta(hours=limits.longest_hours),
        )
        return None if found is None else Login(secret, *found)

    def _load(self, secret: str) -> Login | None:
        login = self.recognize(secret)
        if login is not None and clock.now() - login.signed_in.seen_at > TOUCH_AFTER:
            with transaction(current_session()) as session:
                actions.touch(session, login.signed_in.session_id, at=clock.now())
        return login

    def _session_protection_failed(self) -> bool:
        return False

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def current_login() -> Login | None:
    """Return who is signed in on this request, or None for a stranger."""
    return cast("Login", current_user) if current_user.is_authenticated else None


def begin(secret: str) -> None:
    """Put a fresh session's secret into the cookie. Nothing of an older session survives."""
    login = _gatekeeper().recognize(secret)
    if login is not None:
        login_user(login)


def end() -> None:
    """Take the secret out of the cookie."""
    logout_user()


def guard(app: Flask, find: Finder) -> None:
    """Install the gate on `app`; `find` says whose session a secret opens."""
    gatekeeper = app.extensions["osac_gatekeeper"] = Gatekeeper(find)
    gatekeeper.init_app(app)
    app.before_request(_turn_strangers_away)


def _gatekeeper() -> Gatekeeper:
    return cast("Gatekeeper", current_app.extensions["osac_gatekeeper"])


def _turn_strangers_away() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    if is_public(current_app.view_functions[request.endpoint]):
        return None
    if current_login() is not None:
        return None
    if request.method != "GET":
        abort(401)
    return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), code=303)
