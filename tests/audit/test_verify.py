"""`osac-share verify` names the first entry that is not as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from osac_share.audit import queries
from osac_share.audit.actions import Copying
from osac_share.audit.cli import verify
from osac_share.audit.models import AuditMark
from osac_share.kernel.db import session_factory
from osac_share.kernel.errors import RuleBroken
from tests.support.factories import MOMENT
from tests.support.tampering import ENTRIES, WRITTEN, change, forge, lift_guard, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    Act = Callable[[int], None]
    Insider = Callable[[Connection], None]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "record.jsonl"


@pytest.fixture
def environment(environment: dict[str, str], copy: Path) -> dict[str, str]:
    return environment | {"OSAC_RECORD_COPY_TO": f"file:{copy}"}


@pytest.fixture
def copied(written: None, engine: Engine, copy: Path) -> None:
    copy.parent.mkdir()
    assert Copying(f"file:{copy}").copy_some(session_factory(engine), at=MOMENT) == WRITTEN


def tamper(engine: Engine, act: Insider) -> None:
    with engine.begin() as connection:
        lift_guard(connection)
        act(connection)


def answer(environment: dict[str, str], *options: str) -> tuple[int, str]:
    """Return the status and the words with which the command ends."""
    outcome = CliRunner(env=environment).invoke(verify, options)
    if isinstance(outcome.exception, RuleBroken):
        return 1, outcome.exception.message
    return outcome.exit_code, outcome.output


def test_whole_record_is_called_whole(
    session: Session, written: None, environment: dict[str, str]
) -> None:
    last = queries.last_link(session).digest
    status, words = answer(environment)
    assert status == 0
    assert f"The record is whole: 6 entries, the last one {last}." in words


def test_empty_record_is_whole(engine: Engine, environment: dict[str, str]) -> None:
    assert answer(environment)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        {"actor": "Amara Chaiq"},
        {"actor_id": 8},
        {"action": "report.publisi"},
        {"object_kind": "repors"},
        {"object_id": "public-id-3"},
        {"outcome": "dond"},
        {"address": "192.0.2.6"},
        {"detail": {"audience": ["members", "staff"], "edition": 1}},
        {"at": MOMENT},
        {"digest": "0" * 64},
    ],
    ids=lambda words: next(iter(words)),
)
def test_one_flipped_byte_is_found(
    engine: Engine, written: None, environment: dict[str, str], words: dict[str, object]
) -> None:
    tamper(engine, lambda connection: change(connection, 4, **words))
    assert answer(environment) == (1, "Entry 4 was changed after it was written.")


def test_removed_entry_is_found(engine: Engine, written: None, environment: dict[str, str]) -> None:
    def remove(connection: Connection) -> None:
        connection.execute(delete(ENTRIES).where(ENTRIES.c.id == 3))

    tamper(engine, remove)
    assert answer(environment) == (1, "Entry 3 is missing.")


def test_removed_entry_is_found_when_the_others_move_up(
    engine: Engine, written: None, environment: dict[str, str]
) -> None:
    def close_the_gap(connection: Connection) -> None:
        connection.execute(delete(ENTRIES).where(ENTRIES.c.id == 3))
        for number in range(4, WRITTEN + 1):
            change(connection, number, id=number - 1)

    tamper(engine, close_the_gap)
    assert answer(environment) == (1, "Entry 3 does not follow from the one before it.")


def test_reordered_entries_are_found(
    engine: Engine, written: None, environment: dict[str, str]
) -> None:
    def swap(connection: Connection) -> None:
        for old, new in ((2, 100), (3, 2), (100, 3)):
            change(connection, old, id=new)

    tamper(engine, swap)
    assert answer(environment) == (1, "Entry 2 does not follow from the one before it.")


def test_forged_entry_is_found(engine: Engine, written: None, environment: dict[str, str]) -> None:
    def add(connection: Connection) -> None:
        last = connection.execute(ENTRIES.select().where(ENTRIES.c.id == WRITTEN)).mappings().one()
        forge(connection, **{**last, "id": WRITTEN + 1, "previous": last["digest"]})

    tamper(engine, add)
    assert answer(environment) == (1, "Entry 7 was changed after it was written.")


def cut(connection: Connection) -> None:
    connection.execute(delete(ENTRIES).where(ENTRIES.c.id > 4))


def test_cut_off_end_is_found_by_the_length_that_was_noted(
    engine: Engine, session: Session, written: None, environment: dict[str, str]
) -> None:
    Copying("").copy_some(session_factory(engine), at=MOMENT)
    tamper(engine, cut)
    words = "The record ends with entry 4; on 2026-03-02T09:30:00.000000Z it had 6."
    assert answer(environment) == (1, words)


def test_cut_off_end_is_found_when_new_entries_have_grown_over_it(
    engine: Engine, act: Act, written: None, environment: dict[str, str]
) -> None:
    Copying("").copy_some(session_factory(engine), at=MOMENT)
    tamper(engine, cut)
    act(3)
    words = "Entry 6 is not what it was on 2026-03-02T09:30:00.000000Z."
    assert answer(environment) == (1, words)


def test_cut_off_end_is_found_by_the_copy(
    engine: Engine, copied: None, environment: dict[str, str]
) -> None:
    def cut_unseen(connection: Connection) -> None:
        cut(connection)
        connection.execute(delete(AuditMark))

    tamper(engine, cut_unseen)
    assert answer(environment) == (1, "Entry 5 is in the copy and not in the record.")


def test_rewritten_history_is_found_by_the_copy(
    engine: Engine, session: Session, copied: None, copy: Path, environment: dict[str, str]
) -> None:
    def falsify(connection: Connection) -> None:
        rewrite(connection, 3, actor="Somebody Else")
        newest = connection.execute(ENTRIES.select().where(ENTRIES.c.id == WRITTEN)).mappings()
        connection.execute(update(AuditMark).values(digest=newest.one()["digest"]))

    tamper(engine, falsify)
    assert queries.find_break(session) is None
    assert answer(environment) == (1, "Entry 3 is not what the copy holds.")
    assert answer(environment, "--copy", str(copy))[0] == 1


def test_copy_that_agrees_is_named(copied: None, act: Act, environment: dict[str, str]) -> None:
    act(2)
    status, words = answer(environment)
    assert status == 0
    assert "The copy holds the first 6 of them, word for word." in words


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (lambda all_: all_[:2] + all_[3:], "The copy lacks entry 3."),
        (lambda all_: all_[:4], "The copy ends with entry 4; 6 were written to it."),
        (
            lambda all_: [line.replace(b"public-id-1", b"public-id-x") for line in all_],
            "Entry 3 of the copy was changed after it was written.",
        ),
        (lambda _all: [], "The copy ends with entry 0; 6 were written to it."),
    ],
    ids=["hole", "short", "changed", "empty"],
)
def test_copy_that_was_changed_is_found(
    copied: None,
    copy: Path,
    environment: dict[str, str],
    lines: Callable[[list[bytes]], list[bytes]],
    sentence: str,
) -> None:
    copy.write_bytes(b"".join(lines(copy.read_bytes().splitlines(keepends=True))))
    assert answer(environment) == (1, sentence)


def test_copy_that_is_gone_is_missed(copied: None, copy: Path, environment: dict[str, str]) -> None:
    copy.unlink()
    assert answer(environment) == (1, "The copy ends with entry 0; 6 were written to it.")


def test_repeated_and_torn_lines_of_a_copy_are_no_harm(
    copied: None, copy: Path, environment: dict[str, str]
) -> None:
    lines = copy.read_bytes().splitlines(keepends=True)
    copy.write_bytes(b"".join([*lines[:4], lines[4][:30] + b"\n", *lines[2:]]))
    assert answer(environment)[0] == 0
