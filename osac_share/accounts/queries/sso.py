"""Who is known by which account at a provider of single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def find_identity(session: Session, issuer: str, subject: str) -> Identity | None:
    """Return the link of an account at a provider, or None."""
    question = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    return session.scalar(question)


def identities_of(session: Session, person_id: int, issuer: str) -> Sequence[Identity]:
    """Return what a person has linked of a provider: one account, or none."""
    question = select(Identity).where(Identity.person_id == person_id, Identity.issuer == issuer)
    return session.scalars(question).all()
