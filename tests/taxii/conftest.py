"""What tests of TAXII share: a council that publishes, and programs that read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.tokens.policy import READ_REPORTS
from tests.support.machines.newsroom import Newsroom
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.settings import Settings
    from tests.support.cast import Cast


@pytest.fixture
def program(app: Flask) -> Client:
    """Return a program before the whole application."""
    return Client(app)


@pytest.fixture
def newsroom(session: Session, cast: Cast, at: datetime) -> Newsroom:
    """Return Kenya's council, whose every change the stream tells of at once."""
    return Newsroom(session, cast, at)


@pytest.fixture
def token_of(session: Session, settings: Settings, at: datetime) -> Callable[[Person], str]:
    """Return a way to make tokens that read reports."""

    def make(person: Person) -> str:
        return make_api_token(session, person, settings, at=at, scopes=(READ_REPORTS,))[1]

    return make
