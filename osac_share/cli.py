"""`osac-share ...`: every command, each from the feature it belongs to."""

from __future__ import annotations

import logging
import os
import sys

import click

from osac_share import worker as work
from osac_share.accounts.cli import user_commands
from osac_share.audit.cli import verify
from osac_share.cap.cli import signing
from osac_share.councils.actions import renew_clearance
from osac_share.councils.cli import council
from osac_share.councils.policy import STAFF_ROLES
from osac_share.delivery.cli import mail, receive
from osac_share.demo.cli import demo
from osac_share.exchange.cli import import_command
from osac_share.installation import (
    prepare,
    require_free_port,
    require_ready,
    web_command,
    working_beside,
)
from osac_share.kernel import logs
from osac_share.kernel.errors import Refusal
from osac_share.membership.cli import organization
from osac_share.search.cli import search
from osac_share.settings import load_settings
from osac_share.tokens.cli import token

WORKING = frozenset(
    {
        *("council", "run", "worker", "import", "organization", "receive", "search"),
        *("signing", "token", "user", "verify"),
    }
)
"""The commands that work on an installation which `init` has made."""


@click.group()
@click.version_option(package_name="osac-share")
@click.pass_context
def cli(context: click.Context) -> None:
    """Run OSAC Share."""
    level = logging.INFO if context.invoked_subcommand == "worker" else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(message)s")
    logs.hide_secrets()
    if context.invoked_subcommand in WORKING and "--help" not in sys.argv:
        settings = load_settings()
        settings.require_secret()
        require_ready(settings)


cli.add_command(council)
cli.add_command(demo)
cli.add_command(import_command(working_beside))
cli.add_command(mail)
cli.add_command(organization)
cli.add_command(receive)
cli.add_command(search)
cli.add_command(signing)
cli.add_command(token)
cli.add_command(user_commands(renew_clearance, STAFF_ROLES))
cli.add_command(verify)


@cli.command()
def init() -> None:
    """Create or upgrade the database, and a secret key where there is none."""
    settings = load_settings()
    prepare(settings)
    click.echo(f"Ready: {settings.data.dir.absolute()}")


@cli.command()
def run() -> None:
    """Serve the pages. Run `osac-share worker` beside it."""
    settings = load_settings()
    require_free_port(settings)
    command = web_command(settings)
    os.execv(command[0], command)  # noqa: S606 -- our own interpreter.


@cli.command()
@click.option("--finish", is_flag=True, help="When told to stop, do first all that is due.")
def worker(*, finish: bool) -> None:
    """Index, match and deliver what the outbox holds, until stopped."""
    work.run(load_settings(), finish=finish)


@cli.command("settings")
def show_settings() -> None:
    """Print the settings in force, without secrets."""
    for section, values in load_settings().model_dump().items():
        for name, value in values.items():
            click.echo(
                f"OSAC_{section}_{name}".upper() + f"={_without_secret(section, name, str(value))}"
            )


def _without_secret(section: str, name: str, value: str) -> str:
    if section == "secret" or name.endswith("secret"):
        return "(set)" if value else ""
    scheme, separator, rest = value.partition("://")
    if not separator:
        return value
    user, at, place = rest.rpartition("@")
    name, colon, _password = user.partition(":")
    host, mark, _query = place.partition("?")  # PostgreSQL takes a password there, too.
    return f"{scheme}://{name}{colon and ':…'}{at}{host}{mark and '?…'}"


def main() -> None:
    """Run a command; a refusal ends it with its sentence and status 1."""
    try:
        cli()
    except Refusal as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
