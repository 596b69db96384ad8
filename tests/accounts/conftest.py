"""Fixtures: offices that demand a second factor, a provider, and tries that are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.actions import attempts
from osac_share.accounts.policy import SIGN_IN
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import TooMany
from tests.support.factors import Phone, enroll, sign_in_half
from tests.support.pages import Visitor
from tests.support.provider import link, providing, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.provider import IdentityProvider

HERE = "203.0.113.9"


@pytest.fixture
def demanding(environment: dict[str, str]) -> None:
    """Demand a second factor of those in office; ask for it before the application."""
    environment["OSAC_SESSIONS_SECOND_FACTOR"] = "required"


@pytest.fixture
def provider(environment: dict[str, str]) -> Iterator[IdentityProvider]:
    """Yield a provider; ask for it before the application."""
    with providing() as running:
        environment |= settings_for(running)
        yield running


@pytest.fixture
def linked(provider: IdentityProvider, cast: Cast, signed_in: SignIn) -> Visitor:
    """Return Dora's browser, in which she has linked who sits at the provider."""
    dora = signed_in(cast.dora)
    assert "Linked. It signs you in from now on." in link(dora).root.text_content()
    return dora


@pytest.fixture
def phone(visitor: Visitor, cast: Cast) -> Phone:
    """Return Amara's phone; `visitor` is the browser in which she set it up."""
    sign_in_half(visitor, cast.amara.email)
    return enroll(visitor)


@pytest.fixture
def elsewhere(app: Flask, phone: Phone, cast: Cast) -> Visitor:
    """Return another browser, in which Amara has typed her passphrase."""
    other = Visitor(app.test_client())
    sign_in_half(other, cast.amara.email)
    return other


@pytest.fixture
def tries(session: Session, at: datetime) -> Callable[..., bool]:
    """Return a way to try once, which tells whether there was room."""

    def try_once(
        scope: str = SIGN_IN,
        account: str = "dora@example.org",
        network: str = HERE,
        after: timedelta = timedelta(),
    ) -> bool:
        try:
            with transaction(session):
                attempts.require_room(
                    session, scope, account=account, network=network, at=at + after
                )
        except TooMany:
            return False
        return True

    return try_once
