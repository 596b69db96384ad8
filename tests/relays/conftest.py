"""What the tests of relays share: a source with what came from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import session_factory, transaction
from osac_share.relays.actions import poll_due
from osac_share.relays.actions.keeping import keep
from osac_share.relays.documents import read
from osac_share.relays.models import RelayedItem, RelaySource
from osac_share.settings import load_settings
from tests.relays.sources import added
from tests.support.publisher import HOST, publishing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast
    from tests.support.publisher import Publisher

    Bring = Callable[[str], list[RelayedItem]]
    Poll = Callable[[datetime], int]

ADDRESS = "https://ke.example.org/feed"


@pytest.fixture
def source(session: Session, cast: Cast, at: datetime) -> RelaySource:
    """Return a source of Kenya's council, which was read before."""
    source = added(session, cast, ADDRESS, at)
    with transaction(session):
        source.read_at = at
    return source


@pytest.fixture
def bring(session: Session, source: RelaySource, at: datetime) -> Bring:
    """Return a way to let the source say something; it gives all that ever came, in order."""

    def say(words: str) -> list[RelayedItem]:
        with transaction(session):
            keep(session, source, read(words.encode(), None, ADDRESS).entries, at=at)
        return list(session.scalars(select(RelayedItem).order_by(RelayedItem.id)))

    return say


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Yield a server that publishes what a test gives it."""
    with publishing() as running:
        yield running


@pytest.fixture
def poll(engine: Engine, environment: dict[str, str]) -> Poll:
    """Return a way to poll what is due, the publisher's host allowed."""
    settings = load_settings(environment | {"OSAC_RELAYS_ALLOWED_PRIVATE": HOST})
    return lambda at: poll_due(session_factory(engine), settings, at)
