"""An import takes in every text once, in whatever order it comes, and alerts nobody."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.councils.policy import STRANGER, clearance_of
from osac_share.exchange import actions, cli
from osac_share.exchange.actions import Outcome, taking_in
from osac_share.kernel.db import Base, session_factory, transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports import documents, queries
from osac_share.reports.models import Edition, RenderedEdition, Report
from tests.exchange.archive import history, line, packed

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.exchange.documents import RelayedText


def state(session: Session) -> list[tuple[Any, ...]]:
    """Return what readers can see of the imported reports, whoever came first."""
    rows = session.execute(
        select(Report, Edition).join(Edition, Edition.report_id == Report.id)
    ).all()
    return sorted(
        (
            report.source_key,
            report.published_at,
            edition.number,
            edition.id == report.current_edition_id,
            edition.is_major,
            edition.title,
            edition.level,
            edition.published_at,
            documents.body_html(session, edition),
            [(place.country, place.place) for place in edition.places],
        )
        for report, edition in rows
    )


def rows_of_all_tables(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


def test_texts_become_reports_with_their_history(session: Session, tmp_path: Path) -> None:
    outcome = cli.import_file(session, packed(tmp_path / "texts.jsonl.gz", history()))
    assert (outcome.taken, outcome.new_reports, outcome.is_complete) == (5, 2, True)
    advisory, health = session.scalars(select(Report).order_by(Report.source_key)).all()
    assert (advisory.kind, advisory.chapter) == ("advisory", "advisory")
    assert (health.kind, health.chapter) == ("country_information", "health")
    assert (health.origin, health.state, health.issuer) == (
        "import",
        "published",
        "U.S. Department of State",
    )
    assert [edition.number for edition in health.editions] == [1, 2, 3]
    assert [edition.level for edition in advisory.editions] == [2, 4]
    assert health.current_edition_id == health.editions[-1].id
    assert health.published_at == health.editions[-1].published_at


def test_everybody_may_read_what_everybody_may_read_at_the_source(
    session: Session, tmp_path: Path
) -> None:
    cli.import_file(session, packed(tmp_path / "texts.jsonl", history()))
    clearance = clearance_of(STRANGER)
    assert queries.count(session, clearance) == 2
    public_id = session.scalars(select(Report.public_id)).first()
    assert public_id is not None
    report, edition = queries.get_visible(session, public_id, clearance)
    assert edition.marking == "CLEAR"
    assert len(queries.visible_editions(session, report, clearance)) == len(report.editions)


def test_html_of_every_edition_is_kept(session: Session, tmp_path: Path) -> None:
    cli.import_file(session, packed(tmp_path / "texts.jsonl", history()))
    kept = session.scalars(select(RenderedEdition)).all()
    assert len(kept) == 5
    for rendered in kept:
        edition = session.get_one(Edition, rendered.edition_id)
        assert rendered.html == documents.render(edition.sections, base_url=edition.source_url)


def test_only_what_changes_the_words_or_the_level_is_major(
    session: Session, tmp_path: Path
) -> None:
    cli.import_file(session, packed(tmp_path / "texts.jsonl", history()))
    question = select(Edition.title, Edition.number).where(Edition.is_major.is_(False))
    assert [tuple(row) for row in session.execute(question)] == [("Kenya: Health", 2)]


def test_second_run_changes_nothing(session: Session, tmp_path: Path) -> None:
    file = packed(tmp_path / "texts.jsonl.gz", history())
    cli.import_file(session, file)
    before = state(session), rows_of_all_tables(session)
    outcome = cli.import_file(session, file)
    assert (outcome.taken, outcome.unchanged, outcome.is_complete) == (0, 5, True)
    assert (state(session), rows_of_all_tables(session)) == before


def test_line_given_twice_is_taken_once(session: Session, tmp_path: Path) -> None:
    outcome = cli.import_file(session, packed(tmp_path / "texts.jsonl", [line(), line()]))
    assert (outcome.taken, outcome.unchanged) == (1, 1)


@pytest.mark.parametrize("seed", range(6))
def test_order_and_number_of_files_make_no_difference(
    session: Session, tmp_path: Path, seed: int
) -> None:
    expected = tmp_path / "all.jsonl"
    cli.import_file(session, packed(expected, history()))
    in_order = state(session)
    with transaction(session):
        for table in reversed(Base.metadata.sorted_tables):
            if table is not AuditEntry.__table__:  # The record is never emptied.
                session.execute(table.delete())
    texts = history()
    chance = random.Random(seed)  # noqa: S311 -- a shuffle, not a secret.
    chance.shuffle(texts)
    cut = chance.randrange(1, len(texts))
    for part in (texts[:cut], texts[cut:]):
        cli.import_file(session, packed(tmp_path / "part.jsonl", part))
    session.expire_all()
    assert state(session) == in_order


def test_import_that_was_stopped_goes_on_where_it_was(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(taking_in, "BATCH", 1)
    outcome = Outcome()
    first, second = (actions.word(batch, outcome) for batch in actions.batches(sifted(at)))
    with transaction(session):
        actions.store(session, first, outcome, file="texts.jsonl", at=at)
    with suppress(KeyboardInterrupt), transaction(session):
        actions.store(session, second, outcome, file="texts.jsonl", at=at)
        raise KeyboardInterrupt
    assert len(state(session)) == 2
    outcome = cli.import_file(session, packed(tmp_path / "texts.jsonl", history()))
    assert (outcome.taken, outcome.unchanged) == (3, 2)


def test_two_imports_at_once_store_nothing_twice(engine: Engine, at: datetime) -> None:
    wordings = actions.word(sifted(at), Outcome())
    with session_factory(engine)() as one, session_factory(engine)() as other:
        with transaction(one):
            actions.store(one, wordings, Outcome(), file="texts.jsonl", at=at)
        with pytest.raises(RuleBroken, match="Another import"):
            cli.store(other, wordings, Outcome(), "texts.jsonl")
        assert rows_of_all_tables(other)["edition"] == 5


def test_each_batch_is_recorded_and_announced_with_its_reports(
    session: Session, tmp_path: Path
) -> None:
    cli.import_file(session, packed(tmp_path / "texts.jsonl", history()))
    (event,) = session.scalars(select(OutboxRow)).all()
    assert event.kind == "ReportsImported"
    assert event.payload == {"report_ids": sorted(session.scalars(select(Report.id)))}
    (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.actor, entry.detail["editions"]) == ("reports.import", "system", 5)
    assert entry.detail["file"] == "texts.jsonl"


def test_published_edition_is_never_replaced(session: Session, tmp_path: Path) -> None:
    cli.import_file(session, packed(tmp_path / "texts.jsonl", [line()]))
    before = state(session)
    rewritten = line(markdown="# Health\n\nDrink anything.")
    moved = line(published_at="2025-04-01T00:00:00+00:00")
    outcome = cli.import_file(session, packed(tmp_path / "more.jsonl", [rewritten, moved]))
    assert [sentence[:16] for sentence in outcome.refused] == [
        "line 1 differs f",
        "line 2 differs f",
    ]
    assert state(session) == before


def test_lines_that_cannot_be_taken_do_not_stop_the_others(
    session: Session, tmp_path: Path
) -> None:
    lines: list[dict[str, Any] | str] = [
        "{broken",
        line(iso2=None, country="Atlantis"),
        line(),
        line(section="Mombasa", markdown="# Mombasa\n\nText."),
        line(level="Level 9: Panic"),
        line(section="Safety", markdown="null"),
    ]
    outcome = cli.import_file(session, packed(tmp_path / "texts.jsonl", lines))
    assert outcome.taken == 2
    assert outcome.unplaced == ["line 2: “Atlantis” is no country or area that we know"]
    assert [sentence.split(":")[0] for sentence in outcome.refused] == [
        "line 1 is not JSON",
        "line 5 has a level “Level 9",
        "line 6 has no text",
    ]
    assert outcome.filed_under_other == ["line 4: Kenya: Mombasa"]


def test_batches_never_divide_a_report(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(taking_in, "BATCH", 2)
    made = list(actions.batches(sifted(at)))
    assert [[(one.chapter.slug, one.number) for one in batch] for batch in made] == [
        [("advisory", 1), ("advisory", 2)],
        [("health", 1), ("health", 2), ("health", 3)],
    ]


def sifted(at: datetime) -> list[RelayedText]:
    lines = [(number, json.dumps(one).encode()) for number, one in enumerate(history(), 1)]
    return actions.sift(lines, {}, Outcome(), at=at)
