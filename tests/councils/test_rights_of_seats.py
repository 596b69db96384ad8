"""What each seat and role lets its holder do, in one table. Nothing here needs a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from osac_share.councils import policy
from osac_share.councils.policy import (
    ADMIN,
    ANALYST,
    AUDITOR,
    AUTHORING,
    CHAIR,
    COCHAIR,
    GUIDING,
    LAW_ENFORCEMENT,
    MEMBER,
    NOBODY,
    PUBLISHING,
    SEATS,
    SECRETARY,
    STEERING,
    STRANGER,
    VERIFY_AFTER,
    Actor,
    Standing,
    clearance_of,
)

OURS, THEIRS = 1, 2
PERSON = Standing(
    person_id=7,
    organization_id=3,
    organization_type="company",
    organization_sector="energy",
    active=True,
)


def seated(kind: str) -> Standing:
    return replace(PERSON, seats=frozenset({(OURS, kind)}))


def staff(role: str) -> Standing:
    return replace(PERSON, staff_roles=frozenset({role}))


PEOPLE = {
    "chair": seated(CHAIR),
    "co-chair": seated(COCHAIR),
    "secretary": seated(SECRETARY),
    "steering": seated(STEERING),
    "member": seated(MEMBER),
    "analyst": staff(ANALYST),
    "admin": staff(ADMIN),
    "auditor": staff(AUDITOR),
    "plain": PERSON,
}
HOLDERS = {
    "composes": {"chair", "co-chair", "secretary"},
    "reviews": {"chair", "co-chair", "analyst"},
    "authors": {"chair", "co-chair", "secretary"},
    "publishes": {"chair", "co-chair"},
    "runs councils": {"admin"},
    "sees the list": {"chair", "co-chair", "secretary", "steering"},
    "keeps the list": {"chair", "co-chair", "secretary"},
    "seats": {"chair"},
    "is an analyst": {"analyst"},
    "is an administrator": {"admin"},
    "is staff": {"analyst", "admin", "auditor"},
    "has an office": {
        *("chair", "co-chair", "secretary", "steering"),
        *("analyst", "admin", "auditor"),
    },
}
"""Who may do what for the council, and for no other."""

POWERFUL = {"chair", "co-chair", "secretary", "analyst", "admin", "auditor"}


def rights_of(standing: Standing, council: int) -> dict[str, bool]:
    """Return the answer of every rule about one council, and of those about none."""
    actor = Actor(standing, clearance_of(standing))
    return {
        "composes": policy.may_compose(standing),
        "reviews": policy.may_review_for_any(standing),
        "authors": policy.may_author_for(standing, council),
        "publishes": policy.may_publish_for(standing, council),
        "runs councils": policy.may_run_councils(standing),
        "sees the list": policy.may_see_list(standing, council),
        "keeps the list": policy.may_keep_list(standing, council),
        "seats": policy.may_seat_for(standing, council),
        "is an analyst": actor.is_analyst,
        "is an administrator": actor.is_admin,
        "is staff": actor.is_staff,
        "has an office": actor.has_office,
    }


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_has_the_rights_of_their_seat_or_role_and_no_others(name: str) -> None:
    expected = {right: name in holders for right, holders in HOLDERS.items()}
    assert rights_of(PEOPLE[name], OURS) == expected
    assert policy.is_powerful(PEOPLE[name]) is (name in POWERFUL)


@pytest.mark.parametrize("name", PEOPLE)
def test_seat_on_one_council_gives_no_rights_on_another(name: str) -> None:
    of_this = {"authors", "publishes", "sees the list", "keeps the list", "seats"}
    rights = rights_of(PEOPLE[name], THEIRS)
    assert not any(rights[right] for right in of_this)


@pytest.mark.parametrize("name", PEOPLE)
def test_suspended_person_has_no_rights_at_all(name: str) -> None:
    suspended = replace(PEOPLE[name], active=False)
    assert not any(rights_of(suspended, OURS).values())
    assert not any(policy.may_hold(suspended, kind) for kind in SEATS)


def test_seats_are_grouped_by_what_they_let_people_do() -> None:
    assert {CHAIR, COCHAIR} == PUBLISHING
    assert PUBLISHING | {SECRETARY} == AUTHORING
    assert AUTHORING | {STEERING} == GUIDING
    assert GUIDING | {MEMBER} == SEATS


@pytest.mark.parametrize("name", PEOPLE)
def test_actor_answers_as_the_rules_do(name: str) -> None:
    standing = PEOPLE[name]
    actor = Actor(standing, clearance_of(standing), "Pat Example")
    assert (actor.id, actor.is_signed_in, actor.name_in_record) == (7, True, (7, "Pat Example"))
    assert actor.may_compose == policy.may_compose(standing)
    assert actor.may_review == policy.may_review_for_any(standing)
    assert actor.may_run_councils == policy.may_run_councils(standing)
    frame = (True, actor.may_compose, actor.may_review, True)
    assert actor.look == (*frame, False, actor.has_office, actor.is_staff)


def test_stranger_is_nobody() -> None:
    assert (NOBODY.id, NOBODY.is_signed_in, NOBODY.is_contact) == (None, False, False)
    assert NOBODY.look == (False,) * 7
    assert NOBODY.name_in_record == (None, "")
    assert not STRANGER.active
    assert not Standing(person_id=7).active
    assert replace(NOBODY, is_contact=True).look == (*(False,) * 4, True, False, False)


def test_chair_is_of_the_government_and_the_cochair_is_not() -> None:
    officer = replace(PERSON, organization_type="government")
    held = {kind for kind in SEATS if policy.may_hold(officer, kind)}
    assert held == SEATS - {COCHAIR}
    assert {kind for kind in SEATS if policy.may_hold(PERSON, kind)} == SEATS - {CHAIR}


def test_who_is_of_no_organization_holds_no_seat() -> None:
    alone = replace(PERSON, organization_id=None)
    assert not any(policy.may_hold(alone, kind) for kind in SEATS)


MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("starts", "ends", "at", "turn"),
    [
        (TUESDAY, WEDNESDAY, MONDAY, TUESDAY),
        (TUESDAY, WEDNESDAY, TUESDAY, WEDNESDAY),
        (TUESDAY, WEDNESDAY, WEDNESDAY, None),
        (TUESDAY, None, MONDAY, TUESDAY),
        (TUESDAY, None, TUESDAY, None),
        (WEDNESDAY, TUESDAY, MONDAY, None),
        (TUESDAY, TUESDAY, MONDAY, None),
    ],
)
def test_seat_turns_when_its_term_begins_and_when_it_ends(
    starts: datetime, ends: datetime | None, at: datetime, turn: datetime | None
) -> None:
    assert policy.next_turn(starts, ends, at) == turn


def test_numbers_are_trusted_for_90_days() -> None:
    assert timedelta(days=90) == VERIFY_AFTER


OF_PERSON = {"public", "members", "person:7", "organization:3", "type:company", "sector:energy"}
OF_COUNCIL = {"council:1", "council:1/type:company", "council:1/sector:energy"}


@pytest.mark.parametrize(
    ("name", "further"),
    [
        ("plain", set()),
        ("member", OF_COUNCIL),
        ("steering", OF_COUNCIL | {"steering:1"}),
        ("secretary", OF_COUNCIL | {"steering:1"}),
        ("co-chair", OF_COUNCIL | {"steering:1"}),
        ("chair", OF_COUNCIL | {"steering:1", "chair:1", "government"}),
        ("analyst", {"staff"}),
        ("admin", set()),
        ("auditor", set()),
    ],
)
def test_clearance_is_exactly_that_of_the_seat_or_role(name: str, further: set[str]) -> None:
    assert clearance_of(PEOPLE[name]) == OF_PERSON | further


def test_clearance_of_officials_holds_their_circles() -> None:
    officer = replace(PERSON, organization_type="government", groups=frozenset({LAW_ENFORCEMENT}))
    found = clearance_of(officer) - clearance_of(PERSON)
    assert found == {"government", "type:government", "group:law_enforcement"}


@pytest.mark.parametrize("standing", [seated(MEMBER), staff(ANALYST)])
def test_seat_or_role_alone_makes_somebody_a_member(standing: Standing) -> None:
    alone = replace(standing, organization_id=None)
    assert {"members", "person:7"} <= clearance_of(alone)
    assert not any(token.startswith(("type:", "sector:")) for token in clearance_of(alone))


def test_who_belongs_to_nothing_sees_what_a_stranger_sees() -> None:
    assert clearance_of(replace(PERSON, organization_id=None)) == {"public"}


def test_standing_without_a_person_is_a_strangers() -> None:
    assert clearance_of(replace(seated(CHAIR), person_id=None)) == {"public"}
