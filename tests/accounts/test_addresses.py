"""Changing the address of an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.actions import ask_address, confirm_address
from osac_share.accounts.models import Person
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.models import Letter, Link
from tests.support.factories import PASSPHRASE
from tests.support.letters import letters_to, path_in_letter

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

OLD, NEW = "dora@example.org", "dora.new@example.org"


def address_of(session: Session, person: Person) -> str:
    session.rollback()
    return session.scalars(select(Person.email).where(Person.id == person.id)).one()


def test_new_address_is_confirmed_from_there_and_the_old_one_is_told(
    signed_in: SignIn, visitor: Visitor, cast: Cast, session: Session, settings: Settings
) -> None:
    signed_in(cast.dora).submit("/account/address", email="Dora.New@Example.org")
    assert address_of(session, cast.dora) == OLD
    path = path_in_letter(session, settings, NEW, "address")
    page = visitor.open(path)
    assert (OLD in page.text, NEW in page.text) == (True, True)
    assert address_of(session, cast.dora) == OLD
    assert visitor.submit(path).status == 303
    assert address_of(session, cast.dora) == NEW
    assert letters_to(session, OLD) == ["address_changed"]
    assert visitor.sign_in(OLD, PASSPHRASE).status == 422
    assert visitor.sign_in(NEW, PASSPHRASE).status == 303


def test_discourse_2019_1020018_looking_at_the_link_changes_nothing(
    signed_in: SignIn, visitor: Visitor, cast: Cast, session: Session, settings: Settings
) -> None:
    signed_in(cast.dora).submit("/account/address", email=NEW)
    path = path_in_letter(session, settings, NEW, "address")
    for method in ("GET", "HEAD", "GET"):
        assert visitor.client.open(path, method=method).status_code == 200
    assert address_of(session, cast.dora) == OLD
    assert visitor.submit(path).status == 303


def test_address_that_somebody_has_gets_no_letter_and_the_same_answer(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    answers = []
    for email in (NEW, cast.ben.email):
        visitor = signed_in(cast.dora)
        answer = visitor.submit("/account/address", email=email)
        told = visitor.open("/account").texts("//*[@role='status']")
        answers.append((answer.status, answer.response.location, told))
    assert answers[0] == answers[1]
    assert "address" not in letters_to(session, cast.ben.email)


@pytest.mark.one_database
@pytest.mark.parametrize("email", ["", "dora", "a@b, c@example.org", "Dora <d@example.org>", OLD])
def test_address_that_is_none_or_ones_own_is_refused(
    signed_in: SignIn, cast: Cast, session: Session, email: str
) -> None:
    answer = signed_in(cast.dora).submit("/account/address", email=email)
    assert answer.status == 422
    assert not session.scalars(select(Letter)).all()


def test_address_that_somebody_else_took_meanwhile_is_refused(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        ask_address(session, cast.dora, NEW, at=at)
    with transaction(session):
        cast.ben.email = NEW
    link = session.scalars(select(Link)).one()
    with pytest.raises(RuleBroken, match="cannot be used"), transaction(session):
        confirm_address(session, link, cast.dora, at=at)
    assert address_of(session, cast.dora) == OLD


def test_link_works_for_a_day_and_only_the_newest(
    signed_in: SignIn,
    visitor: Visitor,
    cast: Cast,
    session: Session,
    settings: Settings,
    clock: time_machine.Traveller,
) -> None:
    dora = signed_in(cast.dora)
    dora.submit("/account/address", email="dora.first@example.org")
    first = path_in_letter(session, settings, "dora.first@example.org", "address")
    dora.submit("/account/address", email=NEW)
    second = path_in_letter(session, settings, NEW, "address")
    assert visitor.open(first).status == 404
    assert visitor.open(second).status == 200
    clock.shift(timedelta(hours=24))
    assert visitor.open(second).status == 404


@pytest.mark.one_database
def test_link_for_one_thing_opens_no_other(
    signed_in: SignIn, visitor: Visitor, cast: Cast, session: Session, settings: Settings
) -> None:
    signed_in(cast.dora).submit("/account/address", email=NEW)
    token = path_in_letter(session, settings, NEW, "address").rpartition("/")[2]
    for path in ("/reset/", "/invitations/", "/apply/verify/", "/unsubscribe/"):
        assert visitor.open(path + token).status == 404
