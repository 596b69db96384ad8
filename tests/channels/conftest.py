"""What the tests of channels share: a receiver, and people who are reached there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.channels import actions
from osac_share.channels.models import SMS, WEBHOOK
from osac_share.channels.policy import Contents
from osac_share.delivery.actions import match
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import session_factory, transaction
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from tests.support.factories import Words, make_report
from tests.support.receiver import HOST, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.channels.models import Endpoint
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a server that takes what is posted to it."""
    with receiving() as running:
        yield running


@pytest.fixture
def environment(environment: dict[str, str], receiver: Receiver) -> dict[str, str]:
    """Return the variables of an installation that may post to the receiver."""
    return environment | {
        "OSAC_CHANNELS_ALLOWED_PRIVATE": HOST,
        "OSAC_CHANNELS_PUSH_SERVICES": HOST,
        "OSAC_CHANNELS_SMS": f"signal://{HOST}:{receiver.port}/+12025550100",
    }


@dataclass
class Desk:
    """Whoever adds endpoints and notifies, in a test's database."""

    session: Session
    cast: Cast
    settings: Settings
    engine: Engine
    receiver: Receiver
    at: datetime

    @property
    def key(self) -> str:
        """Return the installation's key."""
        return self.settings.require_secret()

    def endpoint(
        self, person: Person, kind: str = WEBHOOK, contents: Contents | None = None
    ) -> Endpoint:
        """Return a confirmed endpoint of somebody's, at the receiver unless told otherwise."""
        address = "+254700000000" if kind == SMS else self.receiver.at()
        by = (person.id, person.name)
        with transaction(self.session):
            wanted = actions.Wanted(kind, f"{kind} of {person.name}", contents or Contents(address))
            endpoint = actions.add(self.session, person.id, wanted, key=self.key, by=by, at=self.at)
            code = actions.opened(endpoint, self.key, at=self.at).code
            actions.verify(self.session, endpoint, code, key=self.key, by=by, at=self.at)
        return endpoint

    def contents(self, endpoint: Endpoint) -> Contents:
        """Return the address and keys of an endpoint."""
        return actions.opened(endpoint, self.key, at=self.at)

    def subscribe(self, name: str, *channels: str) -> None:
        """Let one of the cast wish for everything, by mail and these channels."""
        with transaction(self.session):
            wish = Wish(channels=("mail", *channels))
            subscribe(self.session, wish, by=self.cast.actors[name], at=self.at)

    def publish(self, **words: object) -> Edition:
        """Publish a report of Kenya's, and match it."""
        with transaction(self.session):
            _report, edition = make_report(
                self.session,
                self.cast.kenya,
                by=self.cast.actors["amara"],
                words=replace(Words(), **words),  # type: ignore[arg-type]
                at=self.at,
            )
            match(self.session, edition.id, at=self.at)
        return edition

    def rows(self, channel: str = WEBHOOK) -> list[Delivery]:
        """Return the ledger rows of a channel, as they are now."""
        question = select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id)
        return list(self.session.scalars(question.execution_options(populate_existing=True)))

    def notify(self, at: datetime | None = None) -> int:
        """Send what is due by now, and return how many deliveries that were."""
        maker = session_factory(self.engine)
        told = Notifier(self.settings).notify_due(maker, at=at or self.at)
        self.session.rollback()
        self.session.expire_all()
        return told


@pytest.fixture
def desk(
    session: Session,
    cast: Cast,
    settings: Settings,
    engine: Engine,
    receiver: Receiver,
    at: datetime,
) -> Desk:
    """Return the desk of this test."""
    return Desk(session, cast, settings, engine, receiver, at)
