"""Who still gets a mail at the moment of sending: the rule, and the facts it is asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.accounts.models import Organization
from osac_share.councils import actions as councils
from osac_share.councils.policy import COCHAIR, MEMBER, may_see
from osac_share.councils.queries import standing_of, standings_of
from osac_share.delivery.messages import Calls
from osac_share.delivery.policy import (
    SECOND_LOOK,
    Facts,
    reason_to_skip,
    subscription_named_by,
    unsubscribe_token,
)
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import opened
from tests.support.alerting import TITLE, Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

FINE = Facts(
    clearance={"members"},
    audience={"members"},
    current_audience={"members"},
    suspended=False,
    subscribed=True,
    report_state="published",
    marking="GREEN",
    current_marking="GREEN",
)
TOKENS = st.frozensets(st.sampled_from(["public", "members", "staff", "council:1", "chair:1"]))


def test_member_in_good_standing_gets_the_mail() -> None:
    assert reason_to_skip(FINE) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(FINE, suspended=True), "the account is suspended"),
        (replace(FINE, subscribed=False), "the subscription has ended"),
        (replace(FINE, report_state="withdrawn"), "the report is withdrawn"),
        (replace(FINE, report_state="expired"), "the report is expired"),
        (replace(FINE, clearance={"public"}), "not among those who may see it"),
        (
            replace(FINE, current_audience={"staff"}),
            "not among those who may see its newest edition",
        ),
    ],
)
def test_each_lost_right_has_its_reason(facts: Facts, reason: str) -> None:
    assert reason_to_skip(facts) == reason


@pytest.mark.parametrize(
    ("marking", "current", "goes_out"),
    [
        ("GREEN", "AMBER_STRICT", False),
        ("AMBER", "RED", False),
        ("GREEN", "AMBER", True),
        # Of these a mail says no more than that there is something to read.
        ("AMBER_STRICT", "AMBER_STRICT", True),
        ("AMBER_STRICT", "RED", True),
        ("RED", "GREEN", True),
    ],
)
def test_older_edition_does_not_say_what_the_newest_withholds(
    marking: str, current: str, *, goes_out: bool
) -> None:
    reason = reason_to_skip(replace(FINE, marking=marking, current_marking=current))
    assert reason == (None if goes_out else "its newest edition may not travel")


def test_what_is_held_for_a_digest_is_not_told_once_its_newest_edition_may_not_travel(
    session: Session, engine: Engine, settings: Settings, at: datetime
) -> None:
    desk, address = Desk(engine, settings), "one@example.org"
    with transaction(session):
        newsroom = Newsroom(session, at)
        wish = reader(newsroom, address)
        councils.seat(session, newsroom.council, wish.person_id, MEMBER, at=at)
        newsroom.renew(wish.person_id)
        first = newsroom.publish()
    desk.match(first, at)
    with transaction(session):
        second = newsroom.next_edition(first.report, marking="AMBER_STRICT")
        newsroom.release(second)
    desk.match(second, at)
    desk.round(at + timedelta(days=1))
    (mail,) = desk.mails(address)
    assert "A new report is waiting for you" in mail.text
    assert not any(word in mail.subject + mail.text for word in (TITLE, "Nairobi"))
    assert [(state, reason) for state, reason, _ in ledger(session, address)] == [
        ("skipped", "its newest edition may not travel"),
        ("accepted", None),
    ]


def test_call_to_look_at_an_edition_does_not_say_what_the_newest_withholds(
    session: Session, settings: Settings, at: datetime
) -> None:
    def called() -> str:
        address = "chair@example.org"
        envelope = Calls(settings).address(first, SECOND_LOOK, address, delivery_id=1)
        return opened(envelope).text

    with transaction(session):
        newsroom = Newsroom(session, at)
        first = newsroom.publish()
    assert TITLE in called()
    with transaction(session):
        newsroom.release(newsroom.next_edition(first.report, marking="AMBER_STRICT"))
    assert TITLE not in called()


def test_all_clear_is_news_and_is_mailed() -> None:
    assert reason_to_skip(replace(FINE, report_state="all_clear")) is None


@given(TOKENS, TOKENS, TOKENS)
def test_mail_goes_exactly_to_those_who_may_see(
    clearance: frozenset[str], audience: frozenset[str], current: frozenset[str]
) -> None:
    facts = replace(FINE, clearance=clearance, audience=audience, current_audience=current)
    allowed = may_see(clearance, audience) and may_see(clearance, current)
    assert (reason_to_skip(facts) is None) == allowed


@given(st.text(max_size=60))
def test_token_we_did_not_sign_names_nothing(token: str) -> None:
    assert subscription_named_by("a secret", token) is None


def test_token_names_its_subscription_and_only_to_its_signer() -> None:
    token = unsubscribe_token("a secret", "abcdefghjkmnpqrstuvw")
    assert subscription_named_by("a secret", token) == "abcdefghjkmnpqrstuvw"
    assert subscription_named_by("another", token) is None


def test_standings_read_for_many_are_those_read_for_one(session: Session, at: datetime) -> None:
    with transaction(session):
        newsroom = Newsroom(session, at)
        plain, suspended, analyst, seated, elsewhere = (
            newsroom.member(f"{name}@example.org") for name in "abcde"
        )
        suspended.suspended_at = at
        analyst.staff_roles = ["analyst"]
        councils.seat(session, newsroom.council, seated.id, COCHAIR, at=at)
        councils.seat(
            session, newsroom.council, seated.id, MEMBER, at=at, until=at + timedelta(days=1)
        )
        agency = Organization(name="Example Agency", type="government", sector="other")
        session.add(agency)
        newsroom.organization = agency
        newsroom.join(elsewhere)
    people = [plain, suspended, analyst, seated, elsewhere]
    for moment in (at - timedelta(days=1), at, at + timedelta(days=2)):
        assert standings_of(session, [one.id for one in people], at=moment) == {
            one.id: standing_of(session, one.id, at=moment) for one in people
        }
