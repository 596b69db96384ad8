"""Questions that are asked on every page: put together once, then asked with new values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy.exc import DBAPIError

from osac_share.kernel.db import ASIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Dialect, Engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import PoolProxiedConnection
    from sqlalchemy.sql.selectable import SelectBase

    Convert = Callable[[Any], Any]


class _Form(NamedTuple):
    """A statement in the words of one database."""

    text: str
    order: Sequence[str] | None
    fixed: Mapping[str, object]
    bind: Mapping[str, Convert | None]
    read: Sequence[tuple[int, Convert]]


class Prepared:
    """A statement over columns, compiled once per database, that reads plain tuples.

    SQLAlchemy goes a long way around for each execution, which is well spent wherever objects
    are made or a statement differs from call to call. Here neither is so, and a page waits.
    Values are bound and read by the columns' own types. In a session that has begun a
    transaction the question is part of it; otherwise it is asked on a connection of its own,
    which is given back when the session closes, and no transaction is begun for it.
    """

    def __init__(self, statement: SelectBase) -> None:
        """Keep the statement; none of its parameters may be an expanding one."""
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, session: Session, **values: object) -> list[Sequence[Any]]:
        """Return the rows for these values of the statement's parameters.

        Raises:
            DBAPIError: the database refused; the same error as by SQLAlchemy's own way.

        """
        driver, dialect = _connected(session)
        form = self._forms.get(dialect.name) or self._compile(dialect)
        bound = dict(form.fixed)
        for name, value in values.items():
            convert = form.bind[name]
            bound[name] = value if convert is None else convert(value)
        cursor = driver.cursor()
        try:
            cursor.execute(form.text, [bound[one] for one in form.order] if form.order else bound)
            return [_read(row, form.read) for row in cursor.fetchall()]
        except dialect.loaded_dbapi.Error as problem:
            raise _translated(problem, dialect, form.text) from problem
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> _Form:
        compiled = self._statement.compile(dialect=dialect)
        bind = {
            name: one.type.dialect_impl(dialect).bind_processor(dialect)
            for one, name in compiled.bind_names.items()
        }
        columns = enumerate(self._statement.selected_columns)
        read = [
            (place, convert)
            for place, column in columns
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        form = _Form(str(compiled), compiled.positiontup, fixed, bind, read)
        self._forms[dialect.name] = form
        return form


def _connected(session: Session) -> tuple[PoolProxiedConnection, Dialect]:
    if session.in_transaction():
        connection = session.connection()
        return connection.connection, connection.dialect
    engine = cast("Engine", session.get_bind())
    kept = session.info.get(ASIDE)
    if kept is None:
        try:
            kept = session.info[ASIDE] = engine.raw_connection()
        except engine.dialect.loaded_dbapi.Error as problem:
            raise _translated(problem, engine.dialect) from problem
    return kept, engine.dialect


def _translated(problem: Exception, dialect: Dialect, text: str | None = None) -> BaseException:
    return DBAPIError.instance(text, None, problem, dialect.loaded_dbapi.Error)


def _read(row: Sequence[Any], converts: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    if not converts:
        return row
    values = list(row)
    for place, convert in converts:
        values[place] = convert(values[place])
    return values
