"""What the occasion of a digest is called, what stands in it, and whose link it has. Pure.

An occasion, a period, is had once by each person: a date or a week of the reader's own calendar,
or the end of a burst.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from osac_share.delivery.models import BURST, CAP, DAILY, WEEKLY
from osac_share.delivery.policy.links import named_by, signed
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from osac_share.delivery.models import Digest

MOST_WRITTEN_OUT = 100
"""So many reports a digest tells of in words; of the rest it says how many they are."""

UNSUBSCRIBE_DIGEST = "unsubscribe-digest"

_MARKINGS = [marking.code for marking in taxonomy.markings()]


def period_of(pace: str, due: datetime, zone: str) -> str:
    """Return what the occasion of a digest that was due at a moment is called.

    Args:
        pace: `DAILY` or `WEEKLY`.
        due: when it was due, aware.
        zone: the IANA name of the reader's zone.

    Returns:
        `daily/2026-03-02` or, with the week of ISO 8601, `weekly/2026-W10`.

    """
    there = due.astimezone(ZoneInfo(zone))
    if pace == DAILY:
        return f"{DAILY}/{there:%Y-%m-%d}"
    year, week, _ = there.isocalendar()
    return f"{WEEKLY}/{year}-W{week:02}"


def burst_period(council_id: int | None, at: datetime) -> str:
    """Return what the end of a council's burst is called; 0 stands for no council."""
    return f"{BURST}/{council_id or 0}/{at:%Y-%m-%dT%H:%M:%SZ}"


def cap_period(at: datetime) -> str:
    """Return what the mail is called that tells somebody of all that was too much for a day."""
    return f"{CAP}/{at:%Y-%m-%dT%H:%M:%SZ}"


def pace_of(period: str) -> str:
    """Return what a period is one of: `DAILY`, `WEEKLY`, `BURST` or `CAP`."""
    return period.partition("/")[0]


def caught_up(
    due: datetime, following: Callable[[datetime], datetime], at: datetime
) -> tuple[datetime, datetime]:
    """Return the latest moment that has passed at `at`, and the first that has not.

    Args:
        due: a moment that has passed.
        following: returns the moment after a given one.
        at: now.

    """
    while (later := following(due)) <= at:
        due = later
    return due, later


def digest_token(secret: str, public_id: str) -> str:
    """Return the signed name of a digest: its holder may stop digests like it, nothing else."""
    return signed(secret, UNSUBSCRIBE_DIGEST, public_id)


def digest_named_by(secret: str, token: str) -> str | None:
    """Return the public id that a token names, or None when we did not sign it for this."""
    return named_by(secret, UNSUBSCRIBE_DIGEST, token)


def strictest(markings: Iterable[str]) -> str:
    """Return the marking that binds most, which is that of the whole; there must be one."""
    return max(markings, key=_MARKINGS.index)


@dataclass(frozen=True, slots=True)
class Told:
    """One edition that somebody is to be told of in a digest, and what orders it.

    Attributes:
        delivery_id: its row in the ledger.
        report_id: the report's.
        edition_id: the edition's.
        number: that of the edition among those of its report.
        urgency: see `URGENCY`; the smaller, the graver.
        marking: its code.
        wish: what the subscription asked for, in words.

    """

    delivery_id: int
    report_id: int
    edition_id: int
    number: int
    urgency: int
    marking: str
    wish: str


@dataclass(slots=True)
class Contents:
    """What a digest would tell its reader now, and which rows it would not, with the reason."""

    digest: Digest
    address: str
    told: list[Told] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    new_reasons: dict[int, int] = field(default_factory=dict)
    """By row the subscription that asks for it, where that by which it was matched has ended."""


@dataclass(frozen=True, slots=True)
class Item:
    """A report in a digest: its newest edition there, and how many updates there are in all."""

    newest: Told
    updates: int


def items_of(told: Iterable[Told]) -> list[Item]:
    """Return the reports that a digest tells of, each once; the gravest first, then the newest."""
    editions = defaultdict(list)
    for one in told:
        editions[one.report_id].append(one)
    newest = [max(group, key=lambda one: one.number) for group in editions.values()]
    newest.sort(key=lambda one: (one.urgency, -one.edition_id))
    return [Item(one, updates=_updates(editions[one.report_id])) for one in newest]


def _updates(editions: Sequence[Told]) -> int:
    # A single one says in its title which update it is.
    return sum(one.number > 1 for one in editions) if len(editions) > 1 else 0
