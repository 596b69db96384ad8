"""Laws of digests, over weeks in which readers, their clocks and the worker do as they please.

The real actions are driven against a real database, at hours that Hypothesis chooses.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from osac_share.delivery.models import ACCEPTED, SKIPPED, Delivery, Digest
from osac_share.delivery.policy.digests import caught_up, period_of
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.reports import actions as reports
from osac_share.reports.models import Edition, Report
from osac_share.settings import load_settings
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY
from osac_share.subscriptions.policy import Wish, next_daily
from osac_share.subscriptions.queries import subscriptions_of
from tests.support.alerting import Alert, Newsroom
from tests.support.digesting import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.councils.policy import Actor

    Act = tuple[str, object]

pytestmark = pytest.mark.one_database

BEGIN = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
"""Three days before clocks change in New York, three weeks before they do in Berlin."""

READER = "reader@example.org"

USUAL = {
    "OSAC_PUBLIC_URL": "http://share.example.org",
    "OSAC_SECRET_KEY": "a key that only the tests know and nobody else",
}

ZONES = st.sampled_from(
    [
        "America/New_York",
        "Europe/Berlin",
        "Africa/Nairobi",
        "Pacific/Auckland",
        "Pacific/Honolulu",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ]
)
HOURS = st.integers(0, 23)
QUIET = st.sampled_from([None, (22 * 60, 6 * 60), (0, 450), (13 * 60, 15 * 60)])
"""None so long that a worker who comes by every thirteen hours meets nothing else."""
PUBLISH = st.tuples(
    st.just("publish"), st.sampled_from(["security", "security", "routine", "emergency"])
)
CHANGE = st.one_of(
    st.tuples(st.just("update"), st.none()),
    st.tuples(st.just("withdraw"), st.none()),
    st.tuples(st.just("wish"), st.sampled_from([AT_ONCE, DAILY, WEEKLY])),
    st.tuples(st.just("end"), st.none()),
    st.tuples(st.just("hours"), st.tuples(HOURS, ZONES, QUIET)),
    st.tuples(st.just("later_today"), st.integers(1, 4)),
    st.tuples(st.just("suspend"), st.none()),
)
TURNS = st.lists(
    st.tuples(PUBLISH, st.lists(CHANGE, max_size=2), st.integers(1, 40), st.booleans()),
    min_size=3,
    max_size=7,
)
"""Something is published, things change, and hours pass in which the worker works, or is away."""


@dataclass
class Weeks:
    """Some weeks in the life of one reader and one council."""

    newsroom: Newsroom
    desk: Desk
    reader: Person
    at: datetime

    @property
    def session(self) -> Session:
        """Return the session in which the council works."""
        return self.newsroom.session

    def pass_by(self, hours: int, *, every: int = 7, working: bool = True) -> None:
        """Let time pass, in which the worker works every so many hours, or is away."""
        end = self.at + timedelta(hours=hours)
        while working and self.at < end:
            self.at = min(end, self.at + timedelta(hours=every, minutes=7))
            self.desk.round(self.at)
            self.desk.send_single_mails(self.at)
        self.at = self.newsroom.at = end

    def live(self, act: str, how: object) -> None:
        """Let one thing happen."""
        with transaction(self.session):
            edition = getattr(self, f"_{act}")(how)
        if isinstance(edition, Edition):
            self.desk.match(edition, self.at)

    def _publish(self, severity: str) -> Edition:
        return self.newsroom.publish(Alert(severity=severity, lasts=timedelta(days=60)))

    def _latest(self) -> Report | None:
        question = select(Report).where(Report.state == "published").order_by(Report.id.desc())
        return self.session.scalars(question.limit(1)).first()

    def _update(self, _how: object) -> Edition | None:
        report = self._latest()
        return self.newsroom.update(report) if report else None

    def _withdraw(self, _how: object) -> Edition | None:
        if (report := self._latest()) is None:
            return None
        by = self.newsroom.chair
        return reports.withdraw(self.session, report, by=by, at=self.at, because="It was not so.")

    def _actor(self) -> Actor:
        return self.newsroom.actor(self.reader)

    def _wish(self, frequency: str) -> None:
        if self.reader.suspended_at is None:
            wish = Wish(places=["KE"], frequency=frequency)
            subscriptions.subscribe(self.session, wish, by=self._actor(), at=self.at)

    def _end(self, _how: object) -> None:
        for one in subscriptions_of(self.session, self.reader.id)[:1]:
            by = (self.reader.id, "the reader")
            subscriptions.end(self.session, one, reason="unsubscribed", by=by, at=self.at)

    def _hours(self, how: tuple[int, str, tuple[int, int] | None]) -> None:
        hour, zone, quiet = how
        hours = subscriptions.Hours(hour, hour % 7, *(quiet or (None, None)))
        subscriptions.choose_hours(self.session, hours, zone=zone, by=self._actor(), at=self.at)

    def _later_today(self, hours: int) -> None:
        local = (self.at + timedelta(hours=hours)).astimezone(ZoneInfo(self.reader.time_zone))
        self._hours((local.hour, self.reader.time_zone, None))

    def _suspend(self, _how: object) -> None:
        self.reader.suspended_at = None if self.reader.suspended_at else self.at
        self.newsroom.renew(self.reader.id)


@settings(max_examples=8)
@given(turns=TURNS, first=st.sampled_from([DAILY, WEEKLY]), zone=ZONES, hour=HOURS)
def test_everything_held_is_told_once_or_left_out_with_a_reason(
    migrated_sqlite: Path,
    tmp_path_factory: pytest.TempPathFactory,
    turns: list[tuple[Act, list[Act], int, bool]],
    first: str,
    zone: str,
    hour: int,
) -> None:
    folder = tmp_path_factory.mktemp("weeks")
    shutil.copyfile(migrated_sqlite, folder / "osac.db")
    url = f"sqlite:///{folder}/osac.db"
    engine = open_engine(url)
    own = load_settings({**USUAL, "OSAC_DATABASE_URL": url, "OSAC_DATA_DIR": str(folder)})
    with session_factory(engine)() as session:
        with transaction(session):
            newsroom = Newsroom(session, BEGIN)
            reader = newsroom.member(READER)
        weeks = Weeks(newsroom, Desk(engine, own), reader, BEGIN)
        weeks.live("hours", (hour, zone, None))
        weeks.live("wish", first)
        for published, changes, hours, is_working in turns:
            for act in (published, *changes):
                weeks.live(*act)
            weeks.pass_by(hours, working=is_working)
        weeks.pass_by(24 * 14, every=13)
        _check_ledger(session)
        _check_mails(session, weeks.desk)
    engine.dispose()


def _check_ledger(session: Session) -> None:
    session.rollback()
    rows = session.scalars(select(Delivery)).all()
    assert {row.state for row in rows} <= {ACCEPTED, SKIPPED}
    assert all(row.reason for row in rows if row.state == SKIPPED)
    assert len({(row.edition_id, row.person_id) for row in rows}) == len(rows)
    digests = session.scalars(select(Digest)).all()
    assert len({one.period for one in digests}) == len(digests)
    for digest in digests:
        states = {row.state for row in rows if row.digest_id == digest.id}
        # Nothing is ever empty, and a digest is sent exactly when it tells of something.
        assert states
        assert digest.state == (ACCEPTED if ACCEPTED in states else SKIPPED)


def _check_mails(session: Session, desk: Desk) -> None:
    """Count in the mails themselves how often a report was told of."""
    accepted = Counter(
        session.scalars(
            select(Report.public_id)
            .join(Edition, Edition.report_id == Report.id)
            .join(Delivery, Delivery.edition_id == Edition.id)
            .where(Delivery.state == ACCEPTED)
        )
    )
    mails = desk.mails(READER)
    assert len(mails) < 50, "the folder shows no more"
    told = Counter[str]()
    for mail in mails:
        found = Counter({one: mail.text.count(f"/reports/{one}\n") for one in accepted})
        if "igest" in mail.subject:
            assert set(found.values()) <= {0, 1}
        told += Counter({one: 1 for one, times in found.items() if times})
    assert all(told[one] <= accepted[one] for one in accepted)
    assert all(told[one] for one in accepted)


@given(zone=ZONES, hour=HOURS, start=st.integers(0, 365 * 24), away=st.integers(0, 2000))
def test_digest_hour_is_kept_through_the_year_and_each_date_has_one(
    zone: str, hour: int, start: int, away: int
) -> None:
    def following(moment: datetime) -> datetime:
        return next_daily(moment, zone, hour)

    due = following(BEGIN + timedelta(hours=start))
    back = due + timedelta(hours=away)
    latest, later = caught_up(due, following, back)
    assert latest <= back < later
    days = [latest, later]
    for _ in range(40):
        days.append(following(days[-1]))
    assert len({period_of(DAILY, day, zone) for day in days}) == len(days)
    for before, after in pairwise(days):
        assert timedelta(hours=22) <= after - before <= timedelta(hours=26)
    local = [day.astimezone(ZoneInfo(zone)) for day in days]
    assert sum(one.hour != hour for one in local) <= 2
