"""Ending tokens from the command line."""

from __future__ import annotations

import sys

import click

from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.settings import load_settings
from osac_share.tokens import actions

LONGEST = 1_000_000


@click.group()
def token() -> None:
    """Look after the tokens of feed readers and programs."""


@token.command()
def revoke() -> None:
    """Revoke every token in what comes in on standard input, and write to the owners.

    Tokens are not taken from the command line: it is kept in histories and lists of processes.
    """
    settings, at = load_settings(), clock.now()
    text = sys.stdin.read(LONGEST)
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session, transaction(session):
            ended = actions.revoke_found(session, text, secret=settings.require_secret(), at=at)
    finally:
        engine.dispose()
    click.echo(f"Revoked {ended} token{'' if ended == 1 else 's'}.")
