"""Readers of digests, and the steps by which a digest comes about, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.delivery import actions as delivery
from osac_share.delivery.messages import Calls, DigestWriter, Letters
from osac_share.delivery.models import DAILY, Delivery, Digest
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.mail import open_mailer, read_outbox
from osac_share.promises import make_digests
from osac_share.subscriptions.actions import Hours, choose_hours, subscribe
from osac_share.subscriptions.policy import Wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import SavedMail
    from osac_share.kernel.outcomes import Outcome
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings
    from osac_share.subscriptions.models import Subscription
    from tests.support.alerting import Newsroom


@dataclass
class Desk:
    """What makes and sends digests, at any hour that a test names."""

    engine: Engine
    settings: Settings

    def __post_init__(self) -> None:
        """Open what a worker has open."""
        self.maker = session_factory(self.engine)
        self.writer = DigestWriter(self.settings)
        self.letters, self.calls = Letters(self.settings), Calls(self.settings)
        self.mailer = open_mailer(self.settings.mail.url, self.settings.data.dir)

    def match(self, edition: Edition, at: datetime) -> None:
        """Write the ledger rows of an edition."""
        with self.maker() as session, transaction(session):
            delivery.match(session, edition.id, at=at)

    def make(self, at: datetime) -> None:
        """Keep the promise of digests."""
        with self.maker() as session:
            make_digests(session, at)

    def send(self, at: datetime) -> list[Outcome]:
        """Send all digests that are due."""
        became: list[Outcome] = []
        while some := delivery.send_digests(self.maker, self.mailer, self.writer, at=at):
            became += some
        return became

    def send_single_mails(self, at: datetime) -> None:
        """Send all mails of single editions that are due, as a worker does."""
        with self.maker() as session, self.mailer:
            while True:
                with transaction(session):
                    claims = delivery.claim(session, at=at, limit=20)
                if not claims:
                    return
                with transaction(session):
                    batch = delivery.address(
                        session, claims, letters=self.letters, calls=self.calls, at=at
                    )
                became = delivery.send(self.mailer, batch)
                with transaction(session):
                    delivery.record(session, became, at=at)

    def mails(self, address: str) -> list[SavedMail]:
        """Return the mails of one address, newest first."""
        return read_outbox(self.settings.data.dir / "outbox", address)

    def round(self, at: datetime) -> None:
        """Make and send what is due."""
        self.make(at)
        self.send(at)


def reader(
    newsroom: Newsroom,
    email: str,
    *,
    places: Sequence[str] = ("KE",),
    frequency: str = DAILY,
    hour: int = 7,
    zone: str = "Africa/Nairobi",
    quiet: tuple[int, int] | None = None,
) -> Subscription:
    """Return the wish of a new member who reads at an hour of their own clock."""
    actor = newsroom.actor(newsroom.member(email))
    hours = Hours(hour, 0, *(quiet or (None, None)))
    choose_hours(newsroom.session, hours, zone=zone, by=actor, at=newsroom.at)
    wish = Wish(places=places, frequency=frequency)
    return subscribe(newsroom.session, wish, by=actor, at=newsroom.at)


def ledger(session: Session, email: str) -> list[tuple[str, str | None, str | None]]:
    """Return the state, the reason and the period of each row of a person, oldest first."""
    session.rollback()
    question = (
        select(Delivery.state, Delivery.reason, Digest.period)
        .join(Person, Delivery.person_id == Person.id)
        .outerjoin(Digest, Delivery.digest_id == Digest.id)
        .where(Person.email == email)
        .order_by(Delivery.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(question)]
