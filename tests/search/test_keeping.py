"""The index is kept equal to the database, and comes back by itself."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from osac_share.kernel.db import transaction
from osac_share.reports.models import Edition, EditionAudience, Report
from osac_share.search.actions import (
    CHECK_EVERY,
    Repair,
    Upkeep,
    open_upkeep,
    put_reports,
    sync,
)
from osac_share.search.cli import search
from osac_share.search.documents import documents, facts
from osac_share.search.index import open_reader, open_writer, parse
from osac_share.search.models import IndexDamaged
from osac_share.search.models.stored import IndexFile
from osac_share.settings.sections import Search
from tests.search.homes import RowsHome
from tests.support.factories import Words, make_report, make_update, sections_saying

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.search.models import SearchIndex, SearchWriter
    from osac_share.settings import Settings
    from tests.support.cast import Cast


@pytest.fixture
def reader(settings: Settings, engine: Engine) -> SearchIndex:
    return open_reader(settings, engine, look_every=0)


@pytest.fixture
def writer(settings: Settings, engine: Engine) -> SearchWriter:
    return open_writer(settings, engine)


@pytest.fixture
def upkeep(settings: Settings, engine: Engine) -> Upkeep:
    return open_upkeep(settings, engine)


@pytest.fixture
def reports(session: Session, cast: Cast) -> list[Report]:
    """Return three reports, the last with two editions."""
    amara = cast.actors["amara"]
    with transaction(session):
        made = [
            make_report(session, cast.kenya, by=amara, words=Words(title=f"Curfew {number}"))[0]
            for number in range(3)
        ]
        make_update(session, made[2], by=amara, words=Words(title="Curfew lifted"))
    return made


def equal(session: Session, reader: SearchIndex) -> bool:
    return reader.stamps() == {one.edition_id: one.stamp for one in facts(session)}


def test_documents_carry_what_is_searched_and_who_may_see_it(
    session: Session, reports: list[Report], cast: Cast
) -> None:
    first, second = documents(session, [reports[2].id])
    assert (first.number, first.current, second.number, second.current) == (1, False, 2, True)
    assert second.title == "Curfew lifted"
    assert "a march at noon" in second.text
    assert second.countries == {"KE"}
    assert second.topics == {"civil-unrest"}
    assert second.regions == {"AF"}
    assert (second.council, second.kind, second.marking) == ("kenya", "alert", "GREEN")
    assert first.sight == second.audience == {"members", "staff", f"chair:{cast.kenya.id}"}


def test_any_change_that_is_indexed_changes_the_stamp(
    session: Session, reports: list[Report]
) -> None:
    before = {one.edition_id: one.stamp for one in facts(session)}
    edition = reports[0].current_edition_id
    changes = [
        update(Report).where(Report.id == reports[0].id).values(state="expired"),
        update(Edition).where(Edition.id == edition).values(marking="AMBER"),
        update(Edition).where(Edition.id == edition).values(text_digest="another text"),
        delete(EditionAudience).where(EditionAudience.edition_id == edition),
    ]
    seen = {before[edition or 0]}
    for change in changes:
        with transaction(session):
            session.execute(change)
        now = {one.edition_id: one.stamp for one in facts(session)}
        assert now[edition or 0] not in seen
        seen.add(now.pop(edition or 0))
        assert now == {key: stamp for key, stamp in before.items() if key != edition}


def test_a_missing_index_is_built(
    session: Session, reports: list[Report], reader: SearchIndex, writer: SearchWriter
) -> None:
    assert sync(session, reader, writer) == Repair(put=4, rebuilt=True)
    assert equal(session, reader)
    assert sync(session, reader, writer) == Repair()


def test_what_differs_is_mended_and_nothing_else_is_written(
    session: Session, reports: list[Report], reader: SearchIndex, writer: SearchWriter
) -> None:
    sync(session, reader, writer)
    with transaction(session):
        reports[0].state = "expired"
        reports[1].current_edition_id = None
    assert sync(session, reader, writer) == Repair(put=1, removed=1)
    assert equal(session, reader)
    generation = reader.generation()
    assert sync(session, reader, writer) == Repair()
    assert reader.generation() == generation


def test_putting_a_report_twice_changes_nothing(
    session: Session, reports: list[Report], reader: SearchIndex, writer: SearchWriter
) -> None:
    sync(session, reader, writer)
    for _ in range(2):
        put_reports(session, writer, [reports[0].id, reports[0].id, reports[2].id, 10**6])
    assert equal(session, reader)


def test_the_check_is_due_at_the_start_and_every_minute(
    session: Session, reports: list[Report], upkeep: Upkeep, reader: SearchIndex, at: datetime
) -> None:
    assert upkeep.check(session, at=at)
    assert not upkeep.check(session, at=at)
    with transaction(session):
        reports[0].state, reports[0].changed_at = "expired", at + timedelta(seconds=1)
    assert not upkeep.check(session, at=at + CHECK_EVERY / 2)
    assert not equal(session, reader)
    assert upkeep.check(session, at=at + CHECK_EVERY)
    assert equal(session, reader)
    assert not upkeep.check(session, at=at + 2 * CHECK_EVERY)


@pytest.mark.parametrize("url", ["whoosh:", "database:"])
def test_an_index_that_is_deleted_comes_back_with_the_next_report(
    session: Session,
    reports: list[Report],
    settings: Settings,
    engine: Engine,
    at: datetime,
    url: str,
) -> None:
    settings = settings.model_copy(update={"search": Search(url=url)})
    reader, upkeep = open_reader(settings, engine, look_every=0), open_upkeep(settings, engine)
    upkeep.check(session, at=at)
    if url == "database:":
        RowsHome(engine).empty()
    else:
        shutil.rmtree(settings.data.dir / "search")
    with pytest.raises(IndexDamaged):
        reader.search(parse("curfew"), frozenset({"public"}))
    upkeep.put(session, [reports[0].id])
    assert upkeep.check(session, at=at)
    assert equal(session, reader)


def test_a_segment_that_is_lost_is_noticed_by_the_next_check(
    session: Session, reports: list[Report], settings: Settings, engine: Engine, at: datetime
) -> None:
    settings = settings.model_copy(update={"search": Search(url="database:")})
    reader, upkeep = open_reader(settings, engine, look_every=0), open_upkeep(settings, engine)
    upkeep.check(session, at=at)
    upkeep.check(session, at=at)
    RowsHome(engine).run(delete(IndexFile))
    assert upkeep.check(session, at=at + CHECK_EVERY)
    assert equal(session, reader)


def test_what_a_new_index_holds_is_not_written_again_when_its_events_come(
    session: Session, reports: list[Report], upkeep: Upkeep, reader: SearchIndex, at: datetime
) -> None:
    upkeep.check(session, at=at)
    upkeep.check(session, at=at)
    generation = reader.generation()
    with transaction(session):
        reports[1].state = "expired"
    upkeep.put(session, [reports[0].id, reports[2].id])
    assert reader.generation() == generation
    upkeep.put(session, [report.id for report in reports])
    assert reader.generation() != generation
    assert equal(session, reader)


def test_a_report_that_changed_and_changed_back_is_put_again(
    session: Session, reports: list[Report], upkeep: Upkeep, reader: SearchIndex, at: datetime
) -> None:
    upkeep.check(session, at=at)
    for state in ("expired", "published"):
        with transaction(session):
            reports[0].state = state
        upkeep.put(session, [reports[0].id])
        assert equal(session, reader)


@pytest.mark.one_database
def test_the_command_builds_the_index_anew(
    session: Session,
    reports: list[Report],
    environment: dict[str, str],
    settings: Settings,
    reader: SearchIndex,
) -> None:
    outcome = CliRunner(env=environment).invoke(search, ["rebuild"])
    assert outcome.exit_code == 0, outcome.output
    assert outcome.stdout == "The search index holds 4 editions.\n"
    assert outcome.stderr == "4 of 4 editions\n"
    assert equal(session, reader)


def test_every_edition_is_indexed_when_there_are_many_batches(
    session: Session,
    cast: Cast,
    reader: SearchIndex,
    writer: SearchWriter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("osac_share.search.documents.BATCH", 5)
    monkeypatch.setattr("osac_share.search.index.writing.SEGMENT_DOCUMENTS", 10)
    with transaction(session):
        for number in range(23):
            words = Words(title=f"Notice {number}", sections=sections_saying(f"quartz{number}"))
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    assert sync(session, reader, writer).put == 23
    clearance = cast.actors["dora"].clearance
    assert reader.search(parse("quartz22"), clearance).total == 1
    assert reader.search(parse("notice"), clearance).total == 23
