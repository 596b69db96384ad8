"""Who hears of what, held against an oracle that goes through everybody one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import CHAIR, MEMBER, PUBLIC, audience_of, may_see
from osac_share.councils.queries import clearance_rows
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import end, subscribe
from osac_share.subscriptions.policy import SEVERITY_RANK
from osac_share.subscriptions.queries import forecast, matching
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
WISHES: Sequence[tuple[Sequence[str], Sequence[str], str]] = (
    (["KE"], [], "routine"),
    (["KE", "UG"], ["crime", "health"], "security"),
    ([], ["crime"], "routine"),
    ([], [], "emergency"),
    (["NG"], ["civil-unrest"], "security"),
    (["TZ"], [], "emergency"),
    ([], [], "routine"),
)


def wish(session: Session, person: Person, which: int, *, at: datetime) -> Subscription:
    countries, topics, least = WISHES[which]
    return subscribe(
        session,
        countries=countries,
        topics=topics,
        min_severity=least,
        by=actor_of(session, person, at=at),
        at=at,
    )


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


@dataclass(frozen=True)
class News:
    """What matching asks about a report."""

    countries: frozenset[str]
    topics: frozenset[str]
    severity: str
    audience: frozenset[str]

    def meets(self, wish: Subscription) -> bool:
        """Tell, as plainly as can be, whether a living wish asks for this."""
        return (
            wish.ended_at is None
            and SEVERITY_RANK[self.severity] >= wish.min_rank
            and any(
                term.country in {*self.countries, "*"} and term.topic in {*self.topics, "*"}
                for term in wish.terms
            )
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
        severity=st.sampled_from(list(SEVERITY_RANK)),
        audience=st.sampled_from(audiences),
    )

    @given(news=some_news)
    def check(news: News) -> None:
        expected: dict[int, int] = {}
        for one in wishes:
            if news.meets(one) and may_see(clearances[one.person_id], news.audience):
                expected.setdefault(one.person_id, one.id)
        rows = session.execute(matching(**vars(news))).all()
        assert {row.person_id: row.subscription_id for row in rows} == expected
        assert len(rows) == len(expected)
        assert forecast(session, council_id=None, **vars(news)).people == len(expected)

    check()


def test_nobody_hears_of_what_nobody_may_see(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        population(session, cast, at=at)
    nobody = forecast(
        session,
        countries=["KE"],
        topics=["crime"],
        severity="emergency",
        audience=frozenset(),
        council_id=cast.kenya.id,
    )
    assert (nobody.people, nobody.organizations, nobody.unsubscribed) == (0, 0, 0)
    assert nobody.not_cleared


def test_person_who_is_no_member_is_not_matched_even_to_what_is_public(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        wish(session, cast.dora, 6, at=at)
        before = heard_by(session, cast)
        cast.dora.suspended_at = at
        session.flush()
        renew_clearance(session, cast.dora.id, at=at)
    assert (before, heard_by(session, cast)) == (1, 0)


def heard_by(session: Session, cast: Cast) -> int:
    return forecast(
        session,
        countries=["KE"],
        topics=[],
        severity="routine",
        audience={PUBLIC},
        council_id=cast.kenya.id,
    ).people


def test_forecast_says_who_will_not_hear_and_why(
    session: Session, cast: Cast, at: datetime
) -> None:
    graver, outside = cast.dora, cast.chidi
    with transaction(session):
        for person, severity in ((graver, "emergency"), (outside, "routine")):
            subscribe(
                session,
                countries=["KE"],
                topics=[],
                min_severity=severity,
                by=cast.actors[person.name.split()[0].lower()],
                at=at,
            )
    found = forecast(
        session,
        countries=["KE"],
        topics=[],
        severity="security",
        audience={f"council:{cast.kenya.id}"},
        council_id=cast.kenya.id,
    )
    # Amara, Ben and Sade sit on the council and subscribed to nothing.
    assert (found.people, found.only_graver, found.not_cleared, found.unsubscribed) == (0, 1, 1, 3)
