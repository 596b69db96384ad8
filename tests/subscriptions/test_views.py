"""Subscribing with one click, and ending it: one's own only."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.subscriptions.actions import MOST_TERMS, end, subscribe
from osac_share.subscriptions.models import Subscription, SubscriptionTerm
from osac_share.subscriptions.policy import Wish
from osac_share.subscriptions.queries import find_same
from tests.support.factories import make_person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

NOWHERE = "x" * 20


@pytest.fixture
def dora(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.dora)


def wishes(session: Session) -> list[Subscription]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Subscription).order_by(Subscription.id)))


def test_one_click_on_a_country_is_a_subscription(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    after = dora.submit("/countries/KE", to="/subscriptions", follow=True)
    assert after.response.request.path == "/countries/KE"
    assert "Kenya, any topic, any severity" in after.text
    (made,) = wishes(session)
    assert (made.person_id, made.min_rank, made.created_at) == (cast.dora.id, 1, at)
    assert [(term.place, term.topic, term.open) for term in made.terms] == [("KE", "*", True)]
    assert "You get mail at once about Kenya" in dora.open("/countries/KE").text


def test_one_more_click_ends_it(dora: Visitor, session: Session, at: datetime) -> None:
    dora.submit("/countries/KE", to="/subscriptions")
    (made,) = wishes(session)
    ended = dora.submit("/countries/KE", to=f"/subscriptions/{made.public_id}/end", follow=True)
    assert "Ended: Kenya, any topic, any severity" in ended.text
    (made,) = wishes(session)
    assert (made.ended_at, made.ended_reason) == (at, "unsubscribed")
    assert [term.open for term in made.terms] == [False]


def test_one_click_on_a_topic_is_a_subscription(dora: Visitor, session: Session) -> None:
    dora.submit("/topics/crime", to="/subscriptions")
    (made,) = wishes(session)
    assert [(term.place, term.topic) for term in made.terms] == [("*", "crime")]


def test_same_wish_twice_is_one_subscription(dora: Visitor, session: Session) -> None:
    page = dora.open("/countries/KE")
    fields = page.form_to("/subscriptions")
    answers = [dora.client.post("/subscriptions", data=fields) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len(wishes(session)) == 1


def test_wish_after_it_was_ended_is_a_new_subscription(dora: Visitor, session: Session) -> None:
    dora.submit("/countries/KE", to="/subscriptions")
    dora.submit("/countries/KE", to=f"/subscriptions/{wishes(session)[0].public_id}/end")
    dora.submit("/countries/KE", to="/subscriptions")
    assert [one.ended_at is None for one in wishes(session)] == [False, True]


def test_wish_of_several_countries_and_topics_is_said_in_one_sentence(
    dora: Visitor, session: Session
) -> None:
    shown = dora.submit(
        "/subscriptions",
        country=["UG", "KE"],
        topic=["crime", "health"],
        min_severity="security",
        follow=True,
    )
    assert "Kenya and Uganda, " in shown.text
    assert "security and above" in shown.text
    (made,) = wishes(session)
    assert {(term.place, term.topic) for term in made.terms} == {
        (country, topic) for country in ("KE", "UG") for topic in ("crime", "health")
    }
    assert made.min_rank == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"country": ["XX"]},
        {"topic": ["nonsense"]},
        {"topic": ["\0"]},
        {"min_severity": "terrible"},
        {"country": ["KE"] * 5 + ["*"]},
    ],
)
def test_nonsense_is_no_wish(
    dora: Visitor, session: Session, changes: dict[str, str | list[str]]
) -> None:
    assert dora.submit("/subscriptions", to=None, follow=False, **changes).status == 422
    assert wishes(session) == []


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/" + "x" * 5000])
def test_wish_leads_back_to_our_own_pages_only(dora: Visitor, session: Session, back: str) -> None:
    answer = dora.submit("/countries/KE", to="/subscriptions", back=back)
    assert (answer.status, answer.response.location) == (303, "/subscriptions")
    assert len(wishes(session)) == 1


def test_subscription_of_somebody_else_is_as_absent_as_none(
    dora: Visitor, signed_in: SignIn, cast: Cast, session: Session
) -> None:
    signed_in(cast.ben).submit("/countries/KE", to="/subscriptions")
    (bens,) = wishes(session)
    token = dora.open("/").form_to("/logout")
    answers = [
        dora.client.post(f"/subscriptions/{public_id}/end", data=token)
        for public_id in (bens.public_id, NOWHERE)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert wishes(session)[0].ended_at is None
    assert dora.open("/subscriptions").texts("//li[@class='wish']") == []


def test_ending_twice_changes_nothing(dora: Visitor, session: Session) -> None:
    dora.submit("/countries/KE", to="/subscriptions")
    (made,) = wishes(session)
    token = dora.open("/").form_to("/logout")
    for _ in range(2):
        answer = dora.client.post(f"/subscriptions/{made.public_id}/end", data=token)
        assert answer.status_code == 303
    session.rollback()
    ends = select(func.count()).where(AuditEntry.action == "subscription.end")
    assert session.scalar(ends) == 1


def test_person_of_no_organization_cannot_subscribe(
    session: Session, cast: Cast, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        alone = make_person(session, "Alone Person")
    visitor = signed_in(alone)
    assert "Mail me about" not in visitor.open("/countries/KE").text
    fields = visitor.open("/").form_to("/logout") | {"country": ["KE"], "min_severity": ["routine"]}
    answer = visitor.client.post("/subscriptions", data=fields)
    assert answer.status_code == 403
    assert wishes(session) == []


@pytest.mark.parametrize("name", ["eve", "sven"])
def test_nobody_but_members_subscribes(
    session: Session, cast: Cast, at: datetime, name: str
) -> None:
    with pytest.raises(NotAllowed), transaction(session):
        subscribe(session, Wish(places=["KE"]), by=cast.actors[name], at=at)  # fmt: skip


def test_number_of_terms_is_bounded(session: Session, cast: Cast, at: datetime) -> None:
    topics = [f"t{number}" for number in range(MOST_TERMS // 2 + 1)]
    with pytest.raises(RuleBroken, match="too many combinations"), transaction(session):
        subscribe(session, Wish(places=["KE", "UG"], topics=topics), by=cast.actors["dora"], at=at)
    with transaction(session):
        subscribe(
            session, Wish(places=["KE", "UG"], topics=topics[:-1]), by=cast.actors["dora"], at=at
        )
    assert session.scalar(select(func.count()).select_from(SubscriptionTerm)) == MOST_TERMS


def test_same_wish_made_twice_at_once_is_one_subscription(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    ready = threading.Barrier(2)

    def press(_: int) -> None:
        with session_factory(engine)() as own:
            ready.wait(10)
            with transaction(own):
                subscribe(own, Wish(places=["KE"]), by=cast.actors["dora"], at=at)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, range(2)))
    assert len(wishes(session)) == 1


def test_same_wish_is_exactly_the_same(session: Session, cast: Cast, at: datetime) -> None:
    def held(*places: str, **more: Any) -> bool:  # noqa: ANN401 -- what a wish says.
        return find_same(session, cast.dora.id, Wish(places=places, **more)) is not None

    with transaction(session):
        made = subscribe(session, Wish(places=["KE", "UG"]), by=cast.actors["dora"], at=at)
    assert held("UG", "KE")
    assert not held("KE")
    assert not held("KE", "UG", "NG")
    assert not held("KE", "UG", min_severity="security")
    assert not held("KE", "UG", frequency="daily")
    assert not held("KE", "UG", kinds=["alert"])
    assert not held("KE", "UG", channels=["mail", "sms"])
    assert find_same(session, cast.ben.id, Wish(places=["KE", "UG"])) is None
    with transaction(session):
        end(session, made, reason="test", by=(None, "test"), at=at)
    assert not held("KE", "UG")
