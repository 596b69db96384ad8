"""From the press of a chair's button to a thousand mailboxes, on the embedded database."""

from __future__ import annotations

import re
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks import installations as at
from benchmarks.figures import Figure
from osac_share.accounts.models import Membership, Organization, Person
from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import Actor, clearance_of
from osac_share.councils.queries import standing_of
from osac_share.delivery.models import ACCEPTED, Delivery
from osac_share.installation import web_command, worker_command
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.reports.models import Edition
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

SUBSCRIBERS = 1000
PRESSES = 3
COUNTRY = "RW"
PATIENCE_S = 120


def measure() -> list[Figure]:
    """Return the median and the 95th percentile of `publish_to_mailbox` over all mails."""
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        environ = at.environment(Path(scratch))
        settings, log_ins = at.furnished(environ)
        maker = session_factory(open_engine(settings.database_url))
        with maker() as session, transaction(session):
            _gather(session)
        stack.enter_context(at.running(web_command(settings), environ))
        stack.enter_context(at.running(worker_command(), environ))
        at.wait_for(settings.web.port)
        chair = at.Browser(settings.web.port)
        chair.sign_in(log_ins["chair"])
        for number in range(PRESSES):
            waits += _press(chair, maker, number)
    cuts = quantiles(waits, n=100)
    return [
        Figure("publish_to_mailbox", cuts[49], "s, p50", 2, "at most"),
        Figure("publish_to_mailbox_p95", cuts[94], "s, p95", 5, "at most"),
    ]


def _gather(session: Session) -> None:
    at_ = clock.now()
    home = session.scalars(select(Organization).limit(1)).one()
    people = [
        Person(
            email=f"reader{number}@example.org",
            name=f"Reader {number}",
            password_hash="nobody signs in as this person",  # noqa: S106
            created_at=at_,
            memberships=[Membership(organization=home, started_at=at_)],
        )
        for number in range(SUBSCRIBERS)
    ]
    session.add_all(people)
    session.flush()
    for person in people:
        renew_clearance(session, person.id, at=at_)
        standing = standing_of(session, person.id, at=at_)
        reader = Actor(standing, clearance_of(standing), person.name, person.email)
        subscribe(session, Wish(places=[COUNTRY]), by=reader, at=at_)


def _press(chair: at.Browser, maker: sessionmaker[Session], number: int) -> list[float]:
    form = "/reports/new?kind=alert"
    council = re.search(r'<option[^>]*value="(\d+)"[^>]*>Uganda', chair.page(form))
    assert council
    until = datetime.now(UTC) + timedelta(days=7)
    status = chair.press(
        form,
        form,
        council=council.group(1),
        title=f"Security Alert: Kigali (Rwanda), measured press {number}",
        places="Kigali, Rwanda",
        severity="security",
        alert_kind="security",
        marking="GREEN",
        expires=f"{until:%Y-%m-%dT%H:%M}",
        location="The market and the streets around it.",
        event="Something happened. " * 40,
        actions="* Avoid the area.\n* Monitor local media.",
        assistance="The embassy, day and night.",
    )
    assert status == 303, status  # noqa: PLR2004
    draft = re.search(r"/reports/([a-z0-9]{20})/(?:preview|edit)", chair.page("/drafts"))
    assert draft
    path = f"/reports/{draft.group(1)}"
    lock = re.search(r'name="lock"[^>]*value="(\d+)"', chair.page(f"{path}/preview"))
    assert lock
    pressed = datetime.now(UTC)
    status = chair.press(
        f"{path}/preview", f"{path}/publish", lock=lock.group(1), because="It happens now."
    )
    assert status == 303, status  # noqa: PLR2004
    return _waits(maker, pressed)


def _waits(maker: sessionmaker[Session], pressed: datetime) -> list[float]:
    deadline = time.monotonic() + PATIENCE_S
    newest = select(func.max(Edition.id)).scalar_subquery()
    accepted = select(Delivery.accepted_at).where(
        Delivery.edition_id == newest, Delivery.state == ACCEPTED
    )
    while time.monotonic() < deadline:
        with maker() as session:
            moments = [moment for moment in session.scalars(accepted) if moment is not None]
        if len(moments) >= SUBSCRIBERS:
            return [(moment - pressed).total_seconds() for moment in moments]
        time.sleep(0.2)
    raise SystemExit(f"Only {len(moments)} of {SUBSCRIBERS} mails were accepted.")
