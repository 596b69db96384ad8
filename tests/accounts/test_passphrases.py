"""Changing a passphrase, and choosing one in place of one forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts import actions
from osac_share.accounts.actions import ask_reset, reset_passphrase
from osac_share.accounts.models import Person, UserSession
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.models import Letter, Link
from tests.support.factories import PASSPHRASE
from tests.support.factors import enroll
from tests.support.letters import letters_to, path_in_letter
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document

NEW = "walnut harbor plaid comet"


def change(visitor: Visitor, current: str = PASSPHRASE, new: str = NEW) -> Document:
    return visitor.submit("/account/passphrase", current=current, new=new, again=new)


def living(session: Session, person: Person) -> int:
    session.rollback()
    rows = select(UserSession).where(
        UserSession.person_id == person.id, UserSession.ended_at.is_(None)
    )
    return len(session.scalars(rows).all())


def ask(session: Session, email: str, at: datetime) -> None:
    with transaction(session):
        ask_reset(session, email, at=at)


def test_change_ends_every_other_session_and_tells_the_owner(
    signed_in: SignIn, visitor: Visitor, cast: Cast, session: Session
) -> None:
    here, there = signed_in(cast.dora), signed_in(cast.dora)
    assert change(here).response.location == "/account"
    assert here.open("/account").status == 200
    assert there.open("/account").status == 303
    assert "passphrase_changed" in letters_to(session, cast.dora.email)
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 422
    assert visitor.sign_in(cast.dora.email, NEW).status == 303


@pytest.mark.one_database
@pytest.mark.parametrize("as_json", [False, True])
def test_change_without_the_current_passphrase_fails_in_every_format(
    signed_in: SignIn, cast: Cast, session: Session, *, as_json: bool
) -> None:
    visitor = signed_in(cast.dora)
    token = visitor.open("/account/passphrase").form_to("/account/passphrase")["csrf_token"][0]
    for current in ({"current": "not the passphrase"}, {"current": ""}, {}):
        typed = {"csrf_token": token, "new": NEW, "again": NEW, **current}
        answer = visitor.client.post(
            "/account/passphrase",
            headers={"X-CSRFToken": token},
            **({"json": typed} if as_json else {"data": typed}),
        )
        assert answer.status_code == 422
    assert letters_to(session, cast.dora.email) == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", "short", "at least 15"),
        (NEW, NEW + " ", "not the same"),
        ("dora member dora member", "dora member dora member", "easy to guess"),
        ("logistics example logistics", "logistics example logistics", "easy to guess"),
        ("", "", "Choose a passphrase"),
    ],
)
def test_passphrase_that_will_not_do_is_refused_with_what_to_do(
    signed_in: SignIn, cast: Cast, session: Session, new: str, again: str, words: str
) -> None:
    with transaction(session):
        cast.dora.memberships[0].organization.name = "Example Logistics"
    visitor = signed_in(cast.dora)
    answer = visitor.submit("/account/passphrase", current=PASSPHRASE, new=new, again=again)
    assert answer.status == 422
    assert words in answer.text


@pytest.mark.one_database
def test_long_passphrase_works_and_every_character_of_it_counts(
    signed_in: SignIn, visitor: Visitor, cast: Cast
) -> None:
    long = "walnut harbor plaid comet " * 5
    assert change(signed_in(cast.dora), new=long[:128]).status == 303
    wrong = [long[:127], long[:128] + " ", long[:128].swapcase(), long[:72] + "x" + long[73:128]]
    for typed in wrong:
        assert visitor.sign_in(cast.dora.email, typed).status == 422
    assert visitor.sign_in(cast.dora.email, long[:128]).status == 303


def test_passphrase_is_typed_as_managers_and_pasting_want_it(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in(cast.dora).open("/account/passphrase")
    given = page.root.xpath("//input[@type='password']/@autocomplete")
    assert given == ["current-password", "new-password", "new-password"]


def test_sign_in_that_was_checked_before_the_change_opens_nothing_after_it(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        pair = actions.check_pair(session, email=cast.dora.email, password=PASSPHRASE)
    with transaction(session):
        actions.change_passphrase(
            session, cast.dora, actions.hashed(NEW), at=at, keep_session=0, keep_device=""
        )
    with transaction(session):
        opened = actions.sign_in(
            session, pair, at=at, user_agent="", address="", demands_factor=False
        )
    assert opened is None


def test_forgotten_passphrase_is_replaced_by_the_letter_and_all_sessions_end(
    visitor: Visitor, signed_in: SignIn, cast: Cast, session: Session, settings: Settings
) -> None:
    signed_in(cast.dora)
    assert visitor.submit("/reset", email=" Dora@Example.org ").response.location == "/login"
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    assert visitor.submit(path, new=NEW, again=NEW).response.location == "/login"
    assert living(session, cast.dora) == 0
    assert visitor.open("/account").status == 303
    assert letters_to(session, cast.dora.email) == ["reset", "passphrase_changed"]
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 422
    assert visitor.sign_in(cast.dora.email, NEW).status == 303


def test_discourse_2019_1020018_looking_at_a_link_changes_nothing(
    visitor: Visitor, cast: Cast, session: Session, settings: Settings, at: datetime
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    for method in ("GET", "HEAD", "GET"):
        assert visitor.client.open(path, method=method).status_code == 200
    link = session.scalars(select(Link)).one()
    assert (link.used_at, link.ended_at) == (None, None)
    assert visitor.submit(path, new=NEW, again=NEW).status == 303


def test_link_of_a_letter_works_once(
    visitor: Visitor, cast: Cast, session: Session, settings: Settings
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    visitor.submit(path, new=NEW, again=NEW)
    again = visitor.open(path)
    assert again.status == 404
    assert "has been used" in again.text


def test_link_of_a_letter_works_for_an_hour(
    visitor: Visitor,
    cast: Cast,
    session: Session,
    settings: Settings,
    clock: time_machine.Traveller,
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    clock.shift(timedelta(minutes=59))
    assert visitor.open(path).status == 200
    clock.shift(timedelta(minutes=1))
    assert visitor.open(path).status == 404


def test_link_that_two_follow_at_the_same_moment_changes_one_passphrase(
    session: Session, cast: Cast, at: datetime
) -> None:
    ask(session, cast.dora.email, at)
    link = session.scalars(select(Link)).one()
    with transaction(session):
        reset_passphrase(session, link, cast.dora, "first", at=at)
    with pytest.raises(RuleBroken), transaction(session):
        reset_passphrase(session, link, cast.dora, "second", at=at)
    session.refresh(cast.dora)
    assert cast.dora.password_hash == "first"


def test_newer_letter_ends_the_link_of_the_one_before(
    session: Session, cast: Cast, at: datetime
) -> None:
    ask(session, cast.dora.email, at)
    ask(session, cast.dora.email, at)
    links = session.scalars(select(Link).order_by(Link.id)).all()
    assert [link.ended_at is None for link in links] == [False, True]


def test_known_unknown_suspended_and_invited_get_the_same_answer(
    app: Flask, cast: Cast, session: Session
) -> None:
    with transaction(session):
        cast.ben.password_hash = ""
    answers = []
    for email in (cast.dora.email, "nobody@example.org", cast.sven.email, cast.ben.email):
        visitor = Visitor(app.test_client())
        answer = visitor.submit("/reset", email=email)
        told = visitor.open("/login").texts("//*[@role='status']")
        answers.append((answer.status, answer.response.location, told))
    assert answers[0][2]
    assert all(answer == answers[0] for answer in answers)
    session.rollback()
    assert [letter.address for letter in session.scalars(select(Letter))] == [cast.dora.email]


def test_link_of_somebody_suspended_meanwhile_opens_nothing(
    visitor: Visitor, cast: Cast, session: Session, settings: Settings, at: datetime
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    with transaction(session):
        cast.dora.suspended_at = at
    assert visitor.open(path).status == 404


def test_new_passphrase_does_not_spare_anybody_the_second_factor(
    visitor: Visitor, signed_in: SignIn, cast: Cast, session: Session, settings: Settings
) -> None:
    enroll(signed_in(cast.dora), "/account/factors/add")
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    visitor.submit(path, new=NEW, again=NEW)
    answer = visitor.sign_in(cast.dora.email, NEW)
    assert answer.response.location.startswith("/login/second-factor")
    assert visitor.open("/account").status == 303


@pytest.mark.one_database
def test_acts_are_in_the_record_without_secrets(
    visitor: Visitor, cast: Cast, session: Session, settings: Settings
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    visitor.submit(path, new=NEW, again=NEW)
    session.rollback()
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.object_id == cast.dora.public_id)
    ).all()
    assert [entry.action for entry in entries] == ["account.ask_reset", "account.reset_passphrase"]
    kept = str([vars(entry) for entry in entries])
    assert NEW not in kept
    assert path.rpartition(".")[2] not in kept
