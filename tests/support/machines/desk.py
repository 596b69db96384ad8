"""A council's desk for tests: it publishes, updates, lifts, ends and withdraws public alerts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.cap.actions import Issuer
from osac_share.cap.models import CapMessage
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import ACTIVE, ALERT, ALL_CLEAR, LIFTED, Contents, Place, Window
from tests.support.factories import sections_saying

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report
    from osac_share.settings import Settings

ADVICE = "* Avoid the area.\n* Monitor local media for updates."
WORDS = Contents(
    title="Nairobi and Mombasa: marches to the parliament",
    summary="Marches are expected from noon.",
    sections=[
        {"heading": "Location", "body": "Nairobi and Mombasa, the city centers."},
        {"heading": "Event", "body": "A **march** is expected.\n\nRoads will be closed."},
        {
            "heading": "Actions to take",
            "body": ADVICE,
        },
        {"heading": "Assistance", "body": "Call +254 20 363 6000."},
    ],
    severity="security",
    marking="CLEAR",
    places=[Place("KE", "Nairobi"), Place("KE", "Mombasa")],
    topics=["civil-unrest"],
    alert_kind="demonstration",
    event=Window(),
)
OVER = "It is over."


@dataclass
class Desk:
    """Who publishes for a council, and who issues what that says in CAP."""

    session: Session
    council: Council
    by: Actor
    settings: Settings
    at: datetime

    def __post_init__(self) -> None:
        self.issuer = Issuer(self.settings)

    def publish(self, words: Contents = WORDS, *, is_exercise: bool = False) -> Report:
        """Publish an alert."""
        with transaction(self.session) as session:
            report, draft = actions.begin(
                session,
                kind=ALERT,
                council=self.council,
                by=self.by,
                at=self.at,
                is_exercise=is_exercise,
            )
            self._publish(report, draft, words)
        return report

    def update(
        self, report: Report, words: Contents = WORDS, *, lifted: Sequence[str] = ()
    ) -> None:
        """Publish an update, some of its places lifted."""
        places = [
            Place(one.country, one.name, LIFTED if one.name in lifted else ACTIVE)
            for one in (Place(*one) for one in words.places)
        ]
        words = replace(words, places=places, change_note=words.change_note or "More is known.")
        with transaction(self.session) as session:
            draft = actions.begin_update(session, report, by=self.by, at=self.at)
            self._publish(report, draft, words)

    def hide(self, report: Report) -> None:
        """Publish an update that is for members alone."""
        self.update(report, replace(WORDS, marking="GREEN"))

    def end(self, report: Report, outcome: str, words: Contents = WORDS) -> None:
        """Give the all-clear, or cancel."""
        status = LIFTED if outcome == ALL_CLEAR else ACTIVE
        places = [Place(one[0], one[1], status) for one in words.places]
        words = replace(words, places=places, change_note=OVER, outcome=outcome)
        with transaction(self.session) as session:
            draft = actions.begin_update(session, report, by=self.by, at=self.at, outcome=outcome)
            self._publish(report, draft, words)

    def withdraw(self, report: Report) -> None:
        """Take a report back."""
        with transaction(self.session) as session:
            actions.withdraw(session, report, by=self.by, at=self.at, because="It was wrong.")
        self.issue(report)

    def issue(self, report: Report) -> int:
        """Issue what a report has to say in CAP, as the worker does; return how many messages."""
        with transaction(self.session) as session:
            return self.issuer.issue(session, report.id, at=self.at)

    def messages(self, report: Report) -> list[CapMessage]:
        """Return a report's messages, in order."""
        found = self.session.query(CapMessage).filter_by(report_id=report.id)
        return list(found.order_by(CapMessage.edition_id))

    def _publish(self, report: Report, draft: Edition, words: Contents) -> None:
        ends = None if words.outcome != "holds" else words.expires_at or self.at + timedelta(days=7)
        words = replace(words, expires_at=ends)
        actions.revise(self.session, report, draft, words, by=self.by, at=self.at)
        actions.publish(self.session, report, draft, by=self.by, at=self.at)
        self.issuer.issue(self.session, report.id, at=self.at)
        self.session.refresh(report, ["editions"])


def saying(words: str) -> Contents:
    """Return an alert that says these words wherever it says anything."""
    return replace(WORDS, title=words, summary=words, sections=sections_saying(words))
