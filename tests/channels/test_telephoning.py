"""Telephoning: who is on the sheet, what is read out, and what comes of the calls."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from osac_share.accounts.models import Membership
from osac_share.audit.models import AuditEntry
from osac_share.channels.models import SMS
from osac_share.channels.policy import Contents
from osac_share.delivery.documents import SPOKEN, script
from osac_share.delivery.models import Acknowledgement, PhoneCall
from osac_share.delivery.queries.telephoning import call_list
from osac_share.kernel.db import transaction
from osac_share.reports.documents.short_text import WHAT_TO_DO
from tests.support.factories import sections_saying

if TYPE_CHECKING:
    from osac_share.accounts.models import Person
    from osac_share.reports.models import Edition
    from tests.channels.conftest import Desk
    from tests.support.cast import SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]


def households(desk: Desk, edition: Edition) -> dict[str, list[str]]:
    """Return who is on the call list, by organization."""
    found = call_list(desk.session, edition, desk.cast.kenya.id, key=desk.key, at=desk.at)
    return {one.name: [callee.person.name for callee in one.people] for one in found}


def make_contact(desk: Desk, person: Person) -> None:
    with transaction(desk.session):
        held = select(Membership).where(Membership.person_id == person.id)
        desk.session.scalars(held).one().is_contact = True


def printed(page: Document) -> str:
    assert page.response.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(page.response.get_data())).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


@pytest.fixture
def amara(desk: Desk, signed_in: SignIn) -> Visitor:
    """Return Kenya's chair, who sits at her browser."""
    return signed_in(desk.cast.amara)


def test_points_of_contact_are_called_and_where_there_is_none_who_sits_there(desk: Desk) -> None:
    edition = desk.publish()
    freight = ["Ben Cochair", "Dora Member", "Sade Secretary"]
    assert households(desk, edition) == {
        "Department of Examples": ["Amara Chair"],
        "Example Freight": freight,
    }
    make_contact(desk, desk.cast.dora)
    assert households(desk, edition)["Example Freight"] == ["Dora Member"]


def test_nobody_is_called_who_may_not_see_it(desk: Desk) -> None:
    dora = f"person:{desk.cast.dora.id}"
    edition = desk.publish(marking="RED", addressees=[dora])
    found = households(desk, edition)
    assert found["Example Freight"] == ["Dora Member"]


def test_number_is_on_the_sheet_of_those_only_who_asked_for_it(desk: Desk, amara: Visitor) -> None:
    desk.endpoint(desk.cast.dora, SMS, Contents("+254700000001", on_sheets=True))
    desk.endpoint(desk.cast.ben, SMS, Contents("+254700000002"))
    edition = desk.publish()
    path = f"/reports/{edition.report.public_id}/calls"
    for words in (amara.open(path).text, printed(amara.open(f"{path}.pdf"))):
        assert "+254700000001" in words
        assert "+254700000002" not in words


def test_whoever_was_reached_has_acknowledged_it(desk: Desk, amara: Visitor) -> None:
    edition = desk.publish()
    path = f"/reports/{edition.report.public_id}/calls"
    for name, outcome in (("dora", "no_answer"), ("dora", "reached"), ("ben", "wrong_number")):
        person = getattr(desk.cast, name)
        done = amara.submit(path, person=person.public_id, outcome=outcome, follow=True)
        assert f"Noted: {person.name}" in done.text
    desk.session.rollback()
    (said,) = desk.session.scalars(select(Acknowledgement))
    assert (said.person_id, said.via, said.at) == (desk.cast.dora.id, "telephone", desk.at)
    assert len(list(desk.session.scalars(select(PhoneCall)))) == 3
    page = amara.open(path)
    assert "Reached just now" in page.text
    assert "Wrong number just now" in page.text
    assert "has acknowledged it" in printed(amara.open(f"{path}.pdf"))


def test_nothing_is_noted_of_somebody_who_is_not_on_the_sheet(desk: Desk, amara: Visitor) -> None:
    edition = desk.publish()
    path = f"/reports/{edition.report.public_id}/calls"
    page = amara.submit(path, person=desk.cast.chidi.public_id, outcome="reached")
    assert page.status == 404
    page = amara.submit(path, person=desk.cast.dora.public_id, outcome="eaten")
    assert page.status == 409
    assert not list(desk.session.scalars(select(PhoneCall)))


def test_members_do_not_call_and_strangers_to_it_do_not_know(desk: Desk, signed_in: SignIn) -> None:
    edition = desk.publish(marking="AMBER")
    for name, status in (("dora", 403), ("chidi", 404)):
        visitor = signed_in(getattr(desk.cast, name))
        for page in ("calls", "calls.pdf", "fax.pdf"):
            path = f"/reports/{edition.report.public_id}/{page}"
            assert visitor.open(path).status == status, page


def test_caller_says_all_there_is_to_do_in_its_order_and_in_a_minute(desk: Desk) -> None:
    advice = "- Stay inside.\n- Avoid the area\n" + "- Wait for the all-clear.\n" * 40
    sections = [
        {**one, "body": advice} if one["heading"] == WHAT_TO_DO else one
        for one in sections_saying("words")
    ]
    edition = desk.publish(sections=sections)
    said = script(edition.report, edition)
    advised = said.partition(". ")[2]
    assert advised.startswith("Stay inside. Avoid the area. Wait for the all-clear.")
    assert len(said) <= SPOKEN + 1


def test_fax_is_one_page_with_marking_words_and_address(desk: Desk, amara: Visitor) -> None:
    edition = desk.publish()
    page = amara.open(f"/reports/{edition.report.public_id}/fax.pdf")
    words = printed(page)
    assert len(PdfReader(io.BytesIO(page.response.get_data())).pages) == 1
    assert words.count("UNCLASSIFIED · TLP:GREEN") == 2
    assert edition.title in words
    assert words.index("Actions to take") < words.index("Location")
    assert edition.report.public_id in words


def test_long_report_still_is_one_page_by_fax(desk: Desk, amara: Visitor) -> None:
    long = sections_saying("\n\n".join(["Stay away from the market. " * 8] * 40))
    edition = desk.publish(sections=long)
    page = amara.open(f"/reports/{edition.report.public_id}/fax.pdf")
    assert len(PdfReader(io.BytesIO(page.response.get_data())).pages) == 1


def test_withheld_report_is_neither_read_out_nor_faxed(desk: Desk, amara: Visitor) -> None:
    edition = desk.publish(marking="AMBER_STRICT")
    for page in ("calls.pdf", "fax.pdf"):
        words = printed(amara.open(f"/reports/{edition.report.public_id}/{page}"))
        assert "A new report is waiting for you" in words
        assert "march" not in words


def test_names_and_words_that_leave_the_house_are_on_record(desk: Desk, amara: Visitor) -> None:
    edition = desk.publish(marking="AMBER_STRICT")
    path = f"/reports/{edition.report.public_id}"
    for page in ("calls", "calls.pdf", "fax.pdf"):
        assert amara.open(f"{path}/{page}").status == 200
    about = AuditEntry.object_id == edition.report.public_id
    acts = desk.session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id)).all()
    assert [one.action for one in acts[-3:]] == [
        "report.read",
        "report.export_calls",
        "report.export_fax",
    ]
    assert acts[-2].detail == {"edition": 1, "people": 4}
