"""The gate: every view is closed unless it is marked public, and who has come through.

Flask-Login carries the session's secret in Flask's signed cookie; the session itself is a
row, so that it can be ended at any moment. There is no remember-me cookie.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

from flask import abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask_login import LoginManager, current_user, login_user, logout_user

from osac_share.accounts import actions
from osac_share.accounts.policy import ENROLL_WITHIN, FRESH_FOR
from osac_share.accounts.queries import find_half_session, get_person, is_fresh
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import is_public, is_unattended, scope_of
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from osac_share.accounts.models import Person, UserSession
    from osac_share.accounts.queries import SignedIn
    from osac_share.settings import Sessions, Settings

Seats = frozenset[tuple[int, str]]
"""`(council id, kind)` of each; what they mean is for those who sit above to say."""


class Demand(Protocol):
    """A question that knows whether somebody's office demands a second factor."""

    def __call__(self, session: Session, person_id: int, *, at: datetime) -> bool:
        """Tell whether it does at `at`."""


class Finder(Protocol):
    """A question that knows whose living session a secret opens."""

    def __call__(
        self, session: Session, secret: str, *, at: datetime, idle: timedelta, longest: timedelta
    ) -> tuple[SignedIn, Seats] | None:
        """Return the person and their seats at `at`, or None."""


TOUCH_AFTER = timedelta(seconds=60)
"""How stale the note of a session's last use may be: not every page view is a write."""

_HALF = "half_session"
"""Where the cookie keeps the secret of a half session: no place that Flask-Login looks at."""


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

    def is_stale(self, at: datetime) -> bool:
        """Tell whether the note of the session's last use is to be renewed."""
        return at - self.signed_in.seen_at > TOUCH_AFTER


class Gatekeeper(LoginManager):  # type: ignore[misc]  # Flask-Login has no types.
    """Flask-Login without its remember-me cookie, and without its own guess at stolen sessions.

    It would look for the cookie in every answer, and looking makes every answer vary by it,
    static files and feeds included. Sessions are rows here and end at once.
    """

    def __init__(self, find: Finder, demands_factor: Demand) -> None:
        """Recognize people by `find`."""
        super().__init__()
        self.session_protection = None
        self.find = find
        self.demands_factor = demands_factor
        self.user_loader(self._load)

    def recognize(self, secret: str) -> Login | None:
        """Return who this secret signs in, or None."""
        limits = current_settings().sessions
        return self.recognize_in(current_session(), secret, limits, at=clock.now())

    def recognize_in(
        self, session: Session, secret: str, limits: Sessions, *, at: datetime
    ) -> Login | None:
        """Return who this secret signs in at `at`, or None; it needs nothing of Flask's."""
        found = self.find(
            session,
            secret,
            at=at,
            idle=timedelta(minutes=limits.idle_minutes),
            longest=timedelta(hours=limits.longest_hours),
        )
        return None if found is None else Login(secret, *found)

    def _load(self, secret: str) -> Login | None:
        login = self.recognize(secret)
        if login is not None and login.is_stale(clock.now()) and not _is_unattended():
            with transaction(current_session()) as session:
                actions.touch(session, login.signed_in.session_id, at=clock.now())
        return login

    def _session_protection_failed(self) -> bool:
        return False

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def _is_unattended() -> bool:
    return is_unattended(current_app.view_functions.get(request.endpoint or ""))


def current_login() -> Login | None:
    """Return who is signed in on this request, or None for a stranger."""
    return cast("Login", current_user) if current_user.is_authenticated else None


def recognize_in_passing(
    app: Flask, session: Session, secret: str, *, at: datetime
) -> Login | None:
    """Return who this secret signs in, for what is answered before Flask is entered.

    None also where more is to be done than to let somebody pass: their last use to be noted.
    """
    limits = cast("Settings", app.extensions["osac_settings"]).sessions
    login = _gatekeeper_of(app).recognize_in(session, secret, limits, at=at)
    return None if login is None or login.is_stale(at) else login


def current_person() -> tuple[Person, int]:
    """Return who is signed in on this request, as they are kept, and the id of their session.

    Raises:
        HTTPException: 401, nobody is.

    """
    entered = current_login()
    if entered is None:
        abort(401)
    signed_in = entered.signed_in
    return get_person(current_session(), signed_in.person_id), signed_in.session_id


def begin(secret: str) -> bool:
    """Put a fresh session's secret into the cookie. Nothing of an older session survives.

    Return whether its person is in; otherwise a second factor is to be shown first.
    """
    cookie.clear()
    g.pop("csrf_token", None)  # It was of the cookie as it stood before.
    login = _gatekeeper().recognize(secret)
    if login is None:
        cookie[_HALF] = secret
        return False
    login_user(login)
    return True


def end() -> None:
    """Take the secret out of the cookie."""
    logout_user()


def current_half() -> tuple[UserSession, Person] | None:
    """Return the session of this request that waits for a second factor, and whose it is."""
    secret, at = cookie.get(_HALF), clock.now()
    if not isinstance(secret, str):
        return None
    return find_half_session(current_session(), secret, at=at, begun_after=at - ENROLL_WITHIN)


def require_fresh(back: str | None = None) -> None:
    """Let only those pass who proved within five minutes that it is they; ask all others to.

    Call it first in a view of a dangerous act: when its form is shown, and again when it comes
    back. Whoever waited in between presses the button once more, on the page that `back` names.

    Raises:
        HTTPException: a redirect to the page on which they prove it (ASVS 7.5.1).

    """
    entered = current_login()
    if entered is None:
        abort(401)
    since = clock.now() - FRESH_FOR
    if is_fresh(current_session(), entered.signed_in.session_id, since=since):
        return
    if request.method in {"GET", "HEAD"}:
        back = request.full_path.rstrip("?")
    abort(redirect(url_for("accounts.confirm", next=back), code=303))


def demands_factor(person: Person | None) -> bool:
    """Tell whether this installation demands a second factor of a person; of nobody it does not."""
    if person is None or current_settings().sessions.second_factor != "required":
        return False
    return _gatekeeper().demands_factor(current_session(), person.id, at=clock.now())


def guard(app: Flask, find: Finder, demands_factor: Demand) -> None:
    """Install the gate on `app`.

    Args:
        app: the application.
        find: says whose session a secret opens.
        demands_factor: says whose office demands a second factor.

    """
    gatekeeper = app.extensions["osac_gatekeeper"] = Gatekeeper(find, demands_factor)
    gatekeeper.init_app(app)
    app.before_request(_turn_strangers_away)


def _gatekeeper() -> Gatekeeper:
    return _gatekeeper_of(current_app)


def _gatekeeper_of(app: Flask) -> Gatekeeper:
    return cast("Gatekeeper", app.extensions["osac_gatekeeper"])


def _turn_strangers_away() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    # What takes tokens has a gate of its own (`tokens.login`) and never looks at a cookie.
    if is_public(view) or scope_of(view) is not None:
        return None
    if current_login() is not None:
        return None
    if request.method != "GET":
        abort(401)
    return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), code=303)
