"""Councils and seats: the kept clearance always equals the one that is computed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.actions import join_organization
from osac_share.audit.models import AuditEntry
from osac_share.councils import actions
from osac_share.councils.policy import (
    CHAIR,
    COCHAIR,
    MEMBER,
    MEMBERS,
    PUBLIC,
    SECRETARY,
    STAFF,
    STEERING,
    clearance_of,
)
from osac_share.councils.queries import (
    clearance_rows,
    councils_for,
    get_council,
    holders,
    standing_of,
)
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from tests.support.factories import make_council, make_organization, make_person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast


def computed(session: Session, person: Person, *, at: datetime) -> frozenset[str]:
    return clearance_of(standing_of(session, person.id, at=at))


def test_kept_clearance_of_everybody_is_the_computed_one(
    session: Session, cast: Cast, at: datetime
) -> None:
    for name, person in cast.people.items():
        if person is not None:
            expected = computed(session, person, at=at) if name != "sven" else frozenset()
            assert (name, clearance_rows(session, person.id)) == (name, expected)


@pytest.mark.parametrize("kind", [CHAIR, COCHAIR, STEERING, SECRETARY, MEMBER])
def test_new_seat_is_in_the_kept_clearance_at_once(
    session: Session, at: datetime, kind: str
) -> None:
    with transaction(session):
        person = make_person(session, organization=make_organization(session))
        before = clearance_rows(session, person.id)
        council = make_council(session)
        actions.seat(session, council, person.id, kind, at=at)
    of_organization = {"organization:1", "type:company", "sector:other"}
    assert before == {PUBLIC, MEMBERS, f"person:{person.id}"} | of_organization
    assert clearance_rows(session, person.id) == computed(session, person, at=at) > before


def test_ended_seat_is_out_of_the_kept_clearance_when_it_is_renewed(
    session: Session, cast: Cast, at: datetime
) -> None:
    later = at + timedelta(days=1)
    with transaction(session):
        actions.seat(session, cast.nigeria, cast.dora.id, MEMBER, at=at, until=later)
    token = f"council:{cast.nigeria.id}"
    assert token in clearance_rows(session, cast.dora.id)
    assert token in computed(session, cast.dora, at=later - timedelta(seconds=1))
    assert token not in computed(session, cast.dora, at=later)
    with transaction(session):
        actions.renew_clearance(session, cast.dora.id, at=later)
    assert clearance_rows(session, cast.dora.id) == computed(session, cast.dora, at=later)


def test_seat_of_tomorrow_shows_nothing_today(session: Session, cast: Cast, at: datetime) -> None:
    tomorrow = at + timedelta(days=1)
    with transaction(session):
        actions.seat(session, cast.nigeria, cast.dora.id, CHAIR, at=tomorrow)
    assert (cast.nigeria.id, CHAIR) not in standing_of(session, cast.dora.id, at=at).seats
    assert (cast.nigeria.id, CHAIR) in standing_of(session, cast.dora.id, at=tomorrow).seats


def test_suspended_person_keeps_no_clearance(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        cast.dora.suspended_at = at
        session.flush()
        actions.renew_clearance(session, cast.dora.id, at=at)
    assert clearance_rows(session, cast.dora.id) == frozenset()
    assert computed(session, cast.dora, at=at) == {PUBLIC}


def test_membership_counts_from_its_beginning_to_its_end(
    session: Session, cast: Cast, at: datetime
) -> None:
    begins, ends = at + timedelta(days=1), at + timedelta(days=2)
    with transaction(session):
        person = make_person(session, "Tamsin Trial")
        trial = make_organization(session, "Trial")
        join_organization(session, person, trial, at=begins).ended_at = ends
    moments = (at, begins, ends - timedelta(seconds=1), ends)
    assert [MEMBERS in computed(session, person, at=moment) for moment in moments] == [
        False,
        True,
        True,
        False,
    ]


def test_inactive_organization_gives_no_membership(session: Session, at: datetime) -> None:
    with transaction(session):
        left = make_organization(session, "Gone", status="suspended")
        person = make_person(session, organization=left)
    assert computed(session, person, at=at) == {PUBLIC}
    assert clearance_rows(session, person.id) == frozenset()


def test_newest_membership_is_the_one_that_counts(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        second = make_organization(session, "Second Home")
        join_organization(session, cast.dora, second, at=at)
        actions.renew_clearance(session, cast.dora.id, at=at)
    assert f"organization:{second.id}" in clearance_rows(session, cast.dora.id)


def test_seat_is_taken_and_cleared_in_one_transaction(
    session: Session, cast: Cast, at: datetime
) -> None:
    before = clearance_rows(session, cast.dora.id)

    def take_a_seat_and_fail() -> None:
        with transaction(session):
            actions.seat(session, cast.kenya, cast.dora.id, CHAIR, at=at)
            raise RuleBroken("Not today.")

    with pytest.raises(RuleBroken):
        take_a_seat_and_fail()
    assert clearance_rows(session, cast.dora.id) == before
    assert (cast.kenya.id, CHAIR) not in standing_of(session, cast.dora.id, at=at).seats


def test_seats_and_councils_are_in_the_record(session: Session, at: datetime) -> None:
    slug = "a-council-with-as-long-a-name-as-the-address-can-hold-at-all"
    with transaction(session):
        person = make_person(session)
        actions.seat(session, make_council(session, slug), person.id, MEMBER, at=at)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("council.create", slug),
        ("council.seat", slug),
    ]
    assert entries[1].detail == {"person": person.id, "kind": MEMBER}


def test_holders_are_those_of_the_moment(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        actions.seat(session, cast.kenya, cast.gus.id, CHAIR, at=at, until=at + timedelta(hours=1))
    names = [
        [person.name for _, person in holders(session, cast.kenya.id, (CHAIR, COCHAIR), at=moment)]
        for moment in (at, at + timedelta(hours=1))
    ]
    assert names == [
        ["Amara Chair", "Gus Analyst", "Ben Cochair"],
        ["Amara Chair", "Ben Cochair"],
    ]


def test_nobody_is_sent_to_a_suspended_holder(session: Session, cast: Cast, at: datetime) -> None:
    held = holders(session, cast.kenya.id, (MEMBER,), at=at)
    assert [person.name for _, person in held] == ["Dora Member"]


def test_council_is_found_by_its_country_and_its_slug(session: Session, cast: Cast) -> None:
    assert [council.slug for council in councils_for(session, "KE")] == ["kenya"]
    assert get_council(session, "nigeria").name == "Nigeria"
    with pytest.raises(NotFound):
        get_council(session, "atlantis")


def test_analyst_holds_the_token_of_staff(session: Session, cast: Cast) -> None:
    assert STAFF in clearance_rows(session, cast.gus.id)
    assert STAFF not in clearance_rows(session, cast.amara.id)
