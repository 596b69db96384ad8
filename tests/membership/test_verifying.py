"""The yearly look: reminders, the lapse, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Organization
from osac_share.audit.models import AuditEntry
from osac_share.councils.actions import seat
from osac_share.councils.policy import CHAIR
from osac_share.councils.queries import clearance_rows, standing_of
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.policy import EVERY, REMIND_DAYS, reminder_due
from osac_share.promises import lapse_what_nobody_verified, remind_of_verification
from tests.membership.racing import at_once
from tests.support.factories import actor_of, make_council

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.membership.applicants import Mailbox, Members
    from tests.support.cast import SignIn

DUE = "verification_due"


def fresh(session: Session, members: Members) -> Organization:
    session.rollback()
    return session.scalars(
        select(Organization)
        .where(Organization.id == members.acme.id)
        .execution_options(populate_existing=True)
    ).one()


def test_contact_is_reminded_three_times_each_once(
    session: Session, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    end = at + EVERY
    looks = [days for days in range(40, 0, -1) for _ in range(2)]
    sent = [days for days in looks if remind_of_verification(session, end - timedelta(days=days))]
    assert sent == list(REMIND_DAYS)
    assert mailbox.purposes(members.cora.email) == [DUE] * 3
    assert mailbox.letters(members.milo.email) == []


@pytest.mark.one_database
def test_after_an_outage_only_the_latest_reminder_goes_out(
    session: Session, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    assert remind_of_verification(session, at + EVERY - timedelta(days=2)) == 1
    assert remind_of_verification(session, at + EVERY - timedelta(days=1)) == 0
    assert mailbox.purposes(members.cora.email) == [DUE]


@pytest.mark.parametrize(
    ("days_left", "reminded_for", "due"),
    [
        *((31, None, None), (30, None, 30), (30, 30, None), (14, 30, 14), (13, 14, None)),
        *((3, 14, 3), (2, None, 3), (1, 3, None), (0, 3, None), (-1, None, None)),
    ],
)
def test_reminder_that_is_due(
    at: datetime, days_left: int, reminded_for: int | None, due: int | None
) -> None:
    assert reminder_due(at + timedelta(days=days_left), reminded_for, at=at) == due


def test_what_nobody_verifies_lapses_once_for_all_its_people(
    session: Session, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    end = at + EVERY
    assert lapse_what_nobody_verified(session, end - timedelta(seconds=1)) == 0
    # After an outage of a month, what was missed is done, once.
    late = end + timedelta(days=30)
    assert lapse_what_nobody_verified(session, late) == 1
    assert lapse_what_nobody_verified(session, late) == 0
    acme = fresh(session, members)
    assert (acme.status, acme.lapsed_at) == ("lapsed", late)
    for person in (members.cora, members.milo, members.nell):
        assert clearance_rows(session, person.id) == frozenset()
        assert actor_of(session, person, at=late).clearance == {"public"}
    assert mailbox.purposes(members.cora.email) == ["organization_lapsed"]
    assert actor_of(session, members.adam, at=late).standing.active


def test_two_workers_lapse_it_once(
    session: Session, engine: Engine, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    session.rollback()
    maker = session_factory(engine)

    def lapse() -> bool:
        with maker() as own:
            return lapse_what_nobody_verified(own, at + EVERY) == 1

    assert sorted(at_once(lapse, lapse)) == [False, True]
    assert mailbox.purposes(members.cora.email) == ["organization_lapsed"]


def test_contact_of_a_lapsed_organization_sees_one_page_and_opens_it_again(
    session: Session,
    members: Members,
    at: datetime,
    signed_in: SignIn,
    clock: time_machine.Traveller,
) -> None:
    clock.move_to(at + EVERY)
    lapse_what_nobody_verified(session, at + EVERY)
    cora, milo = signed_in(members.cora), signed_in(members.milo)
    assert cora.open("/organization").response.location == "/organization/verification"
    assert "The membership lapsed" in cora.open("/organization/verification").text
    assert cora.open("/organization/profile").status == 409
    assert "not in good order: lapsed" in milo.open("/organization").text
    page = cora.submit("/organization/verification", still_true="y", follow=True)
    assert page.title == "Acme Holdings"
    assert "You represent Acme Holdings." in milo.open("/organization").text
    acme = fresh(session, members)
    assert (acme.status, acme.verify_by, acme.reminded_for) == ("active", at + 2 * EVERY, None)
    assert clearance_rows(session, members.milo.id)


@pytest.mark.one_database
def test_who_is_not_ticked_has_left(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    cora = signed_in(members.cora)
    form = cora.open("/organization/verification").form_to("/organization/verification")
    assert sorted(form["here"]) == sorted([members.milo.public_id, members.nell.public_id])
    cora.submit("/organization/verification", here=[members.nell.public_id], still_true="y")
    session.rollback()
    names = [one.person.name for one in queries.colleagues(session, members.acme.id, at=at)]
    assert names == ["Cora Contact", "Nell Member"]
    assert clearance_rows(session, members.milo.id) == frozenset()


@pytest.mark.one_database
def test_nothing_is_confirmed_without_saying_that_it_is_true(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    cora = signed_in(members.cora)
    page = cora.submit("/organization/verification", here=[])
    assert page.status == 422
    assert page.form_to("/organization/verification").get("here") is None
    assert fresh(session, members).reminded_for is None


@pytest.mark.one_database
def test_somebody_above_the_contact_stays_whatever_is_ticked(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        seat(session, make_council(session, at=at), members.milo.id, CHAIR, at=at)
    with transaction(session):
        ended = actions.verify(session, members.acme, [], by=members.actors["cora"], at=at)
    assert ended == 1
    assert standing_of(session, members.milo.id, at=at).organization_id == members.acme.id


@pytest.mark.one_database
def test_only_the_contact_confirms(session: Session, members: Members, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        actions.verify(session, members.acme, [], by=members.actors["milo"], at=at)


@pytest.mark.one_database
def test_suspended_organization_is_not_opened_by_its_contact(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        actions.close(session, members.acme, because="Fraud.", by=members.actors["adam"], at=at)
    with pytest.raises(RuleBroken, match="suspended"):
        actions.verify(session, members.acme, [], by=members.actors["cora"], at=at)
    assert remind_of_verification(session, at + EVERY - timedelta(days=2)) == 0
    assert lapse_what_nobody_verified(session, at + EVERY) == 0


@pytest.mark.one_database
def test_organization_without_a_date_never_lapses(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        members.acme.verify_by = None
    assert lapse_what_nobody_verified(session, at + 10 * EVERY) == 0


def test_record_says_who_confirmed_and_how_many_left(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        actions.verify(session, members.acme, [], by=members.actors["cora"], at=at)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "organization.verify")
    ).one()
    assert (entry.actor_id, entry.detail["ended"]) == (members.cora.id, 2)
