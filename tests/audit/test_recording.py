"""Entries come into the record with the act, at the end of its transaction, one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, update

from osac_share.accounts.models import Organization
from osac_share.audit import policy, queries
from osac_share.audit.actions import SYSTEM, record, record_once_an_hour
from osac_share.audit.models import DONE, REFUSED, AuditEntry
from osac_share.kernel.db import session_factory, transaction
from tests.support.factories import MOMENT, make_organization

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

AT_ONCE = 4
ROUNDS = 8


def note(session: Session, name: str = "x", action: str = "a.b") -> None:
    record(session, action, by=SYSTEM, at=MOMENT, object_kind="house", object_id=name)


def names(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.object_id).order_by(AuditEntry.id)))


def test_entries_are_numbered_without_a_gap_and_hold_the_digest_before(
    session: Session, written: None
) -> None:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.id for one in entries] == list(range(1, len(entries) + 1))
    assert [one.previous for one in entries] == [policy.NOTHING, *(e.digest for e in entries[:-1])]
    assert queries.find_break(session) is None


def test_entry_says_who_did_what_to_what_when_from_where_and_with_what_outcome(
    session: Session, written: None
) -> None:
    entry = queries.get_entry(session, 2)
    assert (entry.actor_id, entry.actor, entry.action) == (7, "Amara Chair", "report.publish")
    assert (entry.object_kind, entry.object_id, entry.at) == ("report", "public-id-0", MOMENT)
    assert (entry.address, entry.outcome) == ("192.0.2.7", DONE)
    assert entry.detail == {"audience": ["members", "staff"], "edition": 0}


def test_what_was_refused_is_on_record_as_refused(session: Session) -> None:
    with transaction(session):
        note(session, action="session.refuse")
    assert queries.get_entry(session, 1).outcome == REFUSED


def test_nothing_is_recorded_of_an_act_that_failed(session: Session) -> None:
    def fail() -> None:
        with transaction(session):
            note(session, "undone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with transaction(session):
        note(session, "done")
    assert names(session) == ["done"]


def test_nothing_is_recorded_of_an_act_that_was_never_finished(session: Session) -> None:
    session.connection()
    note(session, "left")
    session.close()
    with transaction(session):
        note(session, "done")
    assert names(session) == ["done"]


def test_nothing_is_recorded_of_what_a_savepoint_took_back(session: Session) -> None:
    with transaction(session):
        note(session, "before")
        with session.begin_nested():
            note(session, "kept")
        undone = session.begin_nested()
        with session.begin_nested():
            note(session, "inner")
        note(session, "outer")
        undone.rollback()
        note(session, "after")
    assert names(session) == ["before", "kept", "after"]


def test_entries_come_last_so_that_an_act_waits_for_others_only_at_its_end(
    session: Session, engine: Engine
) -> None:
    seen: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda _1, _2, words, *_: seen.append(words.split()[2])
    )
    with transaction(session):
        note(session)
        make_organization(session, "First")
        session.add(Organization(name="Second", type="company", sector="other"))
    assert seen[-1] == "audit_entry"
    assert "organization" in seen[-4:-1]


def test_many_acts_at_once_make_one_chain_and_none_waits_for_ever(
    engine: Engine, session: Session
) -> None:
    with transaction(session):
        key = make_organization(session).id
    together = Barrier(AT_ONCE)

    def act(number: int) -> None:
        # Half of them record first and then want the row; the others the other way around.
        renaming = update(Organization).where(Organization.id == key)
        with session_factory(engine)() as own:
            together.wait(30)
            for _ in range(ROUNDS):
                with transaction(own):
                    if number % 2:
                        note(own, f"by {number}")
                    own.execute(renaming.values(sector=f"sector {number}"))
                    note(own, f"by {number}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, range(AT_ONCE)))
    assert queries.find_break(session) is None
    assert len(names(session)) == AT_ONCE * ROUNDS * 3 // 2


@pytest.mark.parametrize("name", policy.SAID)
def test_digest_is_taken_over_everything_that_an_entry_says(name: str) -> None:
    said = dict.fromkeys(policy.SAID, "word")
    assert policy.digest_of(said) != policy.digest_of({**said, name: "words"})


def test_digest_of_an_entry_is_the_same_for_ever() -> None:
    said = {
        **dict.fromkeys(policy.SAID, "é"),
        "at": policy.moment_text(MOMENT),
        "detail": {"b": 1, "a": [None, True]},
        "id": 1,
    }
    assert policy.digest_of(said) == (
        "da4cfebb1c4cde1fd53159bc87c84096ac9ff1505c8995b6b656c4b96d12bc83"
    )


def test_same_act_is_recorded_once_an_hour(session: Session) -> None:
    for minutes in (0, 29, 30, 31):
        with transaction(session):
            read(session, minutes)
    assert names(session) == ["r1", "r1"]  # MOMENT is half past an hour.


def test_same_act_at_the_same_moment_is_recorded_once(engine: Engine, session: Session) -> None:
    together = Barrier(AT_ONCE)

    def act(_number: int) -> None:
        with session_factory(engine)() as own:
            together.wait(30)
            with transaction(own):
                read(own, 0)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, range(AT_ONCE)))
    assert names(session) == ["r1"]


def test_others_and_other_objects_are_recorded_for_themselves(session: Session) -> None:
    with transaction(session):
        read(session, 0)
    with transaction(session):
        read(session, 0, person=8)
    with transaction(session):
        read(session, 0, name="r2")
    assert names(session) == ["r1", "r1", "r2"]


def read(session: Session, minutes: int, *, person: int = 7, name: str = "r1") -> None:
    record_once_an_hour(
        session,
        "report.read",
        by=(person, "Amara Chair"),
        at=MOMENT + timedelta(minutes=minutes),
        object_kind="report",
        object_id=name,
    )
