"""Taking in what others published. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.councils.policy import audience_of
from osac_share.exchange import documents, queries
from osac_share.kernel import outbox
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.text import RENDERER
from osac_share.reports.events import ReportsImported
from osac_share.reports.models import (
    PUBLISHED,
    Edition,
    EditionAudience,
    EditionPlace,
    RenderedEdition,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.exchange.documents import RelayedText, Wording
    from osac_share.exchange.queries import Print

BATCH = 100
"""How many texts are stored in one transaction, more or less: a report is never divided."""

MARKING = "CLEAR"


@dataclass
class Outcome:
    """What became of the lines of a file; the lists hold one sentence for each line."""

    unchanged: int = 0
    taken: int = 0
    new_reports: int = 0
    filed_under_other: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Tell whether every line of the file is now held."""
        return not self.unplaced and not self.refused


def sift(
    lines: Iterable[tuple[int, bytes]],
    held: dict[tuple[str, int], Print],
    outcome: Outcome,
    *,
    at: datetime,
) -> list[RelayedText]:
    """Return the texts among `lines` that are not held yet, in the order of the file.

    Nothing is cleaned or rendered here, so that a file taken in before costs seconds.

    Args:
        lines: numbered lines of JSON.
        held: what is held already, by source key and number; what is new is added.
        outcome: counts the unchanged, and explains what cannot be taken.
        at: now, in UTC; nobody has published anything later than that.

    """
    new = []
    try:
        for number, raw in lines:
            text = _placed(number, raw, outcome, at=at)
            if text is not None and _is_new(text, held, outcome):
                new.append(text)
    except RuleBroken as problem:
        # The file ended before its time; what was read of it still counts.
        outcome.refused.append(problem.message)
    return new


def _placed(number: int, raw: bytes, outcome: Outcome, *, at: datetime) -> RelayedText | None:
    try:
        return documents.place(number, documents.read_line(raw), at=at)
    except documents.Unplaced as problem:
        outcome.unplaced.append(f"line {number}: {problem.message}")
    except RuleBroken as problem:
        outcome.refused.append(f"line {number} {problem.message}")
    return None


def _is_new(text: RelayedText, held: dict[tuple[str, int], Print], outcome: Outcome) -> bool:
    name = (text.source_key, text.number)
    own = queries.Print(text.published_at, text.digest)
    known = held.setdefault(name, own)
    if known is own:
        return True
    if known == own:
        outcome.unchanged += 1
    else:
        outcome.refused.append(
            f"line {text.line} differs from what is held as edition {text.number} of "
            f"“{text.title}”; a published edition is never changed"
        )
    return False


def batches(texts: Iterable[RelayedText]) -> Iterator[list[RelayedText]]:
    """Yield texts in batches of about `BATCH`, each report's editions together and in order."""
    batch: list[RelayedText] = []
    ordered = sorted(texts, key=lambda one: (one.source_key, one.published_at, one.number))
    for _key, editions in groupby(ordered, key=lambda one: one.source_key):
        batch += editions
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def word(texts: Iterable[RelayedText], outcome: Outcome) -> list[Wording]:
    """Return how `texts` read here; those without words are explained in `outcome`."""
    wordings = []
    for text in texts:
        try:
            wordings.append(documents.word(text))
        except RuleBroken as problem:
            outcome.refused.append(f"line {text.line} {problem.message}")
        else:
            if text.chapter.slug == documents.OTHER:
                outcome.filed_under_other.append(f"line {text.line}: {text.title}")
    return wordings


def store(
    session: Session, wordings: Sequence[Wording], outcome: Outcome, *, file: str, at: datetime
) -> None:
    """Store new editions with all that belongs to them: one batch, one transaction.

    The newest edition of each report becomes its current one, whatever the order in which
    editions came. Nobody is alerted; the event makes the reports findable.

    Args:
        session: the session of the transaction.
        wordings: new editions, those of one report in one batch.
        outcome: counts what was taken.
        file: the name under which the record keeps the act.
        at: now, in UTC.

    """
    report_ids = _store_reports(session, wordings, outcome, at=at)
    _store_editions(session, wordings, report_ids, at=at)
    settle(session, sorted(report_ids.values()), at=at)
    outcome.taken += len(wordings)
    record_act(
        session,
        "reports.import",
        by=SYSTEM,
        at=at,
        object_kind="publisher",
        object_id=documents.ISSUER,
        file=file,
        editions=len(wordings),
        reports=sorted(report_ids),
    )
    outbox.record(session, ReportsImported(tuple(sorted(report_ids.values()))), at=at)


def _store_reports(
    session: Session, wordings: Sequence[Wording], outcome: Outcome, *, at: datetime
) -> dict[str, int]:
    firsts = {one.text.source_key: one.text for one in reversed(wordings)}
    known = queries.report_ids(session, firsts)
    rows = [_report_row(text, at) for key, text in firsts.items() if key not in known]
    if rows:
        made = insert(Report).returning(Report.source_key, Report.id)
        known |= {str(row[0]): row[1] for row in session.execute(made, rows)}
    outcome.new_reports += len(rows)
    return known


def _report_row(text: RelayedText, at: datetime) -> dict[str, Any]:
    return {
        "kind": text.kind,
        "origin": queries.IMPORTED,
        "state": PUBLISHED,
        "issuer": documents.ISSUER,
        "chapter": text.chapter.slug,
        "source_key": text.source_key,
        "created_at": at,
        "changed_at": at,
    }


def _store_editions(
    session: Session, wordings: Sequence[Wording], report_ids: dict[str, int], *, at: datetime
) -> None:
    rows = [_edition_row(one, report_ids[one.text.source_key], at) for one in wordings]
    made = insert(Edition).returning(Edition.id, sort_by_parameter_order=True)
    numbered = list(zip(session.scalars(made, rows), wordings, strict=True))
    audience = sorted(audience_of(MARKING, (), None))
    session.execute(
        insert(EditionAudience),
        [{"edition_id": key, "token": token} for key, _ in numbered for token in audience],
    )
    session.execute(
        insert(EditionPlace),
        [
            {"edition_id": key, "country": country, "place": place}
            for key, one in numbered
            for country, place in one.text.places
        ],
    )
    session.execute(
        insert(RenderedEdition),
        [{"edition_id": key, "renderer": RENDERER, "html": one.html} for key, one in numbered],
    )


def _edition_row(wording: Wording, report_id: int, at: datetime) -> dict[str, Any]:
    text = wording.text
    return {
        "report_id": report_id,
        "number": text.number,
        "title": text.title,
        "summary": wording.summary,
        "sections": wording.sections,
        "marking": MARKING,
        "level": text.level,
        "source_url": documents.SITE,
        "text_digest": text.digest,
        "published_at": text.published_at,
        "updated_at": at,
    }


def settle(session: Session, reports: Sequence[int], *, at: datetime) -> None:
    """Make each report's newest edition current, and call major what really changed its words."""
    newest = []
    weights: dict[bool, list[int]] = {True: [], False: []}
    for report_id, editions in queries.histories(session, reports).items():
        current = editions[-1]
        newest.append(
            {
                "id": report_id,
                "current_edition_id": current.id,
                "published_at": current.published_at,
                "changed_at": at,
            }
        )
        before: tuple[object, ...] | None = None
        for edition in editions:
            is_major, before = edition.words != before, edition.words
            if edition.is_major != is_major:
                weights[is_major].append(edition.id)
    session.execute(update(Report), newest)
    for is_major, found in weights.items():
        if found:
            session.execute(update(Edition).where(Edition.id.in_(found)).values(is_major=is_major))
