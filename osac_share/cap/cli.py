"""Keys that sign, from the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from osac_share.cap import actions, queries
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings


@click.group()
def signing() -> None:
    """Look after the key that signs alerts."""


@signing.command("list")
def list_keys() -> None:
    """Print the fingerprint (SHA-256) of every certificate that is or was ours, newest first."""
    with _writing(load_settings()) as session:
        for one in queries.known_certificates(session):
            state = f"disowned {one.disowned_at:%Y-%m-%d}" if one.disowned_at else "genuine"
            click.echo(f"{one.fingerprint} since {one.since:%Y-%m-%d} {state}")


@signing.command()
def renew() -> None:
    """Make a new key, and sign with it from now on; what the former one signed stays genuine."""
    settings = load_settings()
    with _writing(settings) as session:
        name = actions.renew(session, settings.signing_file, settings.public.url, at=clock.now())
    click.echo(f"{name}\nStart the worker anew, so that it signs with this key.")


@signing.command()
@click.argument("fingerprint")
def disown(fingerprint: str) -> None:
    """Believe nothing any more that a key signed, because somebody else may have it.

    FINGERPRINT: that of its certificate, or as much of it as names no other.
    """
    with _writing(load_settings()) as session:
        found = actions.disown(session, fingerprint, at=clock.now())
    click.echo(f"Disowned: {found.fingerprint}")


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session, transaction(session):
            yield session
    finally:
        engine.dispose()
