"""The stream of changes: what readers of reports must know of, one row each, in its order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

PUBLISHED = "published"
UPDATED = "updated"
ENDED = "ended"
WITHDRAWN = "withdrawn"
KINDS = (PUBLISHED, UPDATED, ENDED, WITHDRAWN)
"""A report is new; another edition of it holds; it holds no more; it was taken back."""


class Change(Base):
    """Something happened to a report that its readers must know.

    Ids ascend in the order in which rows become readable: whoever has read up to one finds
    everything later behind it, and `at` never goes back. Ids stay inside, since the gaps between
    them would tell how much somebody may not see; outside a change is called by its public id.
    """

    __tablename__ = "report_change"
    __table_args__ = (UniqueConstraint("edition_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
