"""Counting the statements that a page asks of its database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Yield the list of statements that run while the block does, in their order."""
    seen: list[str] = []

    def note(_1: object, _2: object, statement: str, *_3: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
