"""The command that proves the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from osac_share.audit import queries
from osac_share.audit.messages import file_of
from osac_share.kernel.db import open_engine, session_factory
from osac_share.kernel.errors import RuleBroken
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command()
@click.option(
    "--copy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy to compare with; by default the file that the settings name.",
)
def verify(copy: Path | None) -> None:
    """Prove that no entry of the record was changed, removed or put in between.

    Ends with status 0 when it is whole, and otherwise with 1 and a sentence on the first entry
    that is not as it was written.
    """
    settings = load_settings()
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session:
            click.echo(_prove(session))
            if file := copy or file_of(settings.record.copy_to):
                click.echo(_compare(session, file, "" if copy else settings.record.copy_to))
    finally:
        engine.dispose()


def _prove(session: Session) -> str:
    if broken := queries.find_break(session):
        raise RuleBroken(broken)
    last = queries.last_link(session)
    return f"The record is whole: {last.number:,} entries, the last one {last.digest}."


def _compare(session: Session, file: Path, setting: str) -> str:
    mark = queries.find_mark(session, setting) if setting else None
    promised = 0 if mark is None else mark.entry_id
    comparison = queries.Comparison(0)
    if file.exists():
        with file.open("rb") as lines:
            comparison = queries.compare(session, lines)
    if comparison.broken:
        raise RuleBroken(comparison.broken)
    if comparison.held < promised:
        raise RuleBroken(
            f"The copy ends with entry {comparison.held:,}; {promised:,} were written to it."
        )
    return f"The copy holds the first {comparison.held:,} of them, word for word."
