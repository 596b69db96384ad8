"""The rule of sight, by example and by property. Nothing here needs a database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.policy import (
    ANALYST,
    CHAIR,
    COCHAIR,
    GOVERNMENT,
    GROUPS,
    LAW_ENFORCEMENT,
    MARKINGS,
    MEMBER,
    MEMBERS,
    NOBODY,
    PUBLIC,
    SECRETARY,
    STAFF,
    STAFF_ROLES,
    STEERING,
    STRANGER,
    Standing,
    audience_of,
    clearance_of,
    may_author_for,
    may_compose,
    may_publish_for,
    may_see,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

KINDS = (CHAIR, COCHAIR, STEERING, SECRETARY, MEMBER)
COUNCILS = (1, 2, 3)
PERSONS = tuple(f"person:{number}" for number in range(1, 5))
SCOPES = (
    MEMBERS,
    STAFF,
    GOVERNMENT,
    *PERSONS,
    *(f"{kind}:{council}" for kind in ("council", "chair", "steering") for council in COUNCILS),
    *(f"organization:{number}" for number in (1, 2)),
    "type:company",
    "sector:energy",
    f"group:{LAW_ENFORCEMENT}",
)

standings = st.builds(
    Standing,
    person_id=st.integers(1, 4),
    organization_id=st.none() | st.integers(1, 2),
    organization_type=st.sampled_from([None, "company", "government"]),
    active=st.booleans(),
    organization_sector=st.sampled_from([None, "energy", "education"]),
    staff_roles=st.frozensets(st.sampled_from(STAFF_ROLES)),
    groups=st.frozensets(st.sampled_from(GROUPS)),
    seats=st.frozensets(st.tuples(st.sampled_from(COUNCILS), st.sampled_from(KINDS)), max_size=4),
)
in_good_standing = standings.filter(lambda standing: standing.active)
issuers = st.none() | st.sampled_from(COUNCILS)
addressings = st.frozensets(st.sampled_from(SCOPES), max_size=4)
names = st.frozensets(st.sampled_from(PERSONS), min_size=1)


def sees(standing: Standing, marking: str, addressees: Iterable[str], council: int | None) -> bool:
    return may_see(clearance_of(standing), audience_of(marking, addressees, council))


def holding(*seats: tuple[int, str], **changes: object) -> Standing:
    facts: dict[str, object] = {
        "person_id": 1,
        "organization_id": 1,
        "organization_type": "company",
        "active": True,
        "seats": frozenset(seats),
    }
    return Standing(**(facts | changes))  # type: ignore[arg-type]


AMARA = holding((1, CHAIR), organization_type="government")
BEN = holding((1, COCHAIR))
SADE = holding((1, SECRETARY))
DORA = holding((1, MEMBER))
CHIDI = holding((2, CHAIR), organization_type="government")
GUS = holding(staff_roles=frozenset({ANALYST}))
PLAIN = holding()
SVEN = holding((1, MEMBER), active=False)
EVERYBODY = {
    "Amara": AMARA,
    "Ben": BEN,
    "Sade": SADE,
    "Dora": DORA,
    "Chidi": CHIDI,
    "Gus": GUS,
    "Plain": PLAIN,
    "Sven": SVEN,
    "Eve": STRANGER,
}
OF_KENYA = {"Amara", "Ben", "Sade", "Dora"}


@pytest.mark.parametrize(
    ("marking", "addressees", "readers"),
    [
        ("CLEAR", (), set(EVERYBODY)),
        ("GREEN", (), set(EVERYBODY) - {"Sven", "Eve"}),
        ("AMBER", (), OF_KENYA | {"Gus"}),
        ("AMBER_STRICT", (), OF_KENYA | {"Gus"}),
        ("AMBER", ("steering:1",), {"Amara", "Ben", "Sade", "Gus"}),
        ("AMBER", ("council:2",), {"Chidi", "Amara", "Gus"}),
        ("GREEN", (GOVERNMENT,), {"Amara", "Chidi", "Gus"}),
        ("GREEN", ("chair:2",), {"Amara", "Chidi", "Gus"}),
        ("CLEAR", ("person:9",), set(EVERYBODY)),
        ("RED", ("person:9",), {"Amara"}),
    ],
)
def test_each_marking_reaches_exactly_whom_it_names(
    marking: str, addressees: tuple[str, ...], readers: set[str]
) -> None:
    found = {name for name, who in EVERYBODY.items() if sees(who, marking, addressees, 1)}
    assert found == readers


def test_red_reaches_the_named_person_and_the_issuing_chair_only() -> None:
    named = holding(person_id=9)
    assert sees(named, "RED", ["person:9"], 1)
    assert not sees(GUS, "RED", ["person:9"], 1)


@pytest.mark.parametrize("marking", ["", "red", "TLP:RED", "WHITE", "AMBER+STRICT"])
def test_unknown_marking_is_no_marking(marking: str) -> None:
    with pytest.raises(ValueError, match="no marking"):
        audience_of(marking, (), 1)


@pytest.mark.parametrize("addressees", [(), (MEMBERS,), (STAFF,), ("person:1", "council:1")])
def test_red_that_names_more_than_persons_is_refused(addressees: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="named recipients"):
        audience_of("RED", addressees, 1)


@pytest.mark.parametrize("marking", ["GREEN", "AMBER", "AMBER_STRICT", "RED"])
def test_nothing_but_clear_is_addressed_to_everybody(marking: str) -> None:
    with pytest.raises(ValueError, match="everybody"):
        audience_of(marking, ["person:1", PUBLIC], 1)


@given(standing=standings, council=issuers, addressees=addressings)
def test_clear_is_for_everyone(
    standing: Standing, council: int | None, addressees: frozenset[str]
) -> None:
    assert sees(standing, "CLEAR", addressees, council)
    assert sees(STRANGER, "CLEAR", addressees, council)


@given(
    standing=standings,
    marking=st.sampled_from(MARKINGS[1:4]),
    council=issuers,
    addressees=addressings.filter(bool),
)
def test_addressed_edition_is_shown_to_nobody_outside_its_declared_set(
    standing: Standing, marking: str, council: int | None, addressees: frozenset[str]
) -> None:
    declared = addressees | {STAFF, f"chair:{council}"}
    assert sees(standing, marking, addressees, council) == bool(clearance_of(standing) & declared)


@given(standing=standings, council=issuers, recipients=names)
def test_red_is_shown_to_nobody_but_the_named_and_the_issuing_chair(
    standing: Standing, council: int | None, recipients: frozenset[str]
) -> None:
    is_named = f"person:{standing.person_id}" in recipients
    is_chair = (council, CHAIR) in standing.seats
    belongs = MEMBERS in clearance_of(standing)
    assert sees(standing, "RED", recipients, council) == (belongs and (is_named or is_chair))


@given(recipients=names, council=issuers)
def test_red_is_never_for_staff(recipients: frozenset[str], council: int | None) -> None:
    assert STAFF not in audience_of("RED", recipients, council)


@given(
    marking=st.sampled_from(MARKINGS[1:4]),
    council=issuers,
    addressees=addressings.filter(bool),
    one_more=st.sampled_from(SCOPES),
)
def test_further_addressee_adds_that_one_and_nobody_else(
    marking: str, council: int | None, addressees: frozenset[str], one_more: str
) -> None:
    before = audience_of(marking, addressees, council)
    if one_more in {"type:company", "sector:energy"} and marking != "GREEN" and council:
        one_more = f"council:{council}/{one_more}"
    after = audience_of(marking, addressees | {one_more}, council)
    assert after == before | {one_more}


@given(standing=in_good_standing, seat=st.tuples(st.sampled_from(COUNCILS), st.sampled_from(KINDS)))
def test_further_seat_takes_nothing_away_but_official_circles_from_a_private_cochair(
    standing: Standing, seat: tuple[int, str]
) -> None:
    more = replace(standing, seats=standing.seats | {seat})
    lost = clearance_of(standing) - clearance_of(more)
    assert lost <= ({GOVERNMENT, f"group:{LAW_ENFORCEMENT}"} if seat[1] == COCHAIR else set())


@given(standing=standings)
def test_suspended_person_sees_what_a_stranger_sees(standing: Standing) -> None:
    suspended = replace(standing, active=False)
    assert clearance_of(suspended) == clearance_of(STRANGER) == {PUBLIC}
    assert not may_compose(suspended)
    assert not any(may_author_for(suspended, council) for council in (None, *COUNCILS))
    assert not any(may_publish_for(suspended, council) for council in (None, *COUNCILS))


@given(standing=in_good_standing)
def test_person_without_organization_seat_or_role_sees_what_a_stranger_sees(
    standing: Standing,
) -> None:
    alone = replace(standing, organization_id=None, staff_roles=frozenset(), seats=frozenset())
    assert clearance_of(alone) == {PUBLIC}


@given(seats=st.frozensets(st.sampled_from(COUNCILS), min_size=1))
def test_private_cochair_holds_no_token_of_chairs_or_government(seats: frozenset[int]) -> None:
    cochair = holding(
        *((council, COCHAIR) for council in seats), groups=frozenset({LAW_ENFORCEMENT})
    )
    held = clearance_of(replace(cochair, organization_type="government"))
    assert not held & {GOVERNMENT, f"group:{LAW_ENFORCEMENT}"}
    assert not any(token.startswith("chair:") for token in held)
    assert {f"steering:{council}" for council in seats} <= held


@given(standing=standings)
def test_token_of_a_chair_is_held_by_that_councils_chair_alone(standing: Standing) -> None:
    held = {token for token in clearance_of(standing) if token.startswith("chair:")}
    expected: AbstractSet[str] = {f"chair:{council}" for council in standing.councils_as({CHAIR})}
    assert held == (expected if standing.active else set())


@given(standing=standings)
def test_everybody_meets_what_is_public_and_only_members_more(standing: Standing) -> None:
    held = clearance_of(standing)
    assert PUBLIC in held
    assert (len(held) > 1) == (MEMBERS in held)


@given(standing=standings, council=st.sampled_from(COUNCILS))
def test_whoever_publishes_also_writes_and_whoever_writes_belongs_to_the_council(
    standing: Standing, council: int
) -> None:
    assert may_author_for(standing, council) >= may_publish_for(standing, council)
    if may_author_for(standing, council):
        assert may_compose(standing)
        assert f"council:{council}" in clearance_of(standing)


@pytest.mark.parametrize(
    ("who", "writes", "publishes"),
    [
        (AMARA, True, True),
        (BEN, True, True),
        (SADE, True, False),
        (DORA, False, False),
        (CHIDI, False, False),
        (GUS, False, False),
        (SVEN, False, False),
        (STRANGER, False, False),
    ],
)
def test_seat_decides_who_writes_and_who_publishes_for_the_council(
    who: Standing, *, writes: bool, publishes: bool
) -> None:
    assert (may_author_for(who, 1), may_publish_for(who, 1)) == (writes, publishes)
    assert not NOBODY.is_signed_in


def test_nobody_writes_for_no_council() -> None:
    assert not [name for name, who in EVERYBODY.items() if may_author_for(who, None)]
    assert not [name for name, who in EVERYBODY.items() if may_publish_for(who, None)]
