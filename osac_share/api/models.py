"""Answers that are kept for programs that ask twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base


class KeptAnswer(Base):
    """What a program was told about a request that it named with an idempotency key.

    `print` recognizes the request, so that the same key for another one is refused. An answer
    holds no words of a report: only where it is, and how it stands.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("access_token.id"))
    key: Mapped[str] = mapped_column(String(255))
    print: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
