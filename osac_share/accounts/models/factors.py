"""Second factors: what somebody has, besides the passphrase that they know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id


class Authenticator(Base):
    """An app that shows a new code every half minute (RFC 6238).

    Its secret is sealed with a key that is not in the database. `last_step` is the newest half
    minute whose code was used: that one and all before it are spent.
    """

    __tablename__ = "authenticator"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    sealed_secret: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair on somebody's device (Web Authentication); only its public half is known here.

    Identifier and key are base64url. `sign_count` counts signatures where the device does so.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(2800))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """The digest of a challenge that was answered, kept so that none answers twice."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """A code on paper that stands in for a lost factor once. Only its digest is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_person_id", "person_id", "code_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
