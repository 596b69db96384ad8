"""The commands about mail: a key to sign with, and what comes back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from osac_share.delivery.actions import receiving
from osac_share.delivery.messages.returned import LARGEST
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail.dkim import dns_record, make_key, written
from osac_share.settings import load_settings

_OWNER_ONLY = 0o600
_LONGEST_STRING = 255
"""How long one string of a TXT record may be (RFC 1035 section 3.3.14)."""


@click.group()
def mail() -> None:
    """Prove that mail is yours."""


@mail.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ed25519", is_flag=True, help="Make a short modern key; some receivers know none.")
def key(file: Path, *, ed25519: bool) -> None:
    """Make a key that signs mail, into a new FILE, and print the DNS record that goes with it."""
    settings = load_settings().mail
    domain = settings.dkim_domain or settings.sender.rpartition("@")[2]
    made = make_key(modern=ed25519)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise RuleBroken(f"{file} is there already.") from None
    except OSError as problem:
        raise RuleBroken(f"{file} cannot be written: {problem.strerror}.") from None
    with os.fdopen(descriptor, "wb") as writing:
        writing.write(written(made))
    record = dns_record(made)
    strings = (record[at : at + _LONGEST_STRING] for at in range(0, len(record), _LONGEST_STRING))
    quoted = " ".join(f'"{string}"' for string in strings)
    click.echo(f"{settings.dkim_selector}._domainkey.{domain}. IN TXT {quoted}")
    click.echo(
        "Publish this record first. Then set OSAC_MAIL_DKIM_DOMAIN="
        f"{domain} and OSAC_MAIL_DKIM_KEY_FILE={file.absolute()}, and start the worker anew."
    )


@click.command()
@click.option("--to", "recipient", default="", help="The address on the envelope, if you know it.")
def receive(recipient: str) -> None:
    """Read one message from standard input: what a mail system sends back.

    For the pipe of a mail server. Ends with status 75 while the database is away, so that the
    server tries again later.
    """
    settings = load_settings()
    content = sys.stdin.buffer.read(LARGEST)
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session, transaction(session):
            is_ours = receiving.receive(
                session,
                content,
                secret=settings.require_secret(),
                recipient=recipient,
                at=clock.now(),
            )
    except SQLAlchemyError:
        sys.exit(os.EX_TEMPFAIL)
    finally:
        engine.dispose()
    click.echo("Noted." if is_ours else "This reports on no mail of ours.")
