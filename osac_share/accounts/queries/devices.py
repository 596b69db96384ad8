"""In which browsers somebody has signed in before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from osac_share.accounts.models import Device, Person
from osac_share.accounts.policy import canonical_email
from osac_share.kernel.ids import digest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DEVICE_LASTS = timedelta(days=180)
"""How long a browser stays known in which nobody signs in."""


def find_device(session: Session, secret: str, email: str, *, at: datetime) -> Device | None:
    """Return the browser that a cookie names, if the account of this address knows it."""
    return session.scalar(
        select(Device)
        .join(Person, Device.person_id == Person.id)
        .where(Device.token_digest == digest(secret), Person.email == canonical_email(email))
        .where(Device.seen_at > at - DEVICE_LASTS)
    )


def is_device_of_anybody(session: Session, secret: str) -> bool:
    """Tell whether a cookie came from us: several people may share one browser."""
    return bool(session.scalar(select(exists().where(Device.token_digest == digest(secret)))))
