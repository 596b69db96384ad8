"""What can happen to a report that others must hear of."""

from __future__ import annotations

from dataclasses import dataclass

from osac_share.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class EditionPublished(Event):
    """A new edition is out: find those who must hear of it, and make it findable."""

    edition_id: int
    report_id: int


@dataclass(frozen=True, slots=True)
class FilesRead(Event):
    """Files that a new edition carries say something: who looks out for such words must hear."""

    edition_id: int


@dataclass(frozen=True, slots=True)
class ReportEnded(Event):
    """A report has expired or was otherwise brought to its end."""

    report_id: int


@dataclass(frozen=True, slots=True)
class ReportsImported(Event):
    """Texts published elsewhere came in; they are made findable, but nobody is alerted."""

    report_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DraftSubmitted(Event):
    """A draft waits for somebody to look at it: tell those who may.

    `lock` is that of the draft when it was handed in, and tells one round from the next.
    """

    edition_id: int
    lock: int


@dataclass(frozen=True, slots=True)
class DraftDecided(Event):
    """A draft was approved, held back, returned or rejected: tell its authors."""

    edition_id: int
    lock: int
    decision: str
