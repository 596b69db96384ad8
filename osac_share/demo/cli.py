"""`osac-share demo`: everything on one machine, with accounts to try."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import click

from osac_share.demo import actions
from osac_share.demo.documents import cast
from osac_share.installation import (
    Processes,
    prepare,
    require_free_port,
    web_command,
    worker_command,
)
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.settings import Settings, load_settings

WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "island",
    "juniper",
    "kestrel",
    "lagoon",
]
ACCOUNTS = "demo-accounts.json"


@click.command()
def demo() -> None:
    """Serve a demonstration with fictional councils, people and reports."""
    environ = _environment()
    settings = load_settings(environ)
    require_free_port(settings)
    prepare(settings)
    accounts = furnish(settings)
    with Processes([web_command(settings), worker_command()], environ) as processes:
        if processes.wait_for(settings):
            _welcome(settings, accounts)
        processes.watch()


def furnish(settings: Settings) -> list[dict[str, str]]:
    """Fill an empty database and write the log-ins beside it; return them.

    A database that was filled before is left as it is.
    """
    file = settings.data.dir / ACCOUNTS
    engine = open_engine(settings.database_url)
    try:
        with session_factory(engine)() as session, transaction(session):
            if actions.is_empty(session):
                password = "-".join(secrets.choice(WORDS) for _ in range(5))
                accounts = _accounts(password)
                actions.furnish(session, password=password, at=clock.now())
                file.write_text(json.dumps(accounts, indent=2) + "\n", encoding="utf-8")
    finally:
        engine.dispose()
    known: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return known


def _accounts(password: str) -> list[dict[str, str]]:
    return [
        {"role": text.role, "name": text.name, "email": text.email, "password": password}
        for text in cast().people
    ]


def _environment() -> dict[str, str]:
    environ = dict(os.environ)
    environ.setdefault("OSAC_DATA_DIR", str(Path("var/demo").absolute()))
    environ.setdefault("PORT", "8000")
    environ.setdefault("OSAC_PUBLIC_URL", f"http://127.0.0.1:{environ['PORT']}")
    environ["OSAC_SITE_DEMO"] = "true"
    environ["OSAC_SESSIONS_SECOND_FACTOR"] = "offered"
    return environ


def _welcome(settings: Settings, accounts: list[dict[str, str]]) -> None:
    click.echo(f"\nOSAC Share is at {settings.public.url}/\n\nSign in as:")
    for account in accounts:
        click.echo(f"  {account['role']:26} {account['email']:28} {account['password']}")
    click.echo(
        f"\nMail is kept, not sent: read it at {settings.public.url}/outbox after signing in."
        f"\nThe log-ins are also in {settings.data.dir / ACCOUNTS}. Stop with Ctrl-C."
    )
