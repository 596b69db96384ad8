"""What is too much for one person, of however many councils: one mail now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Person
from osac_share.councils.actions import create, seat
from osac_share.councils.policy import CHAIR
from osac_share.delivery.models import Delivery, Digest
from osac_share.delivery.policy import brakes as policy
from osac_share.delivery.policy.brakes import CALM_AFTER, ROLLED_UP_EVERY
from osac_share.delivery.queries import brakes as queries
from osac_share.kernel.db import transaction
from osac_share.subscriptions.models import AT_ONCE
from tests.support.alerting import Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.settings import Settings

ONE = "one@example.org"


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


def publish(newsroom: Newsroom, desk: Desk, at: datetime) -> None:
    newsroom.at = at
    with transaction(newsroom.session):
        edition = newsroom.publish()
    desk.match(edition, at)


@pytest.fixture
def councils(newsroom: Newsroom) -> list[Council]:
    """Return eight councils of one country, for all of which the newsroom's chair writes."""
    made = []
    with transaction(newsroom.session) as session:
        chair = session.get_one(Person, newsroom.chair.id)
        for number in range(8):
            council = create(
                session,
                slug=f"council-{number}",
                name=f"Council {number}",
                countries=["KE"],
                at=newsroom.at,
                time_zone="Africa/Nairobi",
            )
            seat(session, council, chair.id, CHAIR, at=newsroom.at)
            made.append(council)
        newsroom.renew(chair.id)
        newsroom.chair = newsroom.actor(chair)
    return made


@pytest.mark.one_database
def test_what_is_too_much_of_many_councils_comes_in_one_mail_every_three_hours(
    newsroom: Newsroom, desk: Desk, councils: list[Council], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (policy, queries):
        monkeypatch.setattr(module, "MOST_MAILS_A_DAY", 3)
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE)
    begin = newsroom.at
    for minutes in range(0, 240, 40):
        for newsroom.council in councils:
            publish(newsroom, desk, begin + timedelta(minutes=minutes))
        desk.send_single_mails(newsroom.at)
        desk.round(newsroom.at + CALM_AFTER)
    subjects = [mail.subject for mail in desk.mails(ONE)]
    assert len(subjects) == 3 + 2
    assert sum("Much in one day" in one for one in subjects) == 2
    made = newsroom.session.scalars(select(Digest.created_at).order_by(Digest.id)).all()
    assert made[1] - made[0] >= ROLLED_UP_EVERY
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}


@pytest.mark.one_database
def test_mails_of_bursts_count_among_those_of_a_day(
    newsroom: Newsroom, desk: Desk, councils: list[Council], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (policy, queries):
        monkeypatch.setattr(module, "MOST_MAILS_A_DAY", 2)
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE)
    for newsroom.council in councils[:4]:
        publish(newsroom, desk, newsroom.at)
    newsroom.session.execute(update(Delivery).values(state="held", held_for="burst"))
    newsroom.session.commit()
    desk.round(newsroom.at + CALM_AFTER)
    periods = [row[2] or "" for row in ledger(newsroom.session, ONE)]
    assert [one.partition("/")[0] for one in periods] == ["burst", "burst", "cap", "cap"]
    assert len(desk.mails(ONE)) == 3
