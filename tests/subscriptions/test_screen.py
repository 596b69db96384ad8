"""The screen of wishes: what a sentence says, looking back, changing one, digests and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.channels.models import SMS, WEBHOOK, Endpoint
from osac_share.councils.actions import renew_clearance
from osac_share.delivery.actions import match
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.subscriptions import actions
from osac_share.subscriptions.actions import change, end, subscribe
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import DAILY, WEEKLY, ReadingHours, Subscription
from osac_share.subscriptions.policy import Wish, place_of_council, place_of_region, wish_of
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/subscriptions"


@pytest.fixture
def dora(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.dora)


def living(session: Session) -> list[Subscription]:
    session.rollback()
    session.expire_all()
    question = select(Subscription).where(Subscription.ended_at.is_(None))
    return list(session.scalars(question.order_by(Subscription.id)))


def wish_for(session: Session, cast: Cast, wish: Wish, *, at: datetime) -> Subscription:
    with transaction(session):
        return subscribe(session, wish, by=cast.actors["dora"], at=at)


def test_sentence_says_all_that_was_wished(dora: Visitor, session: Session, cast: Cast) -> None:
    dora.submit(
        PAGE,
        frequency="weekly",
        kind=["analysis", "alert"],
        topic=["crime"],
        region=["AF"],
        country=["MX"],
        council=["nigeria"],
        min_severity="security",
    )
    (made,) = living(session)
    assert wish_of(made) == Wish(
        places=["MX", f"council:{cast.nigeria.id}", "region:AF"],
        topics=["crime"],
        kinds=["alert", "analysis"],
        min_severity="security",
        frequency=WEEKLY,
        channels=["mail"],
    )
    assert describe(made) == (
        "Africa and Mexico and what Nigeria publishes, Alerts and Analyses, Crime, "
        "security and above, weekly"
    )
    (shown,) = dora.open(PAGE).texts("//li[@class='wish']/p[1]")
    assert shown.startswith(
        "Tell me weekly about Alerts and Analyses on Crime in Africa and Mexico or from Nigeria, "
        "security and above, by mail."
    )


@pytest.mark.parametrize(
    ("page", "place", "topic"),
    [
        ("/topics/crime", "*", "crime"),
        ("/councils/kenya", "council", "*"),
        ("/countries/KE", "KE", "*"),
    ],
)
def test_one_click_subscribes_and_another_ends_it(
    dora: Visitor, session: Session, cast: Cast, page: str, place: str, topic: str
) -> None:
    place = place_of_council(cast.kenya.id) if place == "council" else place
    assert dora.submit(page, to=PAGE).response.location == page
    (made,) = living(session)
    assert [(term.place, term.topic) for term in made.terms] == [(place, topic)]
    assert dora.open(page).links()["Change it"] == f"{PAGE}/{made.public_id}"
    assert dora.submit(page, to=f"{PAGE}/{made.public_id}/end").response.location == page
    assert living(session) == []


def test_one_click_on_a_region_is_a_subscription(dora: Visitor, session: Session) -> None:
    token = dora.open("/countries").form_to(PAGE)
    assert token["region"] == ["WHA"]
    dora.submit("/countries", to=PAGE, region="AF")
    (made,) = living(session)
    assert [term.place for term in made.terms] == [place_of_region("AF")]
    assert "You get mail at once about Africa" in dora.open("/countries").text


def test_one_click_on_a_search_takes_its_filters_along(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    address = "/search?q=march&country=KE&country=UG&topic=crime&kind=alert&severity=security"
    with transaction(session):
        words = Words(topics=["crime"])
        make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
    page = dora.open(address)
    assert "whatever its words" in page.text
    dora.client.post(PAGE, data=page.form_to(PAGE))
    (made,) = living(session)
    assert wish_of(made) == Wish(["KE", "UG"], ["crime"], ["alert"], "security", channels=["mail"])
    assert PAGE not in {form.action for form in dora.open("/search?q=march").root.forms}


def test_looking_back_shows_what_one_may_see_and_notes_nothing(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        for title, marking in (("One for all", "GREEN"), ("One for Abuja", "AMBER")):
            make_report(
                session,
                cast.nigeria,
                by=cast.actors["chidi"],
                words=Words(title=title, marking=marking, places=[("NG", "Abuja")]),
                at=at,
            )
    page = dora.submit(PAGE, country=["NG"], act="look")
    assert page.status == 200
    assert "About 1 mail a month." in page.text
    assert "One for all" in page.text
    assert "One for Abuja" not in page.text
    assert page.form_to(PAGE)["country"] == ["NG"]
    assert living(session) == []


def test_address_begins_the_form(dora: Visitor) -> None:
    form = dora.open(f"{PAGE}?country=KE&topic=crime&min_severity=security&country=XX").form_to(
        PAGE
    )
    chosen = {name: form[name] for name in ("country", "topic", "min_severity")}
    assert chosen == {"country": ["KE"], "topic": ["crime"], "min_severity": ["security"]}


def test_changing_a_wish_ends_it_and_begins_another(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    held = wish_for(session, cast, Wish(places=["KE"], topics=["crime"]), at=at)
    page = f"{PAGE}/{held.public_id}"
    assert dora.open(page).form_to(page)["country"] == ["KE"]
    looked = dora.submit(page, country=["UG"], act="look")
    assert "in Uganda" in looked.text
    assert [one.id for one in living(session)] == [held.id]
    dora.submit(page, country=["UG"])
    (made,) = living(session)
    assert (wish_of(made).places, wish_of(made).topics) == (["UG"], ["crime"])
    session.refresh(held)
    assert (held.ended_at, held.ended_reason) == (at, "changed")
    assert dora.open(page).status == 404


def test_changing_nothing_changes_nothing(session: Session, cast: Cast, at: datetime) -> None:
    wish = Wish(places=["KE"])
    held = wish_for(session, cast, wish, at=at)
    with transaction(session):
        assert change(session, held, wish, by=cast.actors["dora"], at=at) is held
    assert held.ended_at is None


def test_changing_a_wish_into_another_one_leaves_that_alone(
    session: Session, cast: Cast, at: datetime
) -> None:
    other = wish_for(session, cast, Wish(places=["UG"]), at=at)
    held = wish_for(session, cast, Wish(places=["KE"]), at=at)
    with transaction(session):
        kept = change(session, held, Wish(places=["UG"]), by=cast.actors["dora"], at=at)
    assert kept.id == other.id
    with pytest.raises(RuleBroken, match="cannot be changed"), transaction(session):
        change(session, held, Wish(places=["TZ"]), by=cast.actors["dora"], at=at)


def test_wish_of_somebody_else_can_neither_be_seen_nor_changed(
    dora: Visitor, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    held = wish_for(session, cast, Wish(places=["KE"]), at=at)
    ben = signed_in(cast.ben)
    page = f"{PAGE}/{held.public_id}"
    fields = ben.open(PAGE).form_to(PAGE)
    answers = [ben.client.get(page), ben.client.post(page, data=fields)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert [one.id for one in living(session)] == [held.id]


def test_overlapping_wishes_bring_nothing_twice(session: Session, cast: Cast, at: datetime) -> None:
    for wish in (
        Wish(places=["KE"]),
        Wish(topics=["civil-unrest"], frequency=DAILY),
        Wish(places=[place_of_region("AF")], frequency=WEEKLY),
        Wish(places=[place_of_council(cast.kenya.id)], min_severity="security"),
    ):
        wish_for(session, cast, wish, at=at)
    with transaction(session):
        _report, edition = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
        match(session, edition.id, at=at)
        match(session, edition.id, at=at)
    rows = session.execute(
        select(Delivery.channel, Delivery.state, Delivery.held_for).where(
            Delivery.person_id == cast.dora.id, Delivery.edition_id == edition.id
        )
    )
    assert [tuple(row) for row in rows] == [("mail", "waiting", None)]


def test_first_digest_makes_the_usual_reading_hours(
    session: Session, cast: Cast, at: datetime
) -> None:
    wish_for(session, cast, Wish(places=["KE"]), at=at)
    assert session.get(ReadingHours, cast.dora.id) is None
    wish_for(session, cast, Wish(places=["UG"], frequency=DAILY), at=at)
    hours = session.get_one(ReadingHours, cast.dora.id)
    assert (hours.digest_hour, hours.digest_weekday) == (7, 0)
    assert hours.next_daily_at is not None
    assert hours.next_daily_at.isoformat() == "2026-03-03T07:00:00+00:00"
    assert hours.next_weekly_at is not None
    assert hours.next_weekly_at.isoformat() == "2026-03-09T07:00:00+00:00"


def test_only_confirmed_channels_are_offered(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    assert "channel" not in dora.open(PAGE).form_to(PAGE)
    with transaction(session):
        for kind, verified_at in ((SMS, at), (WEBHOOK, None)):
            session.add(
                Endpoint(
                    person_id=cast.dora.id,
                    kind=kind,
                    label=kind,
                    sealed="",
                    created_at=at,
                    verified_at=verified_at,
                )
            )
    assert dora.submit(PAGE, channel=["webhook"]).status == 422
    dora.submit(PAGE, country=["KE"], channel=["mail", "sms"])
    dora.submit(PAGE, country=["UG"], channel=["sms"], frequency="daily")
    assert [wish_of(one).channels for one in living(session)] == [["mail", "sms"], ["mail"]]
    assert "by mail and SMS" in dora.open(PAGE).text


def test_number_of_wishes_is_bounded(
    session: Session, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.wishes, "MOST_WISHES", 2)
    for place in ("KE", "UG"):
        held = wish_for(session, cast, Wish(places=[place]), at=at)
    with pytest.raises(RuleBroken, match="too many subscriptions"):
        wish_for(session, cast, Wish(places=["TZ"]), at=at)
    with transaction(session):
        end(session, held, reason="test", by=(None, "test"), at=at)
    wish_for(session, cast, Wish(places=["TZ"]), at=at)


def test_page_says_that_wishes_rest_while_their_owner_is_no_member(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    wish_for(session, cast, Wish(places=["KE"]), at=at)
    with transaction(session):
        cast.dora.memberships[0].suspended_at = at
        session.flush()
        renew_clearance(session, cast.dora.id, at=at)
    page = dora.open(PAGE)
    assert "Your subscriptions rest" in page.text
    assert len(page.texts("//li[@class='wish']")) == 1
