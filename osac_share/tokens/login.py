"""The gate for programs: whoever comes to a view that takes tokens shows one, or stays outside.

Identity is taken from one credential. A cookie beside a token counts for nothing, and a wrong
token is refused even if the cookie beside it is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol, cast

from flask import Response, current_app, g, request

from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.tokens import actions
from osac_share.tokens.models import API, FEED
from osac_share.tokens.policy import (
    NOTE_AFTER,
    digest_of,
    has_ended,
    kind_of,
    may_do,
    network_of,
)
from osac_share.web.access import scope_of, takes_password
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.tokens.queries import Holder

Seats = frozenset[tuple[int, str]]
"""`(council id, kind)` of each; what they mean is for those who sit above to say."""

CHALLENGES = {
    FEED: 'Basic realm="Feeds: any user name, the token as the password", charset="UTF-8"',
    API: 'Bearer realm="API"',
}
"""How a program is asked for the one credential that is looked at (RFC 7617, RFC 6750)."""

BASIC = 'Basic realm="API: any user name, the token as the password", charset="UTF-8"'
"""How it is asked where it may bring its token as a password, too."""


class Finder(Protocol):
    """A question that knows whose token is kept as a digest."""

    def __call__(
        self, session: Session, digest: str, *, at: datetime
    ) -> tuple[Holder, Seats] | None:
        """Return the holder and their seats at `at`; None for nobody in good standing."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The program of a request: for whom it reads, and what seats they hold."""

    signed_in: Holder
    seats: Seats


class TokenRefused(Exception):
    """A program is not let in; the words say why, and are for whoever runs it."""

    def __init__(self, status: HTTPStatus, words: str, challenge: str | None = None) -> None:
        """Keep what the answer says."""
        super().__init__(words)
        self.status = status
        self.words = words
        self.challenge = challenge

    @property
    def headers(self) -> dict[str, str]:
        """Return what the answer carries besides its words."""
        return {} if self.challenge is None else {"WWW-Authenticate": self.challenge}


def admit(app: Flask, find: Finder) -> None:
    """Install the gate for programs on `app`; `find` says whose token is kept as a digest."""
    app.extensions["osac_bearers"] = find
    app.before_request(_turn_unknown_programs_away)
    app.register_error_handler(TokenRefused, _refusal)


def current_bearer() -> Bearer | None:
    """Return the program that showed its token on this request, or None."""
    return cast("Bearer | None", g.get("bearer"))


def is_for_programs() -> bool:
    """Tell whether this request's view takes tokens, and so never looks at a cookie."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and scope_of(view) is not None


def present_feed_token(token: str | None = None) -> Bearer:
    """Let in the program whose token of a feed this is, or whose password it is (HTTP Basic).

    Raises:
        TokenRefused: there is none, it is wrong, or it has ended.

    """
    if token is None:
        given = request.authorization
        token = given.password if given is not None and given.type == "basic" else None
    return _present(FEED, token, "")


def bearer_in_passing(
    app: Flask, session: Session, token: str, *, secret: str, address: str, at: datetime
) -> Bearer | None:
    """Return the program that shows a feed's token where Flask has not been entered.

    None wherever there is more to do than to answer: the token is refused, or its use is noted.
    """
    # A mistyped token is known by its checksum, and the database is not asked.
    if kind_of(token) != FEED:
        return None
    find = cast("Finder", app.extensions["osac_bearers"])
    found = find(session, digest_of(secret, token), at=at)
    if found is None:
        return None
    holder, seats = found
    is_refused = has_ended(holder.revoked_at, holder.expires_at, at)
    return None if is_refused or _is_to_be_noted(holder, address, at) else Bearer(holder, seats)


def _turn_unknown_programs_away() -> None:
    if not is_for_programs():
        return
    scope = scope_of(current_app.view_functions[request.endpoint or ""])
    if scope == FEED:
        # Which of its two places the token stands in is the view's to know.
        return
    _present(API, _token_given(), scope)


def _token_given() -> str | None:
    given = request.authorization
    if given is None:
        return None
    if given.type == "basic" and _may_be_password():
        return given.password
    return given.token if given.type == "bearer" else None


def _may_be_password() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and takes_password(view)


def _present(kind: str, token: str | None, scope: str | None) -> Bearer:
    # A mistyped token is known by its checksum, and the database is not asked.
    if not token or kind_of(token) != kind:
        raise _unauthorized(kind, wrong=bool(token))
    find = cast("Finder", current_app.extensions["osac_bearers"])
    session, at = current_session(), clock.now()
    found = find(session, digest_of(current_settings().require_secret(), token), at=at)
    if found is None:
        raise _unauthorized(kind, wrong=True)
    holder, seats = found
    if has_ended(holder.revoked_at, holder.expires_at, at):
        words = "This token was revoked or has run out. Its owner can make a new one."
        raise TokenRefused(HTTPStatus.GONE, words)
    if not may_do(holder.scopes, scope or ""):
        challenge = f'{CHALLENGES[API]}, error="insufficient_scope", scope="{scope}"'
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token is not for that.", challenge)
    _note_use(session, holder, at=at)
    g.bearer = Bearer(holder, seats)
    return cast("Bearer", g.bearer)


def _unauthorized(kind: str, *, wrong: bool) -> TokenRefused:
    challenge = CHALLENGES[kind]
    if kind == API and wrong:
        challenge += ', error="invalid_token"'
    if kind == API and _may_be_password():
        challenge += f", {BASIC}"
    words = (
        "A token is needed here, and the one given is none of ours."
        if wrong
        else ("A token is needed here.")
    )
    return TokenRefused(HTTPStatus.UNAUTHORIZED, words, challenge)


def _note_use(session: Session, holder: Holder, *, at: datetime) -> None:
    address = request.remote_addr or ""
    if _is_to_be_noted(holder, address, at):
        with transaction(session):
            actions.note_use(session, holder.token_id, address=address, at=at)


def _is_to_be_noted(holder: Holder, address: str, at: datetime) -> bool:
    last = holder.last_used_at
    is_new = network_of(address) not in {"", *holder.networks}
    return is_new or last is None or at - last >= NOTE_AFTER


def _refusal(problem: TokenRefused) -> Response:
    return Response(
        f"{problem.words}\n",
        status=problem.status,
        content_type="text/plain; charset=utf-8",
        headers=problem.headers,
    )
