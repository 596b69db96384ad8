"""Authors see how far a report has come; nobody else does, and no name but their members'."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.audit.models import AuditEntry
from osac_share.delivery.actions.acknowledging import acknowledge
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    DAILY,
    FAILED,
    HELD,
    SKIPPED,
    WAITING,
    Bounce,
    Delivery,
    Mailbox,
)
from osac_share.delivery.queries.reach import reach_of, short_reach
from osac_share.kernel.db import transaction
from tests.support.factories import Words, make_organization, make_person, make_report, make_update

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.reports.models import Edition, Report
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document

SECOND = timedelta(seconds=1)


class Ledger:
    """A report of Kenya's council, and what the ledger says of it."""

    def __init__(self, session: Session, cast: Cast, at: datetime, severity: str) -> None:
        self.session, self.cast, self.at = session, cast, at
        words = Words(severity=severity)
        by = cast.actors["amara"]
        self.report: Report
        self.edition: Edition
        self.report, self.edition = make_report(session, cast.kenya, by=by, words=words, at=at)

    def tell(self, person: Person, state: str, **said: object) -> Delivery:
        """Write what became of telling somebody; a time is in seconds after the match."""
        after = said.pop("after", None)
        assert after is None or isinstance(after, int)
        row = Delivery(
            edition_id=self.edition.id,
            person_id=person.id,
            state=state,
            urgency=1,
            matched_at=self.at,
            available_at=self.at,
            accepted_at=None if after is None else self.at + after * SECOND,
            **{"channel": "mail", **said},
        )
        self.session.add(row)
        self.session.flush()
        return row

    @property
    def page(self) -> str:
        return f"/reports/{self.report.public_id}/reach"


@pytest.fixture
def ledger(session: Session, cast: Cast, at: datetime) -> Ledger:
    """Return what became of telling five people: two were reached, one of them late."""
    with transaction(session):
        ledger = Ledger(session, cast, at, "emergency")
        ledger.tell(cast.amara, ACCEPTED, after=30)
        ledger.tell(cast.amara, WAITING, channel="sms")
        ledger.tell(cast.dora, ACCEPTED, after=150)
        ledger.tell(cast.ben, HELD, held_for=DAILY)
        ledger.tell(cast.chidi, FAILED, reason="550 <chidi@example.org> is unknown")
        ledger.tell(cast.sade, SKIPPED, reason="the subscription has ended")
        acknowledge(session, ledger.edition.id, cast.dora.id, via="page", at=at)
    return ledger


def test_readers_are_counted_once_however_many_channels_they_have(
    session: Session, ledger: Ledger, at: datetime
) -> None:
    total = reach_of(session, ledger.edition, at=at + timedelta(hours=1)).total
    became = (total.reached, total.waiting, total.held, total.failed, total.skipped)
    assert (total.matched, became) == (5, (2, 0, 1, 1, 1))
    assert total.acknowledged == 1
    assert short_reach(session, ledger.edition.id) == (2, 5)


def test_late_is_who_was_promised_it_sooner_and_nobody_else(
    session: Session, ledger: Ledger, at: datetime
) -> None:
    """Dora heard after two minutes and a half, Chidi not at all; Ben wishes to hear later."""
    assert reach_of(session, ledger.edition, at=at + 60 * SECOND).total.late == 1
    assert reach_of(session, ledger.edition, at=at + 121 * SECOND).total.late == 2


def test_what_is_no_emergency_has_a_quarter_of_an_hour(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        ledger = Ledger(session, cast, at, "security")
        ledger.tell(cast.dora, ACCEPTED, after=899)
        ledger.tell(cast.ben, ACCEPTED, after=901)
    assert reach_of(session, ledger.edition, at=at).total.late == 1


def test_first_median_and_last_are_of_those_who_hear_at_once(
    session: Session, ledger: Ledger, cast: Cast, at: datetime
) -> None:
    speed = reach_of(session, ledger.edition, at=at).speed
    assert speed is not None
    assert (speed.first, speed.median, speed.last) == (30 * SECOND, 30 * SECOND, 150 * SECOND)


def test_organizations_and_councils_are_counted_by_themselves(
    session: Session, ledger: Ledger, at: datetime
) -> None:
    found = reach_of(session, ledger.edition, at=at)
    organizations = {one.name: (one.reached, one.matched) for one in found.organizations}
    assert organizations == {"Department of Examples": (1, 2), "Example Freight": (1, 3)}
    councils = {one.name: (one.reached, one.matched) for one in found.councils}
    assert councils == {"Kenya": (2, 4), "Nigeria": (0, 1)}


def test_reasons_never_carry_what_a_server_said(
    session: Session, ledger: Ledger, at: datetime
) -> None:
    reasons = dict(reach_of(session, ledger.edition, at=at).reasons)
    assert reasons == {"refused (550)": 1, "the subscription has ended": 1}


@pytest.mark.one_database
def test_author_reads_it_on_one_page(ledger: Ledger, cast: Cast, signed_in: SignIn) -> None:
    amara = signed_in(cast.amara)
    line = amara.open(f"/reports/{ledger.report.public_id}")
    assert line.links()["Reached 2 of 5"] == ledger.page
    page = amara.open(ledger.page)
    assert "Reached 2 of 5, acknowledged by 1, 1 held, 2 late." in page.text
    assert "Chidi" not in page.text
    assert "Ben Cochair, Example Freight: held" in page.text
    figures = amara.open(f"{ledger.page}/figures")
    assert "Reached 2 of 5" in " ".join(str(figures.root.text_content()).split())
    assert not figures.root.xpath("//main")


@pytest.mark.one_database
def test_only_authors_and_reviewers_know_it(ledger: Ledger, cast: Cast, signed_in: SignIn) -> None:
    def statuses(person: Person) -> set[int]:
        visitor = signed_in(person)
        paths = ("", "/figures", ".csv", "/unreached.csv")
        return {visitor.open(f"{ledger.page}{path}").status for path in paths}

    assert statuses(cast.amara) == statuses(cast.ben) == {200}
    assert statuses(cast.gus) == {200, 403}
    assert statuses(cast.dora) == statuses(cast.chidi) == {403}
    assert "Reached" not in signed_in(cast.dora).open(f"/reports/{ledger.report.public_id}").text


def rows_of(document: Document) -> list[list[str]]:
    return list(csv.reader(io.StringIO(document.response.get_data(as_text=True))))


@pytest.mark.one_database
def test_file_has_organizations_and_counts_and_no_formula(
    session: Session, ledger: Ledger, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        evil = make_organization(session, "=HYPERLINK(1)")
        ledger.tell(make_person(session, "Eli Formula", organization=evil, at=at), ACCEPTED)
    found = rows_of(signed_in(cast.amara).open(f"{ledger.page}.csv"))
    assert found[0][0] == "TLP:AMBER+STRICT"
    assert [row[:3] for row in found[2:]] == [
        ["'=HYPERLINK(1)", "1", "1"],
        ["Department of Examples", "2", "1"],
        ["Example Freight", "3", "1"],
    ]
    names = rows_of(signed_in(cast.ben).open(f"{ledger.page}/unreached.csv"))
    assert [row[0] for row in names[2:]] == ["Ben Cochair", "Sade Secretary"]
    session.rollback()
    acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.export_reach"))
    assert [entry.detail["what"] for entry in acts] == ["organizations", "people"]


@pytest.mark.one_database
def test_those_not_reached_are_asked_once_more(
    session: Session, ledger: Ledger, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        soft = ledger.tell(cast.gus, BOUNCED)
        hard = ledger.tell(cast.sven, BOUNCED)
        for row, kind in ((soft, "soft"), (hard, "hard")):
            person_id = row.person_id
            session.add(
                Bounce(delivery_id=row.id, person_id=person_id, kind=kind, code="", words="", at=at)
            )
    amara = signed_in(cast.amara)
    answer = amara.submit(ledger.page, to=f"{ledger.page}/again", follow=True)
    assert "2 messages go out again." in str(answer.root.text_content())
    session.rollback()
    waiting = session.scalars(
        select(Delivery.person_id).where(Delivery.state == WAITING, Delivery.channel == "mail")
    )
    assert set(waiting) == {cast.chidi.id, cast.gus.id}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.ask_again"))
    assert entry.one().detail == {"edition": 1, "messages": 2}


@pytest.mark.one_database
def test_closed_mailboxes_are_not_asked_again(
    session: Session, ledger: Ledger, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        session.add(Mailbox(person_id=cast.chidi.id, address=cast.chidi.email, closed_at=at))
    answer = signed_in(cast.amara).submit(ledger.page, to=f"{ledger.page}/again", follow=True)
    assert "There is nobody to ask again" in str(answer.root.text_content())


@pytest.mark.one_database
def test_each_edition_of_a_series_has_its_own_reach(
    session: Session, ledger: Ledger, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        edition = make_update(session, ledger.report, by=cast.actors["amara"], at=at)
        session.execute(
            update(Delivery).where(Delivery.person_id == cast.dora.id).values(edition_id=edition.id)
        )
    amara = signed_in(cast.amara)
    assert "Reached 1 of 1" in amara.open(ledger.page).text
    first = amara.open(f"{ledger.page}?edition=1")
    assert "Reached 1 of 4" in first.text
    assert amara.open(f"{ledger.page}?edition=9").status == 404


@pytest.mark.one_database
def test_page_that_renews_itself_keeps_no_session_alive(
    session: Session,
    ledger: Ledger,
    cast: Cast,
    signed_in: SignIn,
    clock: time_machine.Traveller,
) -> None:
    amara = signed_in(cast.amara)
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        last = amara.open(f"{ledger.page}/figures").status
    assert last == 303
    amara = signed_in(cast.amara)
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        last = amara.open(ledger.page).status
    assert last == 200
