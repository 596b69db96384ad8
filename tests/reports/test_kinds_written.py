"""Every kind of report has a form of its own: kinds, exercises, words of others, updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import transaction
from osac_share.reports import actions, queries
from osac_share.reports.models import COUNCIL, RELAY, Report
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def amara(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.amara)


def only_report(session: Session) -> Report:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Report)).one()


@pytest.mark.one_database
def test_every_kind_that_councils_write_is_offered_with_a_sentence(amara: Visitor) -> None:
    page = amara.open("/reports/new")
    for kind in taxonomy.written(COUNCIL):
        assert kind.purpose in page.text
        address = page.links()[kind.label]
        form = amara.open(address)
        assert (form.status, form.title) == (200, f"{kind.label}: new draft")
    assert "country_information" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "kind=country_information", "kind=advisory", "kind=analysis&relay=1"]
)
def test_kind_that_nobody_writes_here_is_not_there(amara: Visitor, query: str) -> None:
    assert amara.open(f"/reports/new?{query}").status == 404


def test_exercise_is_one_from_its_first_page_on(amara: Visitor, session: Session) -> None:
    page = "/reports/new?kind=alert&exercise=1"
    assert "EXERCISE" in amara.open(page).text
    assert amara.submit(page, title="A drill").status == 303
    report = only_report(session)
    assert report.is_exercise
    edit_at = f"/reports/{report.public_id}/edit"
    assert "EXERCISE" in amara.open(edit_at).text
    assert "Exercise" in amara.open("/drafts").text
    amara.submit(f"{edit_at}?exercise=", to=edit_at, title="Real")
    assert only_report(session).is_exercise


@pytest.mark.one_database
def test_address_cannot_say_where_a_draft_is_saved(amara: Visitor) -> None:
    page = amara.open("/reports/new?kind=alert&_external=1&_scheme=evil&_anchor=x&exercise=1")
    (form,) = page.root.xpath("//form[@data-compose]")
    assert form.get("data-autosave") == "/reports/new/autosave?kind=alert&exercise=1"


def test_words_of_an_embassy_are_passed_on_verbatim_and_locked(
    amara: Visitor, session: Session
) -> None:
    text = "**Location:** Nairobi\n\nEvent: a march; avoid it."
    assert (
        amara.submit(
            "/reports/new?kind=alert&relay=1",
            issuer="U.S. Embassy Nairobi",
            source_url="https://example.org/alert",
            title="Security Alert: Nairobi",
            text=text,
            places="Nairobi, Kenya",
        ).status
        == 303
    )
    report = only_report(session)
    edition = report.editions[0]
    assert (report.origin, report.issuer) == (RELAY, "U.S. Embassy Nairobi")
    assert [one["body"] for one in edition.sections] == [text]
    assert edition.source_url == "https://example.org/alert"
    edit_at = f"/reports/{report.public_id}/edit"
    assert "title" not in amara.open(edit_at).form_to(edit_at)
    amara.submit(edit_at, title="Mine", text="Mine", issuer="Me", places="Mombasa, Kenya")
    changed = only_report(session)
    assert (changed.issuer, changed.editions[0].title) == (report.issuer, "Security Alert: Nairobi")
    assert [one["body"] for one in changed.editions[0].sections] == [text]
    assert changed.editions[0].places[0].place == "Mombasa"


def test_country_report_begins_with_last_years(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    kind = "country_security_report"
    amara, page = signed_in(cast.amara), f"/reports/new?kind={kind}"
    assert "Begin with last year's" not in amara.open(page).links()
    assert amara.submit(page, text_crime="Pickpockets.", rating_text_crime="HIGH").status == 303
    with transaction(session):
        report, draft = queries.get_draft(
            session, only_report(session).public_id, cast.actors["amara"].standing
        )
        actions.issue(session, report, draft, published_by=cast.amara.id, at=at)
    address = amara.open(page).links()["Begin with last year's"]
    fields = amara.open(address).form_to("/reports/new")
    assert fields["text_crime"][0].strip() == "Pickpockets."
    assert (fields["rating_text_crime"], fields["lock"]) == (["HIGH"], ["0"])
    assert fields["title"] == ["Kenya Country Security Report"]
    assert "Begin with last year's" not in signed_in(cast.chidi).open(page).links()
    assert signed_in(cast.chidi).open(address).status == 404


def test_update_lifts_one_place_and_keeps_another(
    amara: Visitor, cast: Cast, session: Session, at: datetime
) -> None:
    places = (("KE", "Nairobi"), ("KE", "Mombasa"))
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(places=places)
        )
        actions.begin_update(session, report, by=cast.actors["amara"], at=at)
    edit_at = f"/reports/{report.public_id}/edit"
    page = amara.open(edit_at)
    assert page.title == "Alert: update"
    assert "Say in a sentence what changed" in page.text
    note = "Mombasa is open again."
    assert amara.submit(edit_at, lifted=["KE:Mombasa"], change_note=note).status == 303
    draft = only_report(session).editions[1]
    assert [(one.place, one.status) for one in draft.places] == [
        ("Nairobi", "active"),
        ("Mombasa", "lifted"),
    ]
    assert (draft.change_note, draft.is_major) == (note, True)
    assert amara.open(edit_at).texts("//*[@data-missing]/li") == []
    amara.submit(edit_at, lifted=[], weight="minor")
    draft = only_report(session).editions[1]
    assert {one.status for one in draft.places} == {"active"}
    assert not draft.is_major
