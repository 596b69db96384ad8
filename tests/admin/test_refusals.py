"""Refusals are on record: one entry each, without a word of what was not for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.admin.views.refusals import MOST
from osac_share.audit.models import REFUSED, AuditEntry
from osac_share.kernel.db import transaction
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    import time_machine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor


def refusals(session: Session) -> list[AuditEntry]:
    question = select(AuditEntry).where(AuditEntry.object_kind == "address")
    session.rollback()  # What was read before must not hide what came since.
    return list(session.scalars(question.order_by(AuditEntry.id)))


def test_report_that_is_not_for_somebody_makes_one_entry_without_its_title(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    hidden = Words(marking="RED", title="Ziggurat", addressees=[f"person:{cast.chidi.id}"])
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=hidden)
    assert signed_in(cast.dora).open(f"/reports/{report.public_id}").status == 404
    [entry] = refusals(session)
    assert (entry.action, entry.outcome, entry.actor) == ("sight.refuse", REFUSED, "Dora Member")
    assert (entry.object_id, entry.address) == (report.public_id, "127.0.0.1")
    assert entry.detail == {"view": "reports.show", "method": "GET"}


def test_what_is_not_there_makes_the_same_entry(session: Session, visitor: Visitor) -> None:
    visitor.open("/reports/nothing-of-this-name")
    [entry] = refusals(session)
    assert (entry.action, entry.object_id) == ("sight.refuse", "nothingofthisname")
    assert (entry.actor_id, entry.actor) == (None, "")


def test_act_that_is_not_somebodys_makes_an_entry(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    signed_in(cast.dora).open("/admin")
    [entry] = refusals(session)
    assert (entry.action, entry.detail["view"]) == ("act.refuse", "admin.index")


def test_address_that_no_view_has_makes_none(session: Session, visitor: Visitor) -> None:
    assert visitor.open("/wp-login.php").status == 404
    assert not refusals(session)


def test_scanner_cannot_fill_the_record(
    session: Session, visitor: Visitor, clock: time_machine.Traveller
) -> None:
    for number in range(MOST + 10):
        visitor.open(f"/reports/{number}")
    kept = refusals(session)
    assert len(kept) == MOST
    assert kept[-1].detail["further"] == "not recorded"
    clock.shift(60)
    visitor.open("/reports/again")
    assert len(refusals(session)) == MOST + 1
