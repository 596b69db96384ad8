"""What holds now of what somebody was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from osac_share.councils.policy import may_see
from osac_share.reports.models import CLOSING, EXPIRED, PUBLISHED, WITHDRAWN, Edition, Report
from osac_share.reports.policy import audience_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session


class Standing(NamedTuple):
    """What became of an edition.

    Attributes:
        is_replaced: another edition took its place.
        has_ended: its report holds no more, in whatever way it ended.
        state: that of its report, its time taken into account.
        shown: report and edition, if whoever asks may read the edition now; else None.

    """

    is_replaced: bool
    has_ended: bool
    state: str
    shown: tuple[Report, Edition] | None
    is_end: bool = False
    """It is the last word itself, and says how its report ended."""

    @property
    def holds(self) -> bool:
        """Tell whether it is what there is to know: in force, or the word that it is over."""
        return not self.is_replaced and (self.is_end or not self.has_ended)


def find_edition(session: Session, edition_id: int) -> tuple[Report, Edition] | None:
    """Return a published edition with its report, whoever may read it."""
    row = session.execute(
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.id == edition_id, Edition.published_at.is_not(None))
    ).first()
    return None if row is None else (row[0], row[1])


def standing_of(
    session: Session,
    report: Report,
    edition: Edition,
    clearance: AbstractSet[str],
    *,
    at: datetime,
) -> Standing:
    """Return what became of an edition by `at`, and show it to those who may read it.

    What is shown follows the rule of sight. That it was replaced, or ended, is told to everybody
    who proved that they have it: they may be about to act on it.
    """
    current = edition
    if report.current_edition_id not in {None, edition.id}:
        current = session.get(Edition, report.current_edition_id) or edition
    expires = current.expires_at
    has_run_out = report.state == PUBLISHED and expires is not None and expires <= at
    state = EXPIRED if has_run_out else report.state
    is_replaced = current.id != edition.id
    is_gone = report.state == WITHDRAWN and is_replaced
    is_visible = not is_gone and all(
        may_see(clearance, audience_of(report, one)) for one in (edition, current)
    )
    return Standing(
        is_replaced=is_replaced,
        has_ended=state != PUBLISHED,
        state=state,
        shown=(report, edition) if is_visible else None,
        is_end=edition.outcome in CLOSING,
    )
