"""Sources that are polled, and the queue of what came from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.councils.models import Council
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.reports.models import HOLDS, Report, Section

WAITING = "waiting"
TAKEN = "taken"
ASIDE = "aside"
STATES = (WAITING, TAKEN, ASIDE)

RSS = "rss"
CAP = "cap"
UNKNOWN = ""
"""The kind of a source that was never read."""


class RelaySource(Base):
    """A feed of an embassy or another issuer that a council passes on."""

    __tablename__ = "relay_source"
    __table_args__ = (
        UniqueConstraint("council_id", "url"),
        Index("ix_relay_source_due", "active", "next_check_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    issuer: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20), default=UNKNOWN)
    every_minutes: Mapped[int] = mapped_column(default=15)
    active: Mapped[bool] = mapped_column(default=True)
    etag: Mapped[str] = mapped_column(String(200), default="")
    last_modified: Mapped[str] = mapped_column(String(200), default="")
    checked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    last_problem: Mapped[str] = mapped_column(String(500), default="")
    # The messages that its list only names, and that were fetched: each by a digest.
    fetched: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    council: Mapped[Council] = relationship(lazy="joined", innerjoin=True)


class RelayedItem(Base):
    """One text of a source, as it read when it came. A text that changes is a further revision.

    `former_id` is the item that this one replaces: the same item before its text changed, or
    the message that it names as updated or canceled.
    """

    __tablename__ = "relayed_item"
    __table_args__ = (
        UniqueConstraint("source_id", "guid", "revision"),
        Index("ix_relayed_item_queue", "state", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    source_id: Mapped[int] = mapped_column(ForeignKey("relay_source.id"))
    guid: Mapped[str] = mapped_column(String(500))
    revision: Mapped[int] = mapped_column(default=1)
    former_id: Mapped[int | None] = mapped_column(ForeignKey("relayed_item.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    sections: Mapped[list[Section]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    link: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    severity: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[str] = mapped_column(String(20), default=HOLDS)
    is_exercise: Mapped[bool] = mapped_column(default=False)
    # Whether it came signed, and by whose certificate, in words for whoever decides.
    signature: Mapped[str] = mapped_column(String(300), default="", server_default="")
    begins_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default=WAITING)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(500), default="")
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)

    source: Mapped[RelaySource] = relationship(lazy="joined", innerjoin=True)
    report: Mapped[Report | None] = relationship()
    former: Mapped[RelayedItem | None] = relationship(remote_side="RelayedItem.id")

    def settle(self, state: str, *, by: int | None, at: datetime, why: str = "") -> None:
        """Note what was decided about this; without a person, the house decided by itself."""
        self.state, self.decided_by, self.decided_at, self.why = state, by, at, why
