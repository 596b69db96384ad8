"""The keys that sign: one at a time, and every certificate remembered.

A private key is in a file and nowhere else. Certificates are in the database: what a key signed
is recognized after it was renewed, and by every process of the installation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from osac_share.audit.actions import SYSTEM, record
from osac_share.cap import queries
from osac_share.cap.models import SigningCertificate
from osac_share.kernel.db import insert_or_leave
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.signatures import fingerprint, in_pem, make_key, write_key

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from osac_share.kernel.signatures import SigningKey


def recognize(session: Session, key: SigningKey, *, at: datetime) -> str:
    """Remember the certificate of a key that is about to sign, and return its fingerprint.

    Raises:
        RuleBroken: it was disowned.

    """
    name = fingerprint(key.certificate)
    known = session.get(SigningCertificate, name)
    if known is not None and known.disowned_at is not None:
        raise RuleBroken("The key that signs was disowned. Run `osac-share signing renew`.")
    if known is None:
        row = {"fingerprint": name, "pem": in_pem(key.certificate), "since": at}
        new = insert_or_leave(session, SigningCertificate).values(row)
        if session.scalar(new.returning(SigningCertificate.fingerprint)) is not None:
            _note(session, "recognize", name, at=at)
    return name


def renew(session: Session, file: Path, url: str, *, at: datetime) -> str:
    """Put a new key in the place of the one in a file, and return its fingerprint.

    What the former key signed stays genuine.
    """
    key = make_key(urlsplit(url).hostname or "osac-share", at=at)
    name = recognize(session, key, at=at)
    write_key(file, key, replacing=True)
    return name


def disown(session: Session, beginning: str, *, at: datetime) -> SigningCertificate:
    """Believe nothing any more that a key signed: somebody else may have it.

    Raises:
        NotFound: there is no one certificate whose fingerprint begins so.

    """
    found = queries.get_certificate(session, beginning)
    if found.disowned_at is None:
        found.disowned_at = at
        _note(session, "disown", found.fingerprint, at=at)
    return found


def _note(session: Session, act: str, name: str, *, at: datetime) -> None:
    record(
        session,
        f"signing_key.{act}",
        by=SYSTEM,
        at=at,
        object_kind="signing_key",
        object_id=name[:20],
    )
