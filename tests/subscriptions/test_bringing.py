"""What a wish would have brought: exactly what matching would have given its owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.delivery.queries import news_of
from osac_share.delivery.queries.bringing import newest_brought, numbers_brought
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import end, subscribe
from osac_share.subscriptions.documents import rate_in_words
from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY
from osac_share.subscriptions.policy import Wish, place_of_council, place_of_region
from osac_share.subscriptions.queries import matching
from tests.support.factories import Words, make_report, make_update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition
    from tests.support.cast import Cast

MONTH = timedelta(days=30)

PUBLISHED = (
    Words(),
    Words(places=[("UG", ""), ("TZ", "Arusha")], topics=["crime", "health"], severity="routine"),
    Words(places=[("KE", "")], topics=["crime"], severity="emergency", marking="CLEAR"),
    Words(marking="AMBER", topics=["crime"]),
    Words(places=[("MX", "")], topics=["health"], marking="RED"),
)


def nothing(_session: object, _clearance: object, words: str, _since: datetime) -> tuple[int, ...]:
    """Search for no wish: those here have no words."""
    raise AssertionError(words)


def publish(session: Session, cast: Cast, *, at: datetime) -> list[Edition]:
    """Return editions of several places, topics, severities and markings, two of them updates."""
    editions = []
    desks = ((cast.actors["amara"], cast.kenya), (cast.actors["chidi"], cast.nigeria))
    for number, said in enumerate(PUBLISHED):
        by, council = desks[number % 2]
        named = [f"person:{cast.dora.id}"] if said.marking == "RED" else []
        words = replace(said, addressees=named)
        then = at - timedelta(days=number)
        report, edition = make_report(session, council, by=by, words=words, at=then)
        editions.append(edition)
        if number == 1:
            minor = replace(words, is_major=False)
            editions.append(make_update(session, report, by=by, words=minor, at=then))
    make_report(session, cast.kenya, by=cast.actors["amara"], at=at - 2 * MONTH)
    return editions


def test_wish_would_have_brought_what_matching_gives(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        editions = [one for one in publish(session, cast, at=at) if one.is_major]
        news = [(one.id, news_of(session, one)) for one in editions]
    places = ["KE", "UG", "MX", place_of_region("AF"), place_of_council(cast.nigeria.id)]
    wishes = st.builds(
        Wish,
        places=st.lists(st.sampled_from(places), unique=True),
        topics=st.lists(st.sampled_from(["crime", "health", "civil-unrest"]), unique=True),
        kinds=st.lists(st.sampled_from(["alert", "analysis"]), unique=True),
        min_severity=st.sampled_from(["routine", "security", "emergency"]),
    )

    @given(wish=wishes, name=st.sampled_from(["dora", "chidi", "gus"]))
    def check(wish: Wish, name: str) -> None:
        who = cast.actors[name]
        with transaction(session):
            held = subscribe(session, wish, by=who, at=at)
            expected = {
                edition_id
                for edition_id, one in news
                if who.id in {row.person_id for row in session.execute(matching(one))}
            }
            end(session, held, reason="test", by=(None, "test"), at=at)
        rows = newest_brought(session, who.clearance, wish, at - MONTH, find=nothing)
        assert {edition.id for _report, edition in rows} == expected
        assert (
            numbers_brought(session, who.clearance, [wish, wish], at - MONTH, find=nothing)
            == [len(expected)] * 2
        )

    check()


def test_ten_newest_are_shown_and_all_are_counted(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        for age in range(12):
            make_report(session, cast.kenya, by=cast.actors["amara"], at=at - timedelta(hours=age))
    clearance = cast.actors["dora"].clearance
    rows = newest_brought(session, clearance, Wish(), at - MONTH, find=nothing)
    assert [edition.published_at for _report, edition in rows] == [
        at - timedelta(hours=age) for age in range(10)
    ]
    assert numbers_brought(session, clearance, [Wish()] * 25, at - MONTH, find=nothing) == [12] * 25
    assert numbers_brought(session, clearance, [], at - MONTH, find=nothing) == []


RATES: Sequence[tuple[int, str, str]] = (
    (0, AT_ONCE, "nothing in the last 30 days"),
    (1, AT_ONCE, "about 1 mail a month"),
    (2, AT_ONCE, "about 2 mails a month"),
    (4, AT_ONCE, "about 1 mail a week"),
    (17, AT_ONCE, "about 4 mails a week"),
    (17, DAILY, "about 4 reports a week, in one mail a day"),
    (2, WEEKLY, "about 2 reports a month, in one mail a week"),
)


@pytest.mark.parametrize(("reports", "frequency", "words"), RATES)
def test_rate_is_said_by_the_week_or_else_by_the_month(
    reports: int, frequency: str, words: str
) -> None:
    assert rate_in_words(reports, frequency) == words
