"""What tests of the API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.tokens.policy import SCOPES
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

    Hold = Callable[[str], str]


@pytest.fixture
def program(app: Flask) -> Client:
    """Return a program before the whole application."""
    return Client(app)


@pytest.fixture
def hold(session: Session, cast: Cast, settings: Settings, at: datetime) -> Hold:
    """Return a way to make a token that may do all that somebody may."""

    def make(name: str) -> str:
        scopes = tuple(SCOPES)
        return make_api_token(session, getattr(cast, name), settings, at=at, scopes=scopes)[1]

    return make
