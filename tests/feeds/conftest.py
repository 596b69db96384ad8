"""Who takes part in the tests of feeds: a newsroom, and a reader who asks in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.feeds.newsroom import Newsroom
from tests.feeds.reading import Reader, reader_of

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller


@pytest.fixture(params=["application", "doorstep"])
def reader(app: Flask, request: pytest.FixtureRequest) -> Reader:
    """Return a reader: every law of feeds holds with and without the doorstep."""
    return reader_of(app, at_doorstep=request.param == "doorstep")


@pytest.fixture
def newsroom(session: Session) -> Newsroom:
    """Return a council that publishes."""
    return Newsroom(session)


@pytest.fixture
def now(clock: Traveller, at: datetime) -> datetime:
    """Return the moment at which the process's clock stands."""
    return at
