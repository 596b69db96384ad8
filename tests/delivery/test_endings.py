"""The end of a report reaches those who were told of it, and a withdrawal them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.delivery.actions import match
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import ALL_CLEAR
from tests.support.alerting import Alert, Newsroom

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


def hear_of(newsroom: Newsroom, edition: Edition) -> set[str]:
    with transaction(newsroom.session):
        match(newsroom.session, edition.id, at=newsroom.at)
        # A second time adds nobody.
        assert match(newsroom.session, edition.id, at=newsroom.at) == 0
    question = select(Person.email).join(Delivery, Delivery.person_id == Person.id)
    return set(newsroom.session.scalars(question.where(Delivery.edition_id == edition.id)))


@pytest.fixture
def alert(newsroom: Newsroom) -> Edition:
    """Return an alert for Kenya that one subscriber was told of; another came later."""
    with transaction(newsroom.session):
        newsroom.subscriber("early@example.org", min_severity="emergency")
        newsroom.subscriber("uganda@example.org", countries=["UG"])
        edition = newsroom.publish(Alert(severity="emergency", places=(("KE", "Nairobi"),)))
    assert hear_of(newsroom, edition) == {"early@example.org"}
    with transaction(newsroom.session):
        newsroom.subscriber("late@example.org")
    return edition


def test_all_clear_is_told_to_subscribers_and_to_whoever_was_alarmed(
    newsroom: Newsroom, alert: Edition
) -> None:
    with transaction(newsroom.session) as session:
        clear = actions.begin_update(
            session, alert.report, by=newsroom.chair, at=newsroom.at, outcome=ALL_CLEAR
        )
        # It is no emergency any more; who asked for emergencies only still must hear of its end.
        clear.severity, clear.change_note = "routine", "All roads are open."
        newsroom.release(clear)
    assert hear_of(newsroom, clear) == {"early@example.org", "late@example.org"}


def test_withdrawal_is_told_to_those_who_had_it_and_to_nobody_else(
    newsroom: Newsroom, alert: Edition
) -> None:
    with transaction(newsroom.session) as session:
        tombstone = actions.withdraw(
            session, alert.report, by=newsroom.chair, at=newsroom.at, because="It was a rumor."
        )
    assert hear_of(newsroom, tombstone) == {"early@example.org"}


def test_minor_correction_is_told_to_nobody(newsroom: Newsroom, alert: Edition) -> None:
    with transaction(newsroom.session) as session:
        minor = actions.begin_update(session, alert.report, by=newsroom.chair, at=newsroom.at)
        minor.is_major = False
        newsroom.release(minor)
    assert hear_of(newsroom, minor) == set()
    assert (alert.update_no, minor.update_no) == (0, 0)
