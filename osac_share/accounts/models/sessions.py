"""Signed-in browsers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id


class UserSession(Base):
    """One signed-in browser. Only a digest of its secret is kept; ending it is immediate.

    A session that `needs_factor` is half a session until `strong_at` says when a second factor
    was shown in it: to every page but those on which one is shown, its person is a stranger.
    `fresh_at` is when they last proved that it is still they who sit there.
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    needs_factor: Mapped[bool] = mapped_column(default=False)
    strong_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(45))
