"""Whom each marking and addressing lets in, token by token."""

from __future__ import annotations

import pytest

from osac_share.councils.policy import audience_of, is_official, may_see, widens

OURS = 1


@pytest.mark.parametrize(
    ("marking", "addressees", "council", "audience"),
    [
        ("CLEAR", {"council:1"}, OURS, {"public"}),
        ("GREEN", set(), OURS, {"members", "chair:1", "staff"}),
        ("GREEN", set(), None, {"members", "staff"}),
        ("GREEN", {"type:company"}, OURS, {"type:company", "chair:1", "staff"}),
        ("AMBER", set(), OURS, {"council:1", "chair:1", "staff"}),
        ("AMBER_STRICT", set(), OURS, {"council:1", "chair:1", "staff"}),
        ("AMBER", set(), None, {"staff"}),
        ("AMBER", {"type:company"}, OURS, {"council:1/type:company", "chair:1", "staff"}),
        ("AMBER", {"sector:energy"}, OURS, {"council:1/sector:energy", "chair:1", "staff"}),
        ("AMBER", {"type:company"}, None, {"type:company", "staff"}),
        ("AMBER", {"council:2"}, OURS, {"council:2", "chair:1", "staff"}),
        ("RED", {"person:4"}, OURS, {"person:4", "chair:1"}),
        ("RED", {"person:4"}, None, {"person:4"}),
    ],
)
def test_audience_is_exactly_that_of_the_marking(
    marking: str, addressees: set[str], council: int | None, audience: set[str]
) -> None:
    assert audience_of(marking, addressees, council) == audience


@pytest.mark.parametrize("marking", ["RED"])
@pytest.mark.parametrize("addressees", [(), ("council:1",), ("person:4", "steering:1")])
def test_red_names_persons_and_nothing_else(marking: str, addressees: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="named recipients"):
        audience_of(marking, addressees, OURS)


def test_circles_of_officials_are_known_for_what_they_are() -> None:
    assert is_official("government")
    assert is_official("group:law_enforcement")
    assert not any(map(is_official, ("staff", "members", "person:1", "chair:1")))


def test_sight_is_where_the_two_sets_meet() -> None:
    assert may_see({"public", "members"}, {"members", "staff"})
    assert not may_see({"public"}, {"members", "staff"})
    assert not may_see(set(), set())


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        ({"council:1"}, {"council:1", "person:4"}, True),
        ({"council:1", "person:4"}, {"council:1"}, False),
        ({"council:1"}, {"council:1/type:company"}, False),
        ({"council:1/type:company"}, {"council:1"}, True),
        ({"members"}, {"council:1"}, False),
        ({"members"}, {"public"}, True),
        ({"council:1"}, {"public"}, True),
        ({"public"}, {"members", "council:1"}, False),
        ({"council:1"}, {"council:1"}, False),
        ({"council:1/type:company"}, {"council:1/type:company"}, False),
    ],
)
def test_audience_widens_where_it_lets_somebody_new_in(
    before: set[str], after: set[str], *, is_wider: bool
) -> None:
    assert widens(before, after) is is_wider
