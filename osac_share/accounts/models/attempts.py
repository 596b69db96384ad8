"""Attempts to prove to be somebody, and browsers in which somebody did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base


class AttemptEntry(Base):
    """One try that has not turned out right. It counts from the moment at which it begins.

    `account` is a digest: people type passphrases where their address belongs. `device` is that
    of a browser known to be the account's own, whose tries are counted by themselves.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_account", "scope", "account", "at"),
        Index("ix_attempt_network", "scope", "network", "at"),
        Index("ix_attempt_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Device(Base):
    """A browser in which a person has signed in. Only a digest of its cookie is kept."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("person_id", "token_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_digest: Mapped[str] = mapped_column(String(64))
    known_at: Mapped[datetime]
    seen_at: Mapped[datetime]
