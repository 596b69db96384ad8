"""The command that takes in files of texts that others published."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import PurePath
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import IntegrityError

from osac_share.exchange import actions, documents, queries
from osac_share.exchange.actions import Outcome
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.errors import Refusal, RuleBroken
from osac_share.kernel.text import remembering
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

TOLD_EVERY = 500
"""After how many texts a line of progress is written where no bar can be drawn."""


def import_command(beside: Callable[[Settings], AbstractContextManager[object]]) -> click.Command:
    """Return the command `import`.

    Args:
        beside: opens what runs while texts are stored, and on leaving waits until it has
            caught up: the worker, which makes them findable and lives above this feature.

    """

    @click.command("import")
    @click.argument("file")
    def command(file: str) -> None:
        """Take in FILE: texts that others published, as JSON lines, packed by gzip or not.

        `-` reads standard input. Texts that are held already are passed over, so that the
        same file can be taken in again at any time. Ends with 1 if a line could not be taken.
        """
        try:
            settings = load_settings()
            with _session(settings) as session:
                outcome = import_file(session, file, beside=beside(settings))
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from None
        for line in summary_of(outcome):
            click.echo(line)
        if not outcome.is_complete:
            raise SystemExit(1)

    return command


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session:
            yield session
    finally:
        engine.dispose()


def import_file(
    session: Session, name: str, *, beside: AbstractContextManager[object] | None = None
) -> Outcome:
    """Take in the file `name`, committing batch by batch, and return what became of its lines.

    Stopped at any point, it leaves whole reports, and the next run goes on from there.

    Args:
        session: a session of its own.
        name: the file's path; `-` is standard input.
        beside: entered while texts are stored, if there are any to store.

    Raises:
        RuleBroken: the file cannot be read at all, or another import is at work.

    """
    outcome = Outcome()
    with documents.opened(name) as file:
        held = queries.held_editions(session)
        new = actions.sift(documents.lines_of(file), held, outcome, at=clock.now())
    if not new and outcome == Outcome():
        raise RuleBroken(f"There is no text in {name}.")
    companion = beside if new and beside else nullcontext()
    with companion, _progress(len(new)) as tell, remembering():
        for batch in actions.batches(new):
            # Reading the texts takes most of the time, and needs no lock on the database.
            wordings = actions.word(batch, outcome)
            if wordings:
                store(session, wordings, outcome, PurePath(name).name)
            tell(len(batch))
    return outcome


def store(session: Session, wordings: list[documents.Wording], outcome: Outcome, name: str) -> None:
    """Commit one batch.

    Raises:
        RuleBroken: another import was faster.

    """
    try:
        with transaction(session):
            actions.store(session, wordings, outcome, file=name, at=clock.now())
    except IntegrityError:
        raise RuleBroken(
            "Another import has just stored some of these texts. Start this one again."
        ) from None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more texts are done."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Taking in texts", total=total)
            yield lambda more: bar.advance(task, more)
        return
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if before // TOLD_EVERY < done // TOLD_EVERY:
            click.echo(f"{done:,} of {total:,} texts")

    yield tell


def summary_of(outcome: Outcome) -> Iterator[str]:
    """Yield the lines that tell a person what became of a file."""
    yield f"Taken: {outcome.taken:,}"
    yield f"New reports: {outcome.new_reports:,}"
    yield f"Unchanged: {outcome.unchanged:,}"
    for heading, lines in (
        ("Filed under Other", outcome.filed_under_other),
        ("Could not be placed", outcome.unplaced),
        ("Could not be taken", outcome.refused),
    ):
        yield f"{heading}: {len(lines):,}"
        yield from (f"  {line}" for line in lines)
