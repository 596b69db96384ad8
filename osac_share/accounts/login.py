"""The gate: every view is closed unless it is marked public, and who has come through.

Flask-Login carries the session's secret in Flask's signed cookie; the session itself is a
row, so that it can be ended at any moment. There is no remember-me cookie.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user, login_user, logout_user

from osac_share.accounts import actions
from osac_share.accounts.queries import SignedIn, find_signed_in
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import is_public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

TOUCH_AFTER = timedelta(seconds=60)
"""How stale the note of a session's last use may be: not every page view is a write."""


class Login:
    """What Flask-Login holds for a request: the session's secret and whose it is."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, secret: str, signed_in: SignedIn) -> None:
        """Keep both."""
        self.secret = secret
        self.signed_in = signed_in

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the secret, not a person's id."""
        return self.secret


def current_login() -> SignedIn | None:
    """Return who is signed in on this request, or None for a stranger."""
    return current_user.signed_in if current_user.is_authenticated else None


def begin(secret: str) -> None:
    """Put a fresh session's secret into the cookie. Nothing of an older session survives."""
    signed_in = _find(secret)
    if signed_in is not None:
        login_user(Login(secret, signed_in))


def end() -> None:
    """Take the secret out of the cookie."""
    logout_user()


def guard(app: Flask) -> None:
    """Install the gate on `app`."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)
    app.before_request(_turn_strangers_away)


def _load(secret: str) -> Login | None:
    signed_in = _find(secret)
    if signed_in is None:
        return None
    at = clock.now()
    if at - signed_in.seen_at > TOUCH_AFTER:
        with transaction(current_session()) as session:
            actions.touch(session, signed_in.session_id, at=at)
    return Login(secret, signed_in)


def _find(secret: str) -> SignedIn | None:
    limits = current_settings().sessions
    return find_signed_in(
        current_session(),
        secret,
        at=clock.now(),
        idle=timedelta(minutes=limits.idle_minutes),
        longest=timedelta(hours=limits.longest_hours),
    )


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
