"""Reports that are published with a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from osac_share.kernel.db import transaction
from osac_share.kernel.files import Folder, receive
from osac_share.reports import actions as reports
from tests.support.factories import MOMENT, Words, make_draft

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast


def with_file(
    session: Session,
    cast: Cast,
    settings: Settings,
    content: bytes,
    *,
    name: str = "Plan.pdf",
    marking: str = "GREEN",
    at: datetime = MOMENT,
) -> Report:
    """Publish a report of Kenya's council that carries a file."""
    amara, store = cast.actors["amara"], Folder(settings.files_dir)
    received = receive(
        io.BytesIO(content),
        name,
        store=store,
        scratch=store.root / "incoming",
        largest=10**6,
        at=at,
    )
    with transaction(session):
        words = Words(title="Footpaths of Nairobi", marking=marking)
        report, draft = make_draft(session, cast.kenya, by=amara, words=words)
        reports.attach(session, report, draft, received, most=1, by=amara, at=at)
        reports.publish(session, report, draft, by=amara, at=at)
    return report
