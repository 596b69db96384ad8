"""Killed at the worst moment, the house loses nothing and repeats next to nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from osac_share.accounts.models import Person
from osac_share.audit.models import AuditEntry
from osac_share.delivery.models import Delivery
from osac_share.kernel.crashpoints import VARIABLE
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.kernel.outbox import LEASE, OutboxRow
from osac_share.reports.models import EditionAudience
from osac_share.settings import load_settings
from osac_share.worker import AT_ONCE, Worker
from tests.support.alerting import Newsroom

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition
    from tests.support.mailbox import SmtpServer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ADDRESSES = {f"person{number}@example.org" for number in range(AT_ONCE + 10)}
REPEATED = {
    "after_claim": {0},
    "matched": {0},
    "after_reaction": {0},
    "after_claim_of_mail": {0},
    "before_send": {0},
    "after_send:1": {1},
    "after_send:7": {7},
    "before_mark": set(range(1, AT_ONCE + 1)),
    "after_mark": {0},
}
"""Where the worker is killed, and how many mails had gone out that the ledger did not know of.

Before they are written down, that is as many as went out in the time there is for them."""


@pytest.fixture
def newsroom(session: Session) -> Newsroom:
    with transaction(session):
        newsroom = Newsroom(session, datetime.now(UTC))
        for address in sorted(ADDRESSES):
            newsroom.subscriber(address)
    return newsroom


def run_until_killed(environment: dict[str, str], place: str, *command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | environment | {VARIABLE: place},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()


def finish_work(environment: dict[str, str]) -> None:
    """Do what a worker does that starts when the leases of the killed one have just ended."""
    later = datetime.now(UTC) + LEASE + timedelta(seconds=1)
    with time_machine.travel(later), Worker(load_settings(environment)) as worker:
        worker.drain()


def ledger(session: Session) -> Counter[tuple[str, str]]:
    session.rollback()
    rows = session.execute(
        select(Person.email, Delivery.state).join(Delivery, Delivery.person_id == Person.id)
    )
    return Counter((row.email, row.state) for row in rows)


@pytest.mark.one_database  # The campaign kills at all these places on both.
@pytest.mark.parametrize("place", REPEATED)
def test_worker_killed_anywhere_reaches_everybody_and_repeats_only_what_was_in_flight(
    place: str, environment: dict[str, str], newsroom: Newsroom, smtp_server: SmtpServer
) -> None:
    environment |= {"OSAC_MAIL_URL": smtp_server.url}
    with transaction(newsroom.session):
        newsroom.publish()
    run_until_killed(environment, place, "osac_share", "worker")
    finish_work(environment)
    assert ledger(newsroom.session) == {(address, "accepted"): 1 for address in ADDRESSES}
    message_ids = defaultdict(set)
    for one in smtp_server.received:
        message_ids[one.recipients[0]].add(str(one.message["Message-ID"]))
    assert message_ids.keys() == ADDRESSES
    assert {len(ids) for ids in message_ids.values()} == {1}
    assert len(smtp_server.received) - len(ADDRESSES) in REPEATED[place]


def test_mail_repeated_into_a_folder_is_there_once(
    environment: dict[str, str], newsroom: Newsroom, tmp_path: Path
) -> None:
    with transaction(newsroom.session):
        newsroom.publish()
    run_until_killed(environment, "before_mark", "osac_share", "worker")
    finish_work(environment)
    mails = {address: read_outbox(tmp_path / "outbox", address) for address in ADDRESSES}
    assert {len(found) for found in mails.values()} == {1}


@pytest.mark.parametrize("place", ["issued", "published"])
def test_publishing_killed_before_its_commit_leaves_the_draft_as_it_was(
    place: str, environment: dict[str, str], newsroom: Newsroom
) -> None:
    with transaction(newsroom.session):
        draft = newsroom.draft()
    run_until_killed(environment, place, "tests.support.press", str(draft.id), newsroom.chair.email)
    assert traces(newsroom.session, draft) == (None, "draft", 0, 0, 0)
    finish_work(environment)
    assert ledger(newsroom.session) == {}
    with transaction(newsroom.session):
        newsroom.release(draft)
    assert traces(newsroom.session, draft) == (draft.published_at, "published", 3, 1, 1)


def traces(session: Session, edition: Edition) -> tuple[datetime | None, str, int, int, int]:
    """Return when it was published, its report's state, and the rows that publishing writes."""
    session.rollback()
    session.refresh(edition)
    session.refresh(edition.report)
    audience = select(func.count()).where(EditionAudience.edition_id == edition.id)
    entries = select(func.count()).where(AuditEntry.action == "report.publish")
    return (
        edition.published_at,
        edition.report.state,
        session.scalar(audience) or 0,
        session.scalar(entries) or 0,
        session.scalar(select(func.count(OutboxRow.id))) or 0,
    )


def test_worker_asked_to_stop_ends_by_itself_and_soon(
    environment: dict[str, str], newsroom: Newsroom
) -> None:
    with transaction(newsroom.session):
        newsroom.publish()
    worker = subprocess.Popen(
        [sys.executable, "-m", "osac_share", "worker"],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    seen = ""
    while "worker started" not in seen:
        seen = worker.stderr.readline()
        assert seen, "the worker ended by itself"
    worker.send_signal(signal.SIGTERM)
    _, rest = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert rest.rstrip().endswith("worker stopped")
    left = {state for _, state in ledger(newsroom.session)}
    assert left <= {"accepted", "waiting"}
