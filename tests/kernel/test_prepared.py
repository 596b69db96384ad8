"""Prepared questions answer as SQLAlchemy's own way does, errors included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from osac_share.accounts.models import Person
from osac_share.kernel.db import transaction
from osac_share.kernel.prepared import Prepared

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast

COLUMNS = Person.__table__.c
STATEMENT = select(COLUMNS.id, COLUMNS.name, COLUMNS.created_at, COLUMNS.staff_roles).where(
    COLUMNS.created_at <= bindparam("until"), COLUMNS.suspended_at.is_(None)
)


def test_rows_are_those_of_the_long_way(session: Session, cast: Cast) -> None:
    until = cast.dora.created_at
    prepared = Prepared(STATEMENT)
    for _ in range(2):
        found = [tuple(row) for row in prepared.rows(session, until=until)]
        assert found == [tuple(row) for row in session.execute(STATEMENT, {"until": until})]
        assert found


def test_naive_moment_is_refused_by_the_column(session: Session, cast: Cast) -> None:
    with pytest.raises(ValueError, match="naive"):
        Prepared(STATEMENT).rows(session, until=cast.dora.created_at.replace(tzinfo=None))


def test_refusal_of_the_database_is_an_error_of_sqlalchemy(session: Session) -> None:
    missing = select(COLUMNS.id).where(COLUMNS.name == bindparam("name"))
    session.connection().exec_driver_sql("ALTER TABLE person RENAME TO somebody")
    with pytest.raises(DBAPIError):
        Prepared(missing).rows(session, name="Ada")
    session.rollback()


def test_question_begins_no_transaction_and_is_part_of_one_that_has_begun(
    session: Session, cast: Cast
) -> None:
    session.rollback()
    until = cast.dora.created_at
    session.rollback()
    prepared = Prepared(STATEMENT)
    everybody = len(prepared.rows(session, until=until))
    assert not session.in_transaction()
    with transaction(session):
        cast.dora.suspended_at = until
        session.flush()
        assert len(prepared.rows(session, until=until)) == everybody - 1
    assert len(prepared.rows(session, until=until)) == everybody - 1
