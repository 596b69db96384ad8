"""A council that publishes, a minute after the other; each change is told of at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.exchange.actions import follow
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from osac_share.reports.models import Contents
from tests.support.factories import Words, make_report, make_update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report
    from tests.support.cast import Cast


class Newsroom:
    """Publishes for Kenya's council, and for Nigeria's."""

    def __init__(self, session: Session, cast: Cast, at: datetime) -> None:
        self.session, self.cast, self.at = session, cast, at

    def publish(self, words: Words | None = None, *, council: str = "kenya") -> Report:
        council_, by = self._chair(council)
        with transaction(self.session):
            report, _edition = make_report(
                self.session, council_, by=by, words=words or Words(), at=self._later()
            )
        return self._told(report)

    def update(self, report: Report, words: Words | None = None) -> Edition:
        with transaction(self.session):
            edition = make_update(
                self.session, report, by=self._amara, words=words or Words(), at=self._later()
            )
        self._told(report)
        return edition

    def end(self, report: Report, outcome: str) -> None:
        """End a report by an edition that says so: all clear or canceled."""
        with transaction(self.session):
            at = self._later()
            draft = reports.begin_update(
                self.session, report, by=self._amara, at=at, outcome=outcome
            )
            said = replace(Contents.of(draft), change_note="It is over.")
            reports.revise(self.session, report, draft, said, by=self._amara, at=at)
            reports.publish(self.session, report, draft, by=self._amara, at=at)
        self._told(report)

    def withdraw(self, report: Report) -> None:
        """Take a report back."""
        with transaction(self.session):
            reports.withdraw(
                self.session, report, by=self._amara, at=self._later(), because="It was wrong."
            )
        self._told(report)

    def expire(self, report: Report) -> None:
        """Let a report run out."""
        with transaction(self.session):
            reports.expire(self.session, report, at=self._later(8 * 24 * 60))
        self._told(report)

    def play(self) -> None:
        """Let reports live each kind of life: seven versions for Kenya's members."""
        lifted = self.publish()
        self.update(lifted, Words(title="Nairobi: march moved", places=(("KE", ""), ("TZ", ""))))
        self.end(lifted, "all_clear")
        self.withdraw(self.publish(Words(marking="AMBER")))
        self.expire(self.publish(Words(marking="CLEAR", topics=())))
        self.publish(Words(marking="AMBER_STRICT", title='"<b>&\u202e\ud7ff' + "x" * 200))

    @property
    def _amara(self) -> Actor:
        return self.cast.actors["amara"]

    def _chair(self, council: str) -> tuple[Council, Actor]:
        if council == "kenya":
            return self.cast.kenya, self._amara
        return self.cast.nigeria, self.cast.actors["chidi"]

    def _later(self, minutes: int = 1) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    def _told(self, report: Report) -> Report:
        with transaction(self.session):
            follow(self.session, (report.id,), at=self._later())
        return report
