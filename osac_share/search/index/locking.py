"""Locks among machines, each a row that its holder keeps beating.

A lock here is politeness: that two writers do not both do what only one can commit is seen to by
the commit itself. So it need not be perfect, but must come free by itself when a machine dies.
Nobody's clock is compared with another's: whoever waits watches whether the beat still rises.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from osac_share.search.models import IndexBusy
from osac_share.search.models.stored import IndexLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, Row

BEAT_S: Final = 1.0
DEAD_AFTER_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.05
_log = logging.getLogger(__name__)


class Locks:
    """The locks of an index that is kept in the database."""

    def __init__(self, engine: Engine) -> None:
        """Name the database."""
        self._asking = one_by_one(engine)
        self._writing = one_by_one(engine.execution_options(osac_writing=True))

    @contextmanager
    def held(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock for as long as the block takes.

        Args:
            name: what is locked.
            timeout: how many seconds to wait for a holder that lives; one that may be dead is
                waited for until that is certain.

        Raises:
            IndexBusy: another process held it all the time.

        """
        holder = secrets.token_hex(8)
        self._take(name, holder, timeout)
        over = Event()
        beating = Thread(target=self._beat, args=(name, holder, over), name="lock", daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()
            self._free(name, holder)

    def _take(self, name: str, holder: str, timeout: float) -> None:
        began = since = monotonic()
        found = seen = None
        lives = False
        while found or not self._inserted(name, holder):
            found = self._found(name)
            if found != seen:
                lives = lives or seen is not None
                seen, since = found, monotonic()
            elif found and monotonic() - since > DEAD_AFTER_S:
                self._free(name, found[0], found[1])
            if found and lives and monotonic() - began >= timeout:
                raise IndexBusy(f"another process has held the index's {name} lock for {timeout} s")
            sleep(_LOOK_EVERY_S)

    def _inserted(self, name: str, holder: str) -> bool:
        try:
            with self._writing.begin() as connection:
                connection.execute(insert(IndexLock).values(name=name, holder=holder, beat=0))
        except IntegrityError:
            # Another was quicker.
            return False
        return True

    def _found(self, name: str) -> Row[str, int] | None:
        question = select(IndexLock.holder, IndexLock.beat).where(IndexLock.name == name)
        with self._asking.connect() as connection:
            return connection.execute(question).first()

    def _free(self, name: str, holder: str, beat: int | None = None) -> None:
        statement = delete(IndexLock).where(IndexLock.name == name, IndexLock.holder == holder)
        if beat is not None:
            statement = statement.where(IndexLock.beat == beat)
        with self._writing.begin() as connection:
            connection.execute(statement)

    def _beat(self, name: str, holder: str, over: Event) -> None:
        mine = (IndexLock.name == name) & (IndexLock.holder == holder)
        rise = update(IndexLock).where(mine).values(beat=IndexLock.beat + 1)
        while not over.wait(BEAT_S):
            try:
                with self._writing.begin() as connection:
                    connection.execute(rise)
            except SQLAlchemyError:
                # A database that is busy now may not be the next time.
                _log.exception("the lock of the search index could not be kept")


def one_by_one(engine: Engine) -> Engine:
    """Return an engine for single statements, around which a server needs no transaction."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine
