"""The messages that were issued, byte for byte, and the certificates that they are signed by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base


class SigningCertificate(Base):
    """A certificate by which this house is known, or was.

    What was signed before a key was renewed stays genuine. Only a key that somebody else may
    have is disowned, and then nothing that it signed is believed any more.
    """

    __tablename__ = "signing_certificate"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    pem: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    disowned_at: Mapped[datetime | None]


class CapMessage(Base):
    """What an edition says in CAP. Never changed: others hold it, and refer to it by its name.

    `sent` is the moment of sending as the document writes it, which is part of the name.
    """

    __tablename__ = "cap_message"
    __table_args__ = (
        Index("ix_cap_message_report_id", "report_id"),
        Index("ix_cap_message_made_at", "made_at"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    identifier: Mapped[str] = mapped_column(String(60), unique=True)
    sender: Mapped[str] = mapped_column(String(200))
    sent: Mapped[str] = mapped_column(String(25))
    headline: Mapped[str] = mapped_column(String(160))
    sender_name: Mapped[str] = mapped_column(String(300))
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[str] = mapped_column(ForeignKey("signing_certificate.fingerprint"))
    made_at: Mapped[datetime]
