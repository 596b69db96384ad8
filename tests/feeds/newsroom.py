"""A council's newsroom for tests: it publishes, corrects, updates and ends reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.models import Council
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import HOLDS, WITHDRAWN, Edition, Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

TEXT = "Avoid the port. See [the map](/countries/MX) & stay > 2 km away."


class Newsroom:
    """What a council does, each act committed at once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with transaction(session):
            self.council = Council(slug="arcadia", name="Arcadia Council")
            session.add(self.council)

    def publish(
        self,
        title: str,
        *,
        at: datetime,
        marking: str = "CLEAR",
        addressees: Sequence[str] = (),
        countries: Sequence[str] = ("MX",),
        topics: Sequence[str] = ("crime",),
        is_exercise: bool = False,
    ) -> Report:
        """Publish the first edition of an alert."""
        report = Report(
            kind="alert",
            council_id=self.council.id,
            is_exercise=is_exercise,
            created_at=at,
            changed_at=at,
        )
        self._issue(report, 1, title, marking, addressees, countries, topics, at=at)
        return report

    def update(
        self,
        report: Report,
        title: str,
        *,
        at: datetime,
        is_major: bool = True,
        marking: str = "CLEAR",
        countries: Sequence[str] = ("MX",),
        change_note: str = "",
        outcome: str = HOLDS,
    ) -> None:
        """Publish the next edition of a report."""
        number = max(edition.number for edition in report.editions) + 1
        self._issue(
            report,
            number,
            title,
            marking,
            (),
            countries,
            ("crime",),
            at=at,
            is_major=is_major,
            change_note=change_note,
            outcome=outcome,
        )

    def _issue(  # noqa: PLR0913 -- an edition has that many fields.
        self,
        report: Report,
        number: int,
        title: str,
        marking: str,
        addressees: Sequence[str],
        countries: Sequence[str],
        topics: Sequence[str],
        *,
        at: datetime,
        is_major: bool = True,
        change_note: str = "",
        outcome: str = HOLDS,
    ) -> None:
        with transaction(self.session) as session:
            draft = Edition(
                report=report,
                number=number,
                title=title,
                summary=f"In short: {title}",
                sections=[] if outcome == WITHDRAWN else [{"heading": "Event", "body": TEXT}],
                marking=marking,
                addressees=list(addressees),
                is_major=is_major,
                change_note=change_note,
                outcome=outcome,
                updated_at=at,
            )
            draft.locate([(country, "") for country in countries])
            draft.about(topics)
            session.add(draft)
            session.flush()
            actions.issue(session, report, draft, published_by=None, at=at)

    def expire(self, report: Report, *, at: datetime) -> None:
        """Let a report's time run out."""
        with transaction(self.session) as session:
            actions.expire(session, report, at=at)

    def end(self, report: Report, state: str, *, at: datetime) -> None:
        """Declare that a report holds no longer."""
        title = report.editions[-1].title
        self.update(report, title, at=at, outcome=state, change_note="It is over.")
