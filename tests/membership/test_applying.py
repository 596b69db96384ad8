"""Applying: what is asked, what is answered to whom, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.kernel.db import session_factory, transaction
from osac_share.letters.models import Letter
from osac_share.membership import actions
from osac_share.membership.models import UNVERIFIED, WAITING, WITHDRAWN, Application
from osac_share.promises import forget_unverified_applications
from tests.membership.applicants import FORM, answers, without_reference
from tests.membership.racing import at_once

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.membership.applicants import Mailbox, Members
    from tests.support.pages import Visitor

ADA = FORM["email"]


def only(session: Session) -> Application:
    session.rollback()
    return session.scalars(select(Application).execution_options(populate_existing=True)).one()


@pytest.mark.one_database
def test_form_says_what_is_missing_and_loses_nothing(visitor: Visitor) -> None:
    page = visitor.submit("/apply", **FORM | {"domains": "acme", "countries": "Kenya\nAtlantis"})
    assert page.status == 422
    assert "“acme” is no domain such as example.org." in page.text
    assert "“Atlantis” is not one country that is known here." in page.text
    kept = page.form_to("/apply")
    assert (kept["name"], kept["domains"]) == ([FORM["name"]], ["acme"])
    assert page.root.xpath("string(//textarea[@name='countries'])").split() == ["Kenya", "Atlantis"]


@pytest.mark.one_database
@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://example.org", "example.org"])
def test_web_site_must_be_one(visitor: Visitor, website: str) -> None:
    assert visitor.submit("/apply", **FORM | {"website": website}).status == 422


@pytest.mark.one_database
def test_answer_is_the_same_whether_or_not_the_address_is_known(
    visitor: Visitor, members: Members
) -> None:
    addresses = ["new@acme.example.org", members.cora.email, "new@acme.example.org"]
    pages = [visitor.submit("/apply", **FORM | {"email": one}) for one in addresses]
    assert {(page.status, page.response.location) for page in pages} == {(303, "/apply/sent")}


@pytest.mark.one_database
def test_one_network_cannot_flood(visitor: Visitor) -> None:
    sent = [
        visitor.submit("/apply", **FORM | {"email": f"a{n}@acme.example.org"}) for n in range(11)
    ]
    assert [page.status for page in sent] == [303] * 10 + [429]
    assert "Retry-After" in sent[-1].response.headers


@pytest.mark.one_database
def test_one_address_cannot_be_flooded(visitor: Visitor, mailbox: Mailbox) -> None:
    sent = [visitor.submit("/apply", **FORM).status for _ in range(4)]
    assert sent == [303, 303, 303, 429]
    assert len(mailbox.letters(ADA)) == 3


def test_application_sent_again_before_it_is_confirmed_replaces_the_first(
    session: Session, at: datetime, mailbox: Mailbox
) -> None:
    for name in ("Acme Wells", "Acme Springs"):
        with transaction(session):
            actions.apply(session, answers(name=name), at=at)
    application = only(session)
    assert (application.name, application.state) == ("Acme Springs", UNVERIFIED)
    first, second = mailbox.letters(ADA)
    assert first.link is not None
    assert second.link is not None
    assert (first.link.ended_at, second.link.ended_at) == (at, None)


def test_open_application_is_joined_and_not_changed(
    session: Session, at: datetime, mailbox: Mailbox
) -> None:
    hand_in(session, at)
    with transaction(session):
        actions.apply(session, answers(name="Somebody Else"), at=at)
    assert only(session).name == "Acme Wells Inc."
    purposes = ["application", "application_received", "application_again"]
    assert mailbox.purposes(ADA) == purposes


def test_form_sent_twice_at_one_moment_makes_one_application(
    session: Session, engine: Engine, at: datetime
) -> None:
    def send() -> bool:
        with session_factory(engine)() as own, transaction(own):
            actions.apply(own, answers(), at=at)
        return True

    assert at_once(send, send) == [True, True]
    assert only(session).state == UNVERIFIED


def test_looking_at_the_link_changes_nothing(
    visitor: Visitor, session: Session, mailbox: Mailbox
) -> None:
    visitor.submit("/apply", **FORM)
    path = mailbox.path(ADA, "application")
    page = visitor.open(path)
    assert "Drills wells for water." in page.text
    assert only(session).state == UNVERIFIED


def test_address_is_confirmed_once(visitor: Visitor, session: Session, mailbox: Mailbox) -> None:
    visitor.submit("/apply", **FORM)
    path = mailbox.path(ADA, "application")
    token = visitor.open(path).form_to(path)["csrf_token"]
    first = visitor.client.post(path, data={"csrf_token": token})
    second = visitor.client.post(path, data={"csrf_token": token})
    assert (first.status_code, second.status_code) == (303, 404)
    assert only(session).state == WAITING
    assert mailbox.purposes(ADA).count("application_received") == 1


@pytest.mark.one_database
def test_page_of_an_application_is_secret(visitor: Visitor, mailbox: Mailbox) -> None:
    visitor.submit("/apply", **FORM)
    verify = mailbox.path(ADA, "application")
    status = str(visitor.submit(verify).response.location)
    assert visitor.open(status).status == 200
    forged = f"{status[:-3]}xxx"
    elsewhere = status.replace("/apply/", "/apply/verify/")
    absent = visitor.open("/apply/nothing")
    for path in (forged, elsewhere, f"{status}x"):
        page = visitor.open(path)
        assert (page.status, without_reference(page)) == (404, without_reference(absent))
    answer = visitor.open(status).response
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_application_can_be_taken_back_and_made_again(
    visitor: Visitor, session: Session, mailbox: Mailbox
) -> None:
    visitor.submit("/apply", **FORM)
    status = str(visitor.submit(mailbox.path(ADA, "application")).response.location)
    page = visitor.submit(status, to=f"{status}/withdraw", follow=True)
    assert "You took it back" in page.text
    assert only(session).state == WITHDRAWN
    visitor.submit("/apply", **FORM)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Application)) == 2


def test_what_nobody_confirms_is_deleted_after_a_week(session: Session, at: datetime) -> None:
    with transaction(session):
        actions.apply(session, answers(), at=at)
    assert forget_unverified_applications(session, at + timedelta(days=6)) == 0
    assert forget_unverified_applications(session, at + timedelta(days=7)) == 1
    assert session.scalar(select(func.count()).select_from(Application)) == 0
    assert forget_unverified_applications(session, at + timedelta(days=8)) == 0


@pytest.mark.one_database
def test_link_in_the_letter_works_for_a_week(
    visitor: Visitor, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    visitor.submit("/apply", **FORM)
    path = mailbox.path(ADA, "application")
    clock.shift(timedelta(days=7))
    assert visitor.open(path).status == 404


@pytest.mark.one_database
def test_notice_of_the_installation_stands_on_the_form(visitor: Visitor) -> None:
    visitor.client.application.extensions["osac_settings"] = with_notice(visitor)
    assert "OMB Control Number 0000-0000" in visitor.open("/apply").text


def with_notice(visitor: Visitor) -> object:
    settings = visitor.client.application.extensions["osac_settings"]
    site = settings.site.model_copy(update={"form_notice": "OMB Control Number 0000-0000"})
    return settings.model_copy(update={"site": site})


def hand_in(session: Session, at: datetime) -> None:
    with transaction(session):
        actions.apply(session, answers(), at=at)
    application = only(session)
    assert application.link is not None
    with transaction(session):
        actions.hand_in(session, application, application.link, at=at)


def test_letters_are_sent_to_nobody_but_the_contact(session: Session, at: datetime) -> None:
    hand_in(session, at)
    assert set(session.scalars(select(Letter.address))) == {ADA}
