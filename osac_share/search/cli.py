"""The commands that look after the index."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from osac_share.kernel.db import open_engine, session_factory
from osac_share.kernel.errors import RuleBroken
from osac_share.search import actions
from osac_share.search.documents import count
from osac_share.search.index import open_reader, open_writer
from osac_share.search.models import IndexBusy
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.group()
def search() -> None:
    """Look after the search index."""


@search.command()
def rebuild() -> None:
    """Build the index anew from the database, beside the one in use, then swap the two."""
    settings = load_settings()
    engine = open_engine(settings.database_url)
    reader, writer = open_reader(settings, engine, look_every=0), open_writer(settings, engine)
    try:
        with session_factory(engine)() as session, _progress(count(session)) as tell:
            done = actions.rebuild(session, writer, tell)
            # What was published while the texts were read is not in the new index yet.
            session.rollback()
            actions.sync(session, reader, writer)
    except IndexBusy:
        raise RuleBroken("The index is being rebuilt already.") from None
    finally:
        engine.dispose()
    click.echo(f"The search index holds {done:,} editions.")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda done: click.echo(f"{done:,} of {total:,} editions", err=True)
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Building the index", total=total)
        yield lambda done: bar.update(task, completed=done)
