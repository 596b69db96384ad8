"""Who gets an emergency says with one click that it came; nobody learns anything by the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from osac_share.delivery.models import Acknowledgement, Delivery
from osac_share.delivery.policy import acknowledged_by, acknowledgement_token
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.worker import Worker
from tests.support.alerting import TITLE, Alert, Newsroom, publish_to
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import SavedMail
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

READER = "reader@example.org"


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


def send(newsroom: Newsroom, settings: Settings, engine: Engine, alert: Alert) -> SavedMail:
    publish_to(newsroom, READER, alert=alert)
    with Worker(settings, engine) as worker:
        worker.drain()
    (mail,) = read_outbox(settings.data.dir / "outbox", READER)
    return mail


def link_in(mail: SavedMail) -> str:
    page = html.document_fromstring(mail.html or "")
    (address,) = page.xpath("//a[contains(., 'Say that you received it')]/@href")
    assert str(address) in mail.text
    return str(address).removeprefix("http://share.example.org")


def acknowledgements(newsroom: Newsroom) -> list[Acknowledgement]:
    newsroom.session.rollback()
    return list(newsroom.session.scalars(select(Acknowledgement)))


def test_reader_of_an_emergency_acknowledges_it_from_the_mail(
    newsroom: Newsroom, settings: Settings, engine: Engine, visitor: Visitor
) -> None:
    link = link_in(send(newsroom, settings, engine, Alert(severity="emergency")))
    page = visitor.open(link)
    assert page.title == "Did the message reach you?"
    assert TITLE not in page.text
    assert not acknowledgements(newsroom)
    done = visitor.submit(link)
    assert done.title == "Acknowledged"
    assert "You acknowledged this at" in done.text
    (said,) = acknowledgements(newsroom)
    assert said.via == "mail"


@pytest.mark.both_databases
def test_what_is_acknowledged_twice_counts_once_and_from_the_first_time(
    newsroom: Newsroom, settings: Settings, engine: Engine, visitor: Visitor
) -> None:
    link = link_in(send(newsroom, settings, engine, Alert(severity="emergency")))
    fields = visitor.open(link).form_to(link)
    first = visitor.client.post(link, data=fields).text
    assert visitor.client.post(link, data=fields).text == first
    assert len(acknowledgements(newsroom)) == 1


def test_mail_of_anything_less_asks_for_no_answer(
    newsroom: Newsroom, settings: Settings, engine: Engine
) -> None:
    mail = send(newsroom, settings, engine, Alert(severity="security"))
    assert "/acknowledge/" not in mail.text
    assert "/acknowledge/" not in (mail.html or "")
    assert "Why did I get this?" in mail.text


def test_made_up_link_is_no_link(visitor: Visitor) -> None:
    for token in ("x", "a" * 43, "1", "é"):
        assert visitor.open(f"/acknowledge/{token}").status == 404


def test_link_of_one_delivery_is_opaque_and_of_one_house() -> None:
    token = acknowledgement_token("key", 5)
    assert acknowledged_by("key", token) == 5
    assert acknowledged_by("key", token.upper()) == 5
    assert acknowledged_by("another key", token) is None
    assert acknowledgement_token("key", 6)[:8] != token[:8]


def test_reader_acknowledges_on_the_page_and_sees_when(
    session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        words = Words(severity="emergency")
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
    dora, ben = signed_in(cast.dora), signed_in(cast.ben)
    page, button = f"/reports/{report.public_id}", f"/reports/{report.public_id}/acknowledge"
    assert ben.open(page).form_to(button)
    assert dora.submit(page, to=button).status == 303
    dora.open(page)
    assert "You acknowledged this at" in dora.open(page).text
    assert "You acknowledged this at" not in ben.open(page).text
    assert not list(session.scalars(select(Delivery)))


def test_only_readers_acknowledge_and_only_emergencies(
    session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        by = cast.actors["amara"]
        words = Words(severity="emergency", marking="AMBER")
        hidden, _ = make_report(session, cast.kenya, by=by, words=words, at=at)
        calm, _ = make_report(session, cast.kenya, by=by, at=at)
    chidi, dora = signed_in(cast.chidi), signed_in(cast.dora)
    page = f"/reports/{calm.public_id}"
    assert "/acknowledge" not in str(dora.open(page).response.data)
    fields = dora.open("/account").form_to("/logout")
    assert dora.client.post(f"{page}/acknowledge", data=fields).status_code == 409
    fields = chidi.open("/account").form_to("/logout")
    hidden_path = f"/reports/{hidden.public_id}/acknowledge"
    assert chidi.client.post(hidden_path, data=fields).status_code == 404
