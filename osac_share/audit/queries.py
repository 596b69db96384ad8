"""What the record says, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from osac_share.audit import policy
from osac_share.audit.documents import read_line
from osac_share.audit.models import AuditEntry, AuditMark
from osac_share.audit.policy import START, Link
from osac_share.kernel.errors import NotFound
from osac_share.kernel.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

AT_A_TIME = 500
LATE_AFTER = timedelta(minutes=1)
"""How long an entry may wait for its copy before that is an alarm (AU-5)."""

_ENTRY = AuditEntry.__table__.c
_LAST = Prepared(select(_ENTRY.id, _ENTRY.digest).order_by(_ENTRY.id.desc()).limit(1))
_DONE_SINCE = Prepared(
    select(_ENTRY.id)
    .where(_ENTRY.actor_id == bindparam("person_id"), _ENTRY.at >= bindparam("since"))
    .where(_ENTRY.action == bindparam("action"), _ENTRY.object_id == bindparam("object_id"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of the record somebody looks for; empty fields narrow nothing.

    `actor` is a part of a name, `action` the beginning of an act's name, `object_id` a whole
    public id. From `since` on, and before `until`.
    """

    actor_id: int | None = None
    actor: str = ""
    action: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def last_link(session: Session) -> Link:
    """Return the place of the newest entry."""
    rows = _LAST.rows(session)
    return Link(*rows[0]) if rows else START


def was_recorded(
    session: Session, action: str, *, person_id: int | None, object_id: str, at: datetime
) -> bool:
    """Tell whether this person's same act is on record in the hour of `at`, UTC."""
    since = at.replace(minute=0, second=0, microsecond=0)
    values = {"person_id": person_id, "since": since, "action": action, "object_id": object_id}
    return bool(_DONE_SINCE.rows(session, **values))


def entries(
    session: Session, wanted: Wanted, *, before: int | None = None, limit: int
) -> Sequence[AuditEntry]:
    """Return entries, the newest first, from below the number `before` on."""
    question = _narrowed(select(AuditEntry), wanted).order_by(AuditEntry.id.desc())
    if before is not None:
        question = question.where(AuditEntry.id < before)
    return session.scalars(question.limit(limit)).all()


def _narrowed(question: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.actor_id is not None:
        question = question.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.actor:
        question = question.where(AuditEntry.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        question = question.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.object_id:
        question = question.where(AuditEntry.object_id == wanted.object_id)
    if wanted.since is not None:
        question = question.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        question = question.where(AuditEntry.at < wanted.until)
    return question


def get_entry(session: Session, number: int) -> AuditEntry:
    """Return an entry by its number.

    Raises:
        NotFound: there is none.

    """
    entry = session.get(AuditEntry, number)
    if entry is None:
        raise NotFound
    return entry


def facts_after(session: Session, number: int, *, limit: int = AT_A_TIME) -> list[dict[str, Any]]:
    """Return what the entries after a number say, in their order, as the chain reads them."""
    question = select(AuditEntry.__table__).where(_ENTRY.id > number).order_by(_ENTRY.id)
    rows = session.execute(question.limit(limit)).mappings()
    return [policy.facts_of(dict(row)) for row in rows]


def all_facts(session: Session, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield what the entries after a number say, a few of them in memory at a time."""
    while batch := facts_after(session, after):
        yield from batch
        after = batch[-1]["id"]


def wanted_facts(session: Session, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Yield what the entries say that somebody looks for, oldest first, a few in memory at once."""
    table = AuditEntry.__table__
    question = _narrowed(select(table), wanted).order_by(_ENTRY.id).limit(AT_A_TIME)
    after = 0
    while rows := session.execute(question.where(_ENTRY.id > after)).mappings().all():
        yield from (policy.facts_of(dict(row)) for row in rows)
        after = rows[-1]["id"]


def find_break(session: Session, after: Link = START) -> str | None:
    """Return in a sentence where the chain is broken; None when it is whole."""
    # The marks first: meanwhile the record may only have become longer.
    marks = session.scalars(select(AuditMark).order_by(AuditMark.entry_id.desc())).all()
    for facts in all_facts(session, after.number):
        if broken := policy.break_at(facts, after):
            return broken
        after = Link(facts["id"], facts["digest"])
    for mark in marks:
        at = policy.moment_text(mark.at)
        if mark.entry_id > after.number:
            return f"The record ends with entry {after.number}; on {at} it had {mark.entry_id}."
        if mark.digest != link_before(session, mark.entry_id + 1).digest:
            return f"Entry {mark.entry_id} is not what it was on {at}."
    return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing a copy with the record.

    Attributes:
        held: with which entry the copy ends; all before it are there.
        broken: where the two differ, in a sentence; None when they agree.

    """

    held: int
    broken: str | None = None


def compare(session: Session, lines: Iterable[bytes]) -> Comparison:
    """Compare a copy with the record, a few lines in memory at a time.

    The copy may repeat entries and may end before the record does; it may lack none between.
    """
    lines, held = iter(lines), 0
    while batch := list(islice(lines, AT_A_TIME)):
        # What the copy has was committed before: the record is read as it is now.
        session.rollback()
        copied = [facts for line in batch if (facts := read_line(line))]
        ours = digests(session, [facts["id"] for facts in copied])
        for facts in copied:
            number = facts["id"]
            if broken := _difference(facts, ours.get(number), held):
                return Comparison(held, broken)
            held = max(held, number)
    return Comparison(held)


def _difference(facts: Mapping[str, Any], ours: str | None, held: int) -> str | None:
    number = facts["id"]
    if number > held + 1:
        return f"The copy lacks entry {held + 1}."
    if facts["digest"] != policy.digest_of(facts):
        return f"Entry {number} of the copy was changed after it was written."
    if ours is None:
        return f"Entry {number} is in the copy and not in the record."
    return None if ours == facts["digest"] else f"Entry {number} is not what the copy holds."


def link_before(session: Session, number: int) -> Link:
    """Return the place before a number, as the record has it."""
    found = digests(session, [number - 1])
    return Link(number - 1, found[number - 1]) if found else START


def digests(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Return the digests of entries by their numbers."""
    rows = session.execute(select(_ENTRY.id, _ENTRY.digest).where(_ENTRY.id.in_(numbers)))
    return {row[0]: row[1] for row in rows}


def find_mark(session: Session, copy: str) -> AuditMark | None:
    """Return how far a copy has come, or None where nobody has begun it."""
    return session.get(AuditMark, copy, populate_existing=True)


def waiting_since(session: Session, copy: str) -> datetime | None:
    """Return the moment of the oldest entry that a copy does not have, None if it has all."""
    mark = find_mark(session, copy)
    question = select(AuditEntry.at).where(AuditEntry.id > (mark.entry_id if mark else 0))
    return session.scalar(question.order_by(AuditEntry.id).limit(1))


def is_late(since: datetime | None, *, at: datetime) -> bool:
    """Tell whether what has waited for its copy since then has waited too long."""
    return since is not None and at - since > LATE_AFTER


def find_break_at(session: Session, entry: AuditEntry) -> str | None:
    """Return in a sentence why an entry does not follow the one before; None when it does."""
    facts = policy.facts_of({name: getattr(entry, name) for name in (*policy.SAID, "digest")})
    return policy.break_at(facts, link_before(session, entry.id))
