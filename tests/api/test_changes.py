"""The stream of changes: whoever reads it misses nothing, gets nothing twice, and sees no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from osac_share.app import create_app
from osac_share.councils import actions as councils
from osac_share.councils.models import Council
from osac_share.councils.policy import MEMBER
from osac_share.exchange.models import Change
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import downgrade, upgrade
from osac_share.promises import end_what_expired
from osac_share.reports import actions as reports
from osac_share.reports.models import ALL_CLEAR, Contents, Edition, Report
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.cast import recall
from tests.support.factories import Words, make_report, make_update
from tests.support.programs import ask, problem, said
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker
    from time_machine import Traveller

    from osac_share.councils.policy import Actor
    from osac_share.settings import Settings
    from tests.api.conftest import Hold
    from tests.support.cast import Cast
    from tests.support.postgres import Postgres

pytestmark = pytest.mark.usefixtures("clock")

PUBLISHED_BY_EACH = 12


class Follower:
    """A program that keeps up with the stream, a few changes at a time."""

    def __init__(self, program: Client, token: str, limit: int = 3) -> None:
        """Begin at the beginning."""
        self._program, self._token, self._limit = program, token, limit
        self.cursor: str | None = None
        self.seen: list[dict[str, Any]] = []

    def poll(self) -> int:
        """Read what there is by now, and return how many changes that was."""
        before = len(self.seen)
        while True:
            query = f"limit={self._limit}" + (f"&cursor={self.cursor}" if self.cursor else "")
            told = said(ask(self._program, self._token, f"/api/v1/changes?{query}"))
            self.seen += told["changes"]
            self.cursor = told["cursor"]
            if not told["more"]:
                return len(self.seen) - before

    @property
    def told(self) -> list[tuple[str, str, int]]:
        """Return kind, report and edition of each change."""
        return [(one["kind"], one["report"]["id"], one["edition"]) for one in self.seen]


@pytest.fixture
def worker(settings: Settings, engine: Engine) -> Iterator[Worker]:
    with Worker(settings, engine) as working:
        yield working


def end(session: Session, report: Report, *, by: Actor, at: datetime) -> None:
    draft = reports.begin_update(session, report, by=by, at=at, outcome=ALL_CLEAR)
    contents = replace(Contents.of(draft), change_note="It is over.")
    reports.revise(session, report, draft, contents, by=by, at=at)
    reports.publish(session, report, draft, by=by, at=at)


def test_the_whole_life_of_reports_is_told_in_its_order(
    program: Client,
    session: Session,
    cast: Cast,
    hold: Hold,
    at: datetime,
    worker: Worker,
    clock: Traveller,
) -> None:
    amara, follower = cast.actors["amara"], Follower(program, hold("dora"))
    assert follower.poll() == 0
    assert follower.cursor is None
    with transaction(session):
        first, _ = make_report(session, cast.kenya, by=amara, at=at)
        second, _ = make_report(session, cast.kenya, by=amara, at=at)
        third, _ = make_report(session, cast.kenya, by=amara, at=at)
        one, two, three = (report.public_id for report in (first, second, third))
    worker.drain()
    assert follower.poll() == 3
    with transaction(session):
        make_update(session, first, by=amara, at=at)
        end(session, second, by=amara, at=at)
    worker.drain()
    follower.poll()
    with transaction(session):
        reports.withdraw(session, first, by=amara, at=at, because="It was wrong.")
    clock.shift(timedelta(days=8))
    end_what_expired(session, at + timedelta(days=8))
    worker.drain()
    follower.poll()
    assert follower.poll() == 0
    assert follower.told == [
        *(("published", report, 1) for report in (one, two, three)),
        *(("updated", one, 2), ("ended", two, 2)),
        *(("withdrawn", one, 3), ("ended", three, 1)),
    ]
    # Whoever begins now is told of what is left: of what was withdrawn, the tombstone.
    late = Follower(program, hold("dora"), limit=100)
    late.poll()
    assert late.told == [change for change in follower.told if change[1] != one or change[2] == 3]


def test_nobody_is_told_of_what_they_may_not_see_and_new_sight_is_noticed(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime, worker: Worker
) -> None:
    amara, token = cast.actors["amara"], hold("chidi")
    with transaction(session):
        green, _ = make_report(session, cast.kenya, by=amara, at=at)
        for marking in ("AMBER", "RED"):
            named = (f"person:{cast.dora.id}",) if marking == "RED" else ()
            words = Words(marking=marking, addressees=named)
            make_report(session, cast.kenya, by=amara, words=words, at=at)
    worker.drain()
    everything = said(ask(program, hold("dora"), "/api/v1/changes"))["changes"]
    assert [one["report"]["marking"] for one in everything] == ["TLP:GREEN", "TLP:AMBER"]
    told = said(ask(program, token, "/api/v1/changes"))
    assert [one["report"]["id"] for one in told["changes"]] == [green.public_id]
    # The cursor is the name of a change, and counts nothing that is hidden.
    assert told["cursor"] == told["changes"][0]["id"]
    with transaction(session):
        make_update(session, green, by=amara, words=Words(marking="AMBER"), at=at)
    worker.drain()
    assert said(ask(program, token, "/api/v1/changes"))["changes"] == []
    with transaction(session):
        councils.seat(session, cast.kenya, cast.chidi.id, MEMBER, at=at)
        councils.renew_clearance(session, cast.chidi.id, at=at)
    wider = said(ask(program, token, "/api/v1/changes"))
    assert wider["sight"] != told["sight"]
    assert len(wider["changes"]) == 3


@pytest.mark.one_database
@pytest.mark.parametrize("cursor", ["x", "", "0" * 20, "1", "%00", "é"])
def test_a_cursor_that_is_none_of_ours_is_refused(program: Client, hold: Hold, cursor: str) -> None:
    assert problem(ask(program, hold("dora"), f"/api/v1/changes?cursor={cursor}"))[0] == 400


@pytest.mark.one_database
def test_a_program_that_polls_while_others_publish_misses_nothing_and_repeats_nothing(
    settled_postgres: Postgres, environment: dict[str, str], at: datetime
) -> None:
    # SQLite has one writer at a time; what could go wrong can only go wrong here.
    with settled_postgres.fresh_database() as url:
        settings = load_settings({**environment, "OSAC_DATABASE_URL": url})
        engine = open_engine(url)
        try:
            race(create_app(settings, engine), engine, settings, at)
        finally:
            engine.dispose()


def race(app: Flask, engine: Engine, settings: Settings, at: datetime) -> None:
    """Let two publish, two workers tell of it, and one program follow, all at once."""
    maker = session_factory(engine)
    with maker() as session:
        cast = recall(session, at=at)
        assert cast is not None
        _token, shown = make_api_token(session, cast.dora, settings, at=at)
        kenya_id = cast.kenya.id
    amara = cast.actors["amara"]

    def work() -> None:
        with Worker(settings, engine) as own:
            while not writing_is_over():
                own.drain()
            own.drain()

    follower = Follower(Client(app), shown)
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, maker, kenya_id, amara, at) for _ in range(2)]

        def writing_is_over() -> bool:
            return all(one.done() for one in writers)

        workers = [pool.submit(work) for _ in range(2)]
        while not all(one.done() for one in (*writers, *workers)):
            follower.poll()
        for one in (*writers, *workers):
            one.result()
    follower.poll()
    with maker() as session:
        question = select(Report.public_id, Edition.number)
        published = session.execute(question.join(Edition, Edition.report_id == Report.id)).all()
    check(follower.told, [(row[0], row[1]) for row in published])


def write(maker: sessionmaker[Session], council_id: int, by: Actor, at: datetime) -> None:
    """Publish reports and an update of each, one after the other."""
    with maker() as session:
        for _ in range(PUBLISHED_BY_EACH):
            with transaction(session):
                council = session.get_one(Council, council_id)
                report, _edition = make_report(session, council, by=by, at=at)
            with transaction(session):
                make_update(session, session.get_one(Report, report.id), by=by, at=at)


def check(told: list[tuple[str, str, int]], published: list[tuple[str, int]]) -> None:
    """Find every edition told of once, each report's in their order."""
    assert sorted((report, edition) for _kind, report, edition in told) == sorted(published)
    assert len(told) == 2 * 2 * PUBLISHED_BY_EACH
    for public_id in {report for report, _edition in published}:
        kinds = [kind for kind, report, _edition in told if report == public_id]
        assert kinds == ["published", "updated"]


def test_what_was_published_before_there_was_a_stream_is_in_it(
    session: Session, engine: Engine, cast: Cast, at: datetime, worker: Worker, clock: Traveller
) -> None:
    amara = cast.actors["amara"]
    for hours in (0, 1):
        with transaction(session):
            report, _ = make_report(session, cast.kenya, by=amara, at=at + timedelta(hours=hours))
    with transaction(session):
        make_update(session, report, by=amara, at=at + timedelta(hours=2))
    clock.shift(timedelta(days=7, hours=1))
    end_what_expired(session, at + timedelta(days=7, hours=1))
    worker.drain()
    session.rollback()
    maker = session_factory(engine)

    def stream() -> list[tuple[str, int, int]]:
        question = select(Change.kind, Change.report_id, Change.edition_id).order_by(Change.id)
        # A table that somebody reads cannot be dropped.
        with maker() as reading:
            return [(row[0], row[1], row[2]) for row in reading.execute(question)]

    once = stream()
    assert [kind for kind, *_ in once] == ["published", "published", "updated", "ended"]
    downgrade(engine, "0013")
    upgrade(engine)
    assert stream() == once
