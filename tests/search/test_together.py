"""Readers and writers of one index, on one machine or on several, and what stops them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import QueuePool, delete

from osac_share.kernel.db import open_engine
from osac_share.search.index import Reader, Rows, Writer, locking, parse
from osac_share.search.index.writing import BatchWriter
from osac_share.search.models import IndexBusy, IndexDamaged
from osac_share.search.models.stored import IndexLock
from tests.search.homes import LIBRARY, filled, found, held, hold, write_on
from tests.support.application import FORKING
from tests.support.editions import EVERYONE, edition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.process import BaseProcess
    from multiprocessing.synchronize import Event
    from pathlib import Path

    from osac_share.search.models import Document
    from tests.search.homes import Home, RowsHome

QUESTION = parse("night")


def test_a_reader_goes_on_while_the_index_is_swapped_under_it(home: Home) -> None:
    reader = filled(home, LIBRARY)
    expected = repr(reader.search(QUESTION, EVERYONE))
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answer = repr(reader.search(QUESTION, EVERYONE))
            except IndexDamaged as damage:
                answer = str(damage)
            if answer != expected:
                wrong.append(answer)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for _ in range(5):
        Writer(home.keeper()).rebuild([LIBRARY])
        Writer(home.keeper()).put([one for one in LIBRARY if one.report_id < 4])
    done.set()
    for asker in askers:
        asker.join()
    assert wrong == []
    assert home.generations() == 1


def test_what_one_machine_writes_another_finds(rows: RowsHome) -> None:
    elsewhere = open_engine(rows.address)
    here, there = rows.keeper(), Rows(elsewhere)
    Writer(here).rebuild([LIBRARY])
    reader = Reader(there, look_every=0)
    assert reader.search(parse("quartz"), EVERYONE).total == 0
    Writer(here).put([edition(9001, text="quartz")])
    assert reader.search(parse("quartz"), EVERYONE).total == 1
    Writer(there).put([edition(9002, text="quartz")])
    assert Reader(here).search(parse("quartz"), EVERYONE).total == 2
    elsewhere.dispose()


def test_nobody_holds_a_connection_between_questions(rows: RowsHome) -> None:
    reader = filled(rows, LIBRARY)
    Writer(rows.keeper()).put([edition(9001, text="quartz")])
    assert reader.search(parse("quartz"), EVERYONE).total == 1
    pool = rows.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


def test_a_second_writer_waits_for_the_first(home: Home) -> None:
    filled(home, LIBRARY)
    problems: list[Exception] = []

    def put(start: int) -> None:
        writer = Writer(home.keeper())
        try:
            for number in range(start, start + 5):
                writer.put([edition(number, text="quartz")])
        except (IndexBusy, IndexDamaged) as problem:
            problems.append(problem)

    writers = [threading.Thread(target=put, args=(start,)) for start in (8000, 9000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert found(home, "quartz") == 10


def test_of_two_writers_that_meet_without_a_lock_one_is_refused(
    rows: RowsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(rows, LIBRARY)
    first, second = Writer(rows.keeper()), Writer(rows.keeper())
    begin = BatchWriter.forget

    def meet(writer: BatchWriter, report_ids: frozenset[int]) -> None:
        begin(writer, report_ids)
        if 8001 in report_ids:
            rows.run(delete(IndexLock))
            second.put([edition(9001, text="quartz")])

    monkeypatch.setattr(BatchWriter, "forget", meet)
    with pytest.raises(IndexBusy):
        first.put([edition(8001, text="quartz")])
    assert held(rows) == {one.edition_id for one in LIBRARY} | {9001}
    first.put([edition(8002, text="quartz")])
    assert found(rows, "quartz") == 2


def test_of_two_rebuilds_that_meet_without_a_lock_one_is_refused(rows: RowsHome) -> None:
    second = Writer(rows.keeper())

    def meeting() -> Iterator[list[Document]]:
        yield LIBRARY
        rows.run(delete(IndexLock))
        second.rebuild([LIBRARY])

    with pytest.raises(IndexBusy):
        Writer(rows.keeper()).rebuild(meeting())
    assert (rows.generations(), held(rows)) == (1, {one.edition_id for one in LIBRARY})


def test_a_writer_gives_up_on_a_lock_that_is_held_until_its_holder_dies(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, LIBRARY)
    monkeypatch.setattr("osac_share.search.index.writing.PATIENCE_S", 0.2)
    with beside(hold, home, tmp_path) as holder:
        with pytest.raises(IndexBusy):
            Writer(home.keeper()).put([edition(1)])
        holder.kill()
        monkeypatch.setattr(locking, "DEAD_AFTER_S", 0.5)
        Writer(home.keeper()).put([edition(9001, text="quartz")])
    assert found(home, "quartz") == 1


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_old_index_or_the_new(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, LIBRARY)
    monkeypatch.setattr(locking, "DEAD_AFTER_S", 0.5)
    chance = Random(43)  # noqa: S311
    for _ in range(4):
        with beside(write_on, home, tmp_path) as one:
            time.sleep(chance.random())
            one.kill()
        assert held(home) >= {one.edition_id for one in LIBRARY}
        Writer(home.keeper()).put([edition(9003, text="quartz")])
        assert found(home, "quartz") == 1
    assert Writer(home.keeper()).rebuild([LIBRARY]) == len(LIBRARY)
    assert (home.generations(), home.segments()) == (1, 1)


@contextmanager
def beside(
    work: Callable[[str, str, Event], None], home: Home, passing: Path
) -> Iterator[BaseProcess]:
    """Yield a process that has begun some work on the same index; it is killed at the end."""
    began = FORKING.Event()
    process = FORKING.Process(target=work, args=(home.address, str(passing), began))
    process.start()
    try:
        assert began.wait(30)
        yield process
    finally:
        process.kill()
        process.join()
