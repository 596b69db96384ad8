"""Who hears of what, held against an oracle that goes through everybody one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import CHAIR, MEMBER, PUBLIC, audience_of, may_see
from osac_share.councils.queries import clearance_rows
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import end, subscribe
from osac_share.subscriptions.policy import KIND_BITS, PACES, SEVERITY_RANK, Wish
from osac_share.subscriptions.queries import News, forecast, matching
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import actor_of, make_organization, make_person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.subscriptions.models import Subscription
    from tests.support.cast import Cast

COUNTRIES = ("KE", "UG", "NG", "TZ")
TOPICS = ("crime", "civil-unrest", "health")
WISHES: Sequence[dict[str, Any]] = (
    {"places": ["KE"]},
    {"places": ["KE", "UG"], "topics": ["crime", "health"], "min_severity": "security"},
    {"topics": ["crime"], "frequency": "daily"},
    {"min_severity": "emergency"},
    {"places": ["NG"], "topics": ["civil-unrest"], "min_severity": "security"},
    {"places": ["region:AF"], "kinds": ["alert", "analysis"], "frequency": "weekly"},
    {"places": ["council:1"], "min_severity": "security"},
    {},
)


def wish(session: Session, person: Person, which: int, *, at: datetime) -> Subscription:
    asked = WISHES[which]
    return subscribe(session, Wish(**asked), by=actor_of(session, person, at=at), at=at)


def population(session: Session, cast: Cast, *, at: datetime) -> list[Subscription]:
    """Return the living and the ended wishes of people of several standings."""
    home = make_organization(session, "Home")
    made: list[Subscription] = []
    for number in range(14):
        seats = [[], [(cast.kenya, MEMBER)], [(cast.nigeria, CHAIR)]][number % 3]
        person = make_person(
            session,
            f"Member{number}",
            organization=home,
            seats=seats,
            at=at,
        )
        made += [wish(session, person, (number + step) % len(WISHES), at=at) for step in (0, 3)]
        if number % 7 == 5:
            ended = made[-1]
            end(session, ended, reason="test", by=(None, "test"), at=at)
        if number % 5 == 4:
            person.suspended_at = at
            session.flush()
            renew_clearance(session, person.id, at=at)
    return made


def meets(news: News, wish: Subscription) -> bool:
    """Tell, as plainly as can be, whether a living wish asks for this."""
    regions = {f"region:{taxonomy.country(code).region}" for code in news.countries}
    places = {*news.countries, *regions, f"council:{news.council_id}", "*"}
    return (
        wish.ended_at is None
        and SEVERITY_RANK[news.severity] >= wish.min_rank
        and bool(wish.kinds & KIND_BITS[news.kind])
        and any(term.place in places and term.topic in {*news.topics, "*"} for term in wish.terms)
    )


def test_matching_finds_whom_the_oracle_finds(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        wishes = population(session, cast, at=at)
        clearances = {one.person_id: clearance_rows(session, one.person_id) for one in wishes}
    audiences = [
        audience_of("CLEAR", (), 1),
        audience_of("GREEN", (), cast.kenya.id),
        audience_of("AMBER", (), cast.kenya.id),
        audience_of("RED", [f"person:{wishes[3].person_id}"], cast.nigeria.id),
    ]
    some_news = st.builds(
        News,
        countries=st.frozensets(st.sampled_from(COUNTRIES), min_size=1),
        topics=st.frozensets(st.sampled_from(TOPICS)),
        kind=st.sampled_from(["alert", "advisory"]),
        severity=st.sampled_from(list(SEVERITY_RANK)),
        council_id=st.sampled_from([cast.kenya.id, cast.nigeria.id, None]),
        audience=st.sampled_from(audiences),
    )

    @given(news=some_news)
    def check(news: News) -> None:
        expected: dict[int, tuple[int, int]] = {}
        for one in wishes:
            if meets(news, one) and may_see(clearances[one.person_id], news.audience):
                first = (PACES[one.frequency], one.id)
                expected[one.person_id] = min(first, expected.get(one.person_id, first))
        rows = session.execute(matching(news)).all()
        assert {row.person_id: (row.pace, row.subscription_id) for row in rows} == expected
        assert len(rows) == len(expected)
        assert forecast(session, news).people == len(expected)

    check()


def test_nobody_hears_of_what_nobody_may_see(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        population(session, cast, at=at)
    nobody = forecast(
        session,
        News(
            countries=["KE"],
            topics=["crime"],
            kind="alert",
            severity="emergency",
            council_id=cast.kenya.id,
            audience=frozenset(),
        ),
    )
    assert (nobody.people, nobody.organizations, nobody.unsubscribed) == (0, 0, 0)
    assert nobody.not_cleared


def test_person_who_is_no_member_is_not_matched_even_to_what_is_public(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        wish(session, cast.dora, 7, at=at)
        before = heard_by(session, cast)
        cast.dora.suspended_at = at
        session.flush()
        renew_clearance(session, cast.dora.id, at=at)
    assert (before, heard_by(session, cast)) == (1, 0)


def heard_by(session: Session, cast: Cast) -> int:
    return forecast(
        session,
        News(
            countries=["KE"],
            topics=[],
            kind="alert",
            severity="routine",
            council_id=cast.kenya.id,
            audience={PUBLIC},
        ),
    ).people


def test_forecast_says_who_will_not_hear_and_why(
    session: Session, cast: Cast, at: datetime
) -> None:
    graver, outside = cast.dora, cast.chidi
    with transaction(session):
        for person, severity in ((graver, "emergency"), (outside, "routine")):
            subscribe(
                session,
                Wish(places=["KE"], min_severity=severity),
                by=cast.actors[person.name.split()[0].lower()],
                at=at,
            )
    found = forecast(
        session,
        News(
            countries=["KE"],
            topics=[],
            kind="alert",
            severity="security",
            council_id=cast.kenya.id,
            audience={f"council:{cast.kenya.id}"},
        ),
    )
    # Amara, Ben and Sade sit on the council and subscribed to nothing.
    assert (found.people, found.only_graver, found.not_cleared, found.unsubscribed) == (0, 1, 1, 3)
