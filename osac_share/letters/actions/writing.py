"""Writing a letter into the transaction of the act that it tells of. Nothing here commits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from osac_share.kernel.leases import WAITING
from osac_share.kernel.mail import clean_address
from osac_share.kernel.text import clean_line
from osac_share.letters.models import Letter
from osac_share.letters.policy import written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from osac_share.letters.models import Link

Word = str | int | datetime


def write(
    session: Session,
    purpose: str,
    *,
    to: str,
    at: datetime,
    person_id: int | None = None,
    link: Link | None = None,
    **words: Word | Sequence[str],
) -> Letter:
    """Write a letter; it is committed with the act or not at all, and then sent by the worker.

    Args:
        session: the session of the act.
        purpose: names the template, `templates/letters/<purpose>.txt`.
        to: the address it goes to.
        at: now, in UTC.
        person_id: whose account it is about. It is not sent while they are suspended, so
            leave this out where that is what the letter is to tell.
        link: what `link_url` and `until` in the template are of; once it is used, nothing goes.
        words: what else the template says, never a secret. A moment is written out; each
            text becomes one line, so that nobody's words look like our paragraphs.

    Raises:
        RuleBroken: the address is not one.

    """
    letter = Letter(
        purpose=purpose,
        person_id=person_id,
        address=clean_address(to),
        words={name: _kept(word) for name, word in words.items()},
        link_id=None if link is None else link.id,
        created_at=at,
        state=WAITING,
        available_at=at,
    )
    session.add(letter)
    session.flush()
    return letter


def _kept(word: Word | Sequence[str]) -> str | int | list[str]:
    if isinstance(word, datetime):
        return written_out(word)
    if isinstance(word, int):
        return word
    return clean_line(word) if isinstance(word, str) else [clean_line(one) for one in word]
