"""Keeping answers for programs that ask twice. Nothing here commits."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from osac_share.api.documents.problems import KeyUsed
from osac_share.api.models import KeptAnswer
from osac_share.api.policy import KEPT_FOR
from osac_share.api.queries import find_kept

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def recall(
    session: Session, token_id: int, key: str, print_: str, *, at: datetime
) -> KeptAnswer | None:
    """Return what was answered when this request came before; None if it never did.

    Whoever sends the same twice at once waits here, until the first is committed.

    Args:
        session: the session of the act.
        token_id: whose key it is: others may have the same.
        key: what the program calls its request.
        print_: what tells the request from others.
        at: now, in UTC.

    Raises:
        KeyUsed: the key came before with another request.

    """
    _take_turn(session, token_id, key)
    kept = find_kept(session, token_id, key, since=at - KEPT_FOR)
    if kept is not None and kept.print != print_:
        raise KeyUsed("This idempotency key came before, with another request.")
    return kept


def keep(session: Session, answer: KeptAnswer) -> None:
    """Keep an answer for whoever sends the same request again, in the place of an outdated one."""
    session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.token_id == answer.token_id, KeptAnswer.key == answer.key
        )
    )
    session.add(answer)
    session.flush()


def forget_old(session: Session, *, at: datetime) -> int:
    """Delete answers that nobody may ask for again, and return how many there were."""
    gone = delete(KeptAnswer).where(KeptAnswer.at <= at - KEPT_FOR).returning(KeptAnswer.id)
    return len(session.execute(gone).all())


def _take_turn(session: Session, token_id: int, key: str) -> None:
    # On SQLite whoever writes has locked the whole database.
    if session.connection().dialect.name == "postgresql":
        lock = zlib.crc32(f"answer {token_id} {key}".encode())
        session.execute(select(func.pg_advisory_xact_lock(lock)))
