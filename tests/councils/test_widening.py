"""Whether an audience lets in anybody whom the one before it did not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.policy import (
    MARKINGS,
    PUBLIC,
    Standing,
    audience_of,
    clearance_of,
    may_see,
    widens,
)
from tests.councils.test_policy import addressings, issuers, standings


@given(
    before=st.tuples(st.sampled_from(MARKINGS[:4]), addressings),
    after=st.tuples(st.sampled_from(MARKINGS[:4]), addressings),
    council=issuers,
    standing=standings,
)
def test_what_widens_nothing_lets_nobody_in(
    before: tuple[str, frozenset[str]],
    after: tuple[str, frozenset[str]],
    council: int | None,
    standing: Standing,
) -> None:
    old, new = audience_of(*before, council), audience_of(*after, council)
    clearance = clearance_of(standing)
    if not widens(old, new):
        assert may_see(clearance, old) or not may_see(clearance, new)


def test_widening_is_known_where_it_is_one() -> None:
    green, amber = audience_of("GREEN", (), 1), audience_of("AMBER", (), 1)
    schools = audience_of("AMBER", ("type:education",), 1)
    assert widens(amber, green)
    assert widens(green, frozenset({PUBLIC}))
    assert widens(schools, amber)
    assert not any([widens(green, amber), widens(amber, schools), widens(amber, amber)])
    assert not widens(frozenset({PUBLIC}), green)
