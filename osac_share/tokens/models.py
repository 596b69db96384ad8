"""Tokens by which feed readers and programs act for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

FEED = "feed"
API = "api"
KINDS = (FEED, API)

OWNER = "owner"
ROTATED = "rotated"
FOUND = "found"
ACCOUNT = "account"


class AccessToken(Base):
    """What one program holds to read for one person; of the secret only a digest is kept.

    A token of the kind `feed` is bound to the feed that `feed` describes and reads nothing
    else; one of the kind `api` does what its `scopes` say. `networks` are those from which it
    was used before, and the one in which it was made.
    """

    __tablename__ = "access_token"
    __table_args__ = (Index("ix_access_token_person_id", "person_id", "revoked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(80))
    feed: Mapped[dict[str, Any]] = mapped_column(JSON)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    last_four: Mapped[str] = mapped_column(String(4))
    networks: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    last_address: Mapped[str] = mapped_column(String(45), default="")
    told_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None] = mapped_column(String(20))
