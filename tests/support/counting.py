"""Counting what is asked: statements of the database, requests of an application."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from sqlalchemy import Engine


class Counted:
    """An application that counts how often it is asked."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.asked: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self._application(environ, start_response)


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
