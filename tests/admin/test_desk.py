"""The staff's desk shows what waits, how long, and nothing of what it says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.admin.queries import queues
from osac_share.audit.actions import Copying
from osac_share.councils.policy import ADMIN, ANALYST, AUDITOR
from osac_share.kernel import clock, outbox
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.leases import FAILED
from osac_share.letters import actions as letters
from osac_share.reports import actions as reports
from osac_share.reports.events import ReportEnded
from tests.support.factories import MOMENT, Words, make_draft, make_report

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast, SignIn

ROLES = (ADMIN, AUDITOR, ANALYST)
PATHS = ("/admin", "/admin/quarantine", "/admin/letters")


@pytest.mark.parametrize("who", ["amara", "ben", "dora"])
def test_nobody_but_staff_comes_to_the_desk(cast: Cast, signed_in: SignIn, who: str) -> None:
    visitor = signed_in(getattr(cast, who))
    for path in PATHS:
        assert (path, visitor.open(path).status) == (path, 403)
    assert "Admin" not in visitor.open("/").links()


@pytest.mark.parametrize("role", ROLES)
def test_every_member_of_staff_comes_to_the_desk_by_a_link(
    staff: dict[str, Person], signed_in: SignIn, role: str
) -> None:
    visitor = signed_in(staff[role])
    assert visitor.open("/").links()["Admin"] == "/admin"
    for path in PATHS:
        assert visitor.open(path).status == 200
    assert ("Read the record" in visitor.open("/admin").links()) == (role == AUDITOR)


def test_the_desk_tells_how_the_search_does(staff: dict[str, Person], signed_in: SignIn) -> None:
    # Nobody has built an index here: the page says so, and search goes on without.
    assert "The search index cannot be read." in signed_in(staff[ADMIN]).open("/admin").text


def test_kept_page_of_a_member_is_not_the_one_of_staff(
    session: Session, cast: Cast, staff: dict[str, Person], signed_in: SignIn
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
    path = f"/reports/{report.public_id}"
    assert "Admin" in signed_in(staff[ADMIN]).open(path).links()
    assert "Admin" not in signed_in(cast.dora).open(path).links()


def test_queues_say_how_many_wait_and_since_when(session: Session, cast: Cast) -> None:
    amara = cast.actors["amara"]
    before = {queue.words: queue.number for queue in queues(session, at=MOMENT)}
    with transaction(session):
        draft, _ = make_draft(session, cast.kenya, by=amara)
        reports.quarantine(session, draft, by=amara, at=MOMENT + timedelta(hours=1))
        letters.write(session, "seat", to="x@example.org", at=MOMENT).state = FAILED
        outbox.record(session, ReportEnded(1), at=MOMENT)
    after = {queue.words: queue for queue in queues(session, at=MOMENT)}
    for words, since in {
        "Drafts in quarantine": MOMENT + timedelta(hours=1),
        "Letters that failed": MOMENT,
        "Acts not followed up yet": MOMENT,
    }.items():
        assert after[words].number == before[words] + 1
        assert after[words].oldest == since


def test_quarantined_draft_is_listed_by_its_id_and_without_its_words(
    session: Session, cast: Cast, staff: dict[str, Person], signed_in: SignIn
) -> None:
    with transaction(session):
        amara = cast.actors["amara"]
        report, _ = make_draft(session, cast.kenya, by=amara, words=Words(title="Spilled words"))
        reports.quarantine(session, report, by=amara, at=MOMENT)
    page = signed_in(staff[ADMIN]).open("/admin/quarantine")
    assert page.texts("//tbody//th") == [report.public_id]
    assert "Spilled" not in page.text


def test_late_copy_of_the_record_is_an_alarm_at_the_desk(
    session: Session,
    engine: Engine,
    staff: dict[str, Person],
    signed_in: SignIn,
    environment: dict[str, str],
    copy: Path,
) -> None:
    visitor = signed_in(staff[ADMIN])  # What the cast did was long ago: the clock says 2026.
    assert "The copy of the record is late." in visitor.open("/admin").text
    Copying(f"file:{copy}").copy_some(session_factory(engine), at=clock.now())
    page = visitor.open("/admin")
    assert "is late" not in page.text
    assert "holds them all" in page.text


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


@pytest.fixture
def environment(environment: dict[str, str], copy: Path) -> dict[str, str]:
    return environment | {"OSAC_RECORD_COPY_TO": f"file:{copy}"}
