"""Who reads what may not travel far is on record, once for each person, report and hour."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import Attachment
from tests.support.factories import (
    MOMENT,
    Words,
    make_draft,
    make_report,
    make_update,
    sections_saying,
)

if TYPE_CHECKING:
    import time_machine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from tests.support.cast import Cast, SignIn

RESTRICTED = ("AMBER", "AMBER_STRICT", "RED")


def readings(session: Session) -> list[tuple[str, str, str]]:
    question = select(AuditEntry).where(AuditEntry.action == "report.read")
    session.rollback()  # What was read before must not hide what came since.
    entries = session.scalars(question.order_by(AuditEntry.id)).all()
    return [(one.actor, one.object_id, one.detail["marking"]) for one in entries]


@pytest.fixture
def marked(session: Session, cast: Cast, request: pytest.FixtureRequest) -> Report:
    people = [f"person:{one.id}" for one in (cast.dora, cast.ben)]
    words = Words(marking=request.param, addressees=people if request.param == "RED" else ())
    with transaction(session):
        return make_report(session, cast.kenya, by=cast.actors["amara"], words=words)[0]


@pytest.mark.parametrize("marked", RESTRICTED, indirect=True)
def test_opening_a_restricted_report_is_recorded_once_however_often_it_is_reloaded(
    session: Session, cast: Cast, marked: Report, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    visitor = signed_in(cast.dora)
    for _ in range(4):
        assert visitor.open(f"/reports/{marked.public_id}").status == 200
    marking = marked.editions[0].marking
    assert readings(session) == [("Dora Member", marked.public_id, marking)]
    assert signed_in(cast.ben).open(f"/reports/{marked.public_id}").status == 200
    assert [who for who, _, _ in readings(session)] == ["Dora Member", "Ben Cochair"]
    clock.shift(timedelta(minutes=20))
    visitor.open(f"/reports/{marked.public_id}")
    assert len(readings(session)) == 2
    clock.shift(timedelta(minutes=11))
    visitor.open(f"/reports/{marked.public_id}")
    assert [who for who, _, _ in readings(session)][-1] == "Dora Member"
    assert len(readings(session)) == 3


@pytest.mark.parametrize("marked", ["CLEAR", "GREEN"], indirect=True)
def test_opening_what_may_travel_is_not_recorded(
    session: Session, cast: Cast, marked: Report, signed_in: SignIn
) -> None:
    assert signed_in(cast.dora).open(f"/reports/{marked.public_id}").status == 200
    assert not readings(session)


@pytest.mark.parametrize("marked", ["AMBER"], indirect=True)
@pytest.mark.parametrize("address", ["/editions/1", "/editions/2", ".pdf", "/changes"])
def test_editions_comparisons_and_prints_are_readings_too(
    session: Session, cast: Cast, marked: Report, signed_in: SignIn, address: str
) -> None:
    with transaction(session):
        make_update(
            session, marked, by=cast.actors["amara"], words=Words(marking="AMBER", summary="New.")
        )
    assert signed_in(cast.dora).open(f"/reports/{marked.public_id}{address}").status == 200
    assert readings(session) == [("Dora Member", marked.public_id, "AMBER")]


@pytest.mark.parametrize("marked", ["RED"], indirect=True)
def test_reader_who_may_not_see_a_report_is_not_recorded_as_its_reader(
    session: Session, cast: Cast, marked: Report, signed_in: SignIn
) -> None:
    assert signed_in(cast.gus).open(f"/reports/{marked.public_id}").status == 404
    assert not readings(session)


@pytest.mark.parametrize("marked", ["AMBER"], indirect=True)
def test_page_that_is_kept_for_one_reader_is_recorded_for_the_next(
    session: Session, cast: Cast, marked: Report, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    for person in (cast.dora, cast.sade, cast.dora, cast.sade):
        assert signed_in(person).open(f"/reports/{marked.public_id}").status == 200
    assert sorted(who for who, _, _ in readings(session)) == ["Dora Member", "Sade Secretary"]


def test_attached_file_of_a_restricted_report_is_a_reading_too(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    amara = signed_in(cast.amara)
    with transaction(session):
        report, draft = make_draft(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER")
        )
    page = f"/reports/{report.public_id}/attachments"
    sent = {"file": (io.BytesIO(b"a map"), "map.txt"), **amara.open(page).form_to(page)}
    assert amara.client.post(page, data=sent).status_code == 303
    with transaction(session):
        session.refresh(draft)
        actions.publish(session, report, draft, by=cast.actors["amara"], at=MOMENT)
    file = session.scalars(select(Attachment)).one()
    path = f"/attachments/{file.public_id}/{file.name}"
    with signed_in(cast.dora).client.get(path) as answer:
        assert answer.get_data() == b"a map"
    assert readings(session) == [("Dora Member", report.public_id, "AMBER")]


def test_words_of_a_restricted_report_are_nowhere_in_the_record_and_the_log(
    session: Session, cast: Cast, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = Words(
        title="Ziggurat",
        summary="Ziggurat",
        sections=sections_saying("Ziggurat"),
        marking="RED",
        addressees=[f"person:{cast.dora.id}"],
    )
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    path = f"/reports/{report.public_id}"
    assert signed_in(cast.dora).open(path).title == "Ziggurat"
    for who in (cast.dora, cast.gus):
        for address in (path, f"{path}.pdf", f"{path}/changes", f"{path}/edit"):
            signed_in(who).open(address)
    session.rollback()
    entries = session.scalars(select(AuditEntry)).all()
    assert "report.read" in {one.action for one in entries}
    kept = json.dumps([(one.object_id, one.detail, one.actor) for one in entries])
    assert "Ziggurat" not in kept
    assert "Ziggurat" not in caplog.text
