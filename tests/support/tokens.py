"""Tokens for tests, made through the real action."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from osac_share.kernel.db import transaction
from osac_share.tokens import actions
from osac_share.tokens.models import API, FEED
from osac_share.tokens.policy import READ_REPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.settings import Settings
    from osac_share.tokens.models import AccessToken

HERE = "127.0.0.1"
"""From where a test's client comes: its network is known, and nobody gets a letter."""


def make_feed_token(
    session: Session,
    person: Person,
    settings: Settings,
    *,
    at: datetime,
    path: str = "reports",
    address: str = HERE,
    narrower: Mapping[str, Sequence[str]] | None = None,
) -> tuple[AccessToken, str]:
    """Return a committed token of a feed, and its secret."""
    feed = {"path": path, "title": path, **(narrower or {})}
    wanted = actions.Wanted(FEED, "Reader", feed=feed, address=address)
    return _made(session, person, wanted, settings, at=at)


def make_api_token(
    session: Session,
    person: Person,
    settings: Settings,
    *,
    at: datetime,
    scopes: Sequence[str] = (READ_REPORTS,),
    days: int = 365,
) -> tuple[AccessToken, str]:
    """Return a committed token of a program, and its secret."""
    wanted = actions.Wanted(API, "Dashboard", scopes=scopes, days=days, address=HERE)
    return _made(session, person, wanted, settings, at=at)


def _made(
    session: Session, person: Person, wanted: actions.Wanted, settings: Settings, *, at: datetime
) -> tuple[AccessToken, str]:
    secret, by = settings.require_secret(), (person.id, person.name)
    with transaction(session):
        return actions.make(session, person.id, wanted, secret=secret, by=by, at=at)


def basic(password: str, user: str = "anybody") -> str:
    """Return the header by which a reader sends a user name and a password (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
