"""Taking in and publishing, as tests of relays do it over and over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.kernel.db import transaction
from osac_share.relays.actions import Choice, take
from osac_share.reports import actions as reports

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.relays.models import RelayedItem
    from osac_share.reports.models import Report
    from tests.support.cast import Cast


def choice(at: datetime, **otherwise: str) -> Choice:
    """Return what somebody may choose for a text."""
    return Choice(
        places=[("KE", "Nairobi")],
        topics=["demonstrations"],
        severity="security",
        expires_at=at + timedelta(days=7),
        change_note="The issuer changed its text.",
        **otherwise,
    )


def taken(
    session: Session, item: RelayedItem, cast: Cast, at: datetime, who: str = "sade"
) -> Report:
    """Take a text in and return its report."""
    with transaction(session):
        return take(session, item, choice(at), by=cast.actors[who], at=at)


def published(session: Session, report: Report, cast: Cast, at: datetime) -> None:
    """Let one person hand a draft in and another approve it."""
    with transaction(session):
        draft = report.draft()
        assert draft is not None
        reports.submit(session, report, draft, by=cast.actors["sade"], at=at)
        reports.approve(session, report, draft, by=cast.actors["ben"], at=at)
    session.expire_all()
