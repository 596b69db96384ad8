"""By which certificates this house is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.cap.models import SigningCertificate
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def known_certificates(session: Session) -> Sequence[SigningCertificate]:
    """Return every certificate that ever was this house's, the newest first."""
    newest = (SigningCertificate.since.desc(), SigningCertificate.fingerprint)
    return session.scalars(select(SigningCertificate).order_by(*newest)).all()


def acknowledged(session: Session) -> list[SigningCertificate]:
    """Return the certificates whose signatures are genuine, the newest first."""
    return [one for one in known_certificates(session) if one.disowned_at is None]


def get_certificate(session: Session, beginning: str) -> SigningCertificate:
    """Return the one certificate whose fingerprint begins so.

    Raises:
        NotFound: there is none, or more than one.

    """
    said = beginning.replace(":", "").lower()
    found = [one for one in known_certificates(session) if one.fingerprint.startswith(said)]
    if len(found) != 1:
        raise NotFound("There is no one certificate whose fingerprint begins so.")
    return found[0]
