"""The outbox: leases, fences, pauses and parking."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.kernel import outbox
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.outbox import LEASE, MAX_ATTEMPTS, Claim, Event, OutboxRow
from osac_share.reports.events import EditionPublished, ReportsImported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


class PowerCutError(Exception):
    """The end of the process, for these tests."""


@pytest.fixture(autouse=True)
def _only_real_events() -> Iterator[None]:
    known = dict(Event.registry)
    yield
    Event.registry.clear()
    Event.registry.update(known)


def record(session: Session, count: int, *, at: datetime) -> None:
    with transaction(session):
        for number in range(count):
            outbox.record(session, EditionPublished(number, 100 + number), at=at)


def claim(session: Session, *, at: datetime, limit: int = 100) -> list[Claim]:
    with transaction(session):
        return outbox.claim(session, at=at, limit=limit)


def finish(session: Session, claims: list[Claim], *, at: datetime) -> int:
    with transaction(session):
        return outbox.finish(session, claims, at=at)


def postpone(session: Session, taken: Claim, problem: str, *, at: datetime) -> None:
    with transaction(session):
        outbox.postpone(session, taken, problem, at=at)


def only_row(session: Session) -> OutboxRow:
    session.expire_all()
    return session.scalars(select(OutboxRow)).one()


def test_event_comes_back_as_it_was_recorded(session: Session, at: datetime) -> None:
    record(session, 1, at=at)
    assert [taken.event for taken in claim(session, at=at)] == [EditionPublished(0, 100)]


def test_event_with_several_ids_comes_back_equal(session: Session, at: datetime) -> None:
    imported = ReportsImported((3, 1, 2))
    with transaction(session):
        outbox.record(session, imported, at=at)
    (taken,) = claim(session, at=at)
    assert taken.event == imported
    assert hash(taken.event) == hash(imported)


def test_event_is_not_there_when_its_act_is_rolled_back(session: Session, at: datetime) -> None:
    def fail_to_publish() -> None:
        with transaction(session):
            outbox.record(session, EditionPublished(1, 1), at=at)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        fail_to_publish()
    assert claim(session, at=at) == []


def test_oldest_events_are_claimed_first_and_no_more_than_asked(
    session: Session, at: datetime
) -> None:
    record(session, 7, at=at)
    editions = [[taken.event for taken in claim(session, at=at, limit=3)] for _ in range(4)]
    assert editions == [
        [EditionPublished(number, 100 + number) for number in numbers]
        for numbers in (range(3), range(3, 6), range(6, 7), range(0))
    ]


def test_claimed_event_is_nobody_elses_until_the_lease_ends(session: Session, at: datetime) -> None:
    record(session, 1, at=at)
    assert claim(session, at=at)
    assert claim(session, at=at + LEASE) == []
    (again,) = claim(session, at=at + LEASE + timedelta(microseconds=1))
    assert again.attempts == 2


def test_finished_event_never_comes_again(session: Session, at: datetime) -> None:
    record(session, 2, at=at)
    assert finish(session, claim(session, at=at), at=at) == 2
    assert claim(session, at=at + timedelta(days=1)) == []


def test_worker_that_stalled_past_its_lease_cannot_finish(session: Session, at: datetime) -> None:
    record(session, 1, at=at)
    stalled = claim(session, at=at)
    later = at + LEASE * 2
    successor = claim(session, at=later)
    assert finish(session, stalled, at=later) == 0
    assert only_row(session).done_at is None
    assert finish(session, successor, at=later) == 1
    assert only_row(session).done_at == later


def test_worker_that_stalled_past_its_lease_cannot_postpone(session: Session, at: datetime) -> None:
    record(session, 1, at=at)
    (stalled,) = claim(session, at=at)
    later = at + LEASE * 2
    claim(session, at=later)
    postpone(session, stalled, "Timeout", at=later)
    row = only_row(session)
    assert row.problem is None
    assert row.lease_until == later + LEASE


def test_nobody_can_postpone_what_is_done(session: Session, at: datetime) -> None:
    record(session, 1, at=at)
    (taken,) = claim(session, at=at)
    finish(session, [taken], at=at)
    postpone(session, taken, "Timeout", at=at)
    assert only_row(session).problem is None


def test_failed_event_waits_longer_each_time_but_never_more_than_an_hour(
    session: Session, at: datetime
) -> None:
    record(session, 1, at=at)
    pauses = []
    for _ in range(MAX_ATTEMPTS - 1):
        (taken,) = claim(session, at=at)
        postpone(session, taken, "ConnectionError", at=at)
        due = only_row(session).available_at
        assert claim(session, at=due - timedelta(microseconds=1)) == []
        pauses.append(due - at)
        at = due
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=2)
    assert pauses[-1] <= timedelta(hours=1)


def test_event_that_keeps_failing_is_parked_with_its_problem(
    session: Session, at: datetime
) -> None:
    record(session, 1, at=at)
    for _ in range(MAX_ATTEMPTS):
        (taken,) = claim(session, at=at)
        postpone(session, taken, "x" * 9000, at=at)
        at += timedelta(hours=1)
    row = only_row(session)
    assert row.parked_at is not None
    assert row.problem == "x" * 500
    assert claim(session, at=at + timedelta(days=365)) == []


def test_event_whose_worker_was_killed_many_times_is_still_tried(
    session: Session, at: datetime
) -> None:
    # A crash says nothing about the event: its neighbors in the batch died with it.
    record(session, 1, at=at)
    for _ in range(MAX_ATTEMPTS + 3):
        (taken,) = claim(session, at=at)
        at += LEASE * 2
    assert finish(session, [taken], at=at) == 1


def test_event_that_no_program_knows_does_not_keep_its_neighbors_waiting(
    session: Session, at: datetime
) -> None:
    record(session, 3, at=at)
    with transaction(session):
        session.execute(update(OutboxRow).where(OutboxRow.id == 1).values(kind="MoonRose"))
        session.execute(update(OutboxRow).where(OutboxRow.id == 2).values(payload={"moon": 1}))
    assert [taken.id for taken in claim(session, at=at)] == [3]
    with session:
        unreadable = session.scalars(select(OutboxRow).where(OutboxRow.id < 3)).all()
        assert all(row.parked_at == at and row.problem for row in unreadable)


def test_two_claimers_at_once_never_share_an_event(engine: Engine, at: datetime) -> None:
    maker = session_factory(engine)
    with maker() as session:
        record(session, 60, at=at)
    start = threading.Barrier(4)

    def work(_: int) -> list[int]:
        taken: list[int] = []
        start.wait(10)
        with maker() as session:
            for _ in range(10):
                taken += [one.id for one in claim(session, at=at, limit=5)]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [number for numbers in pool.map(work, range(4)) for number in numbers]
    assert len(taken) == len(set(taken))
    with maker() as session:
        taken += [one.id for one in claim(session, at=at)]
    assert len(taken) == len(set(taken)) == 60


def test_claimer_passes_over_what_another_is_claiming(engine: Engine, at: datetime) -> None:
    if engine.dialect.name == "sqlite":
        return  # A second claimer waits there: SQLite has one writer.
    maker = session_factory(engine)
    with maker() as session:
        record(session, 4, at=at)
    with maker() as first, maker() as second, transaction(first), transaction(second):
        mine = outbox.claim(first, at=at, limit=2)
        theirs = outbox.claim(second, at=at, limit=2)
    assert ([one.id for one in mine], [one.id for one in theirs]) == ([1, 2], [3, 4])


@pytest.mark.one_database
def test_event_is_known_by_the_name_of_its_class() -> None:
    @dataclass(frozen=True, slots=True)
    class SunSet(Event):
        place_id: int

    assert Event.registry["SunSet"] is SunSet
    assert SunSet(4).payload() == {"place_id": 4}
