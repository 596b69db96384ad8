"""The commands that look at member organizations."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory
from osac_share.kernel.errors import NotFound
from osac_share.membership import queries
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization

AT_ONCE = 500


@click.group()
def organization() -> None:
    """Look at member organizations."""


@organization.command("list")
@click.option("--status", default="", help="Only those that are active, lapsed or suspended.")
def list_all(status: str) -> None:
    """Print every organization: id, state, number of people, name."""
    with _session() as session:
        total = queries.count_organizations(session, status=status)
        for offset in range(0, total, AT_ONCE):
            rows = queries.organization_rows(
                session, at=clock.now(), status=status, limit=AT_ONCE, offset=offset
            )
            for row in rows:
                one = row.organization
                click.echo(f"{one.public_id}  {one.status:9}  {row.people:5}  {one.name}")


@organization.command()
@click.argument("name_or_id")
def show(name_or_id: str) -> None:
    """Print what is kept of one organization, and its people."""
    with _session() as session:
        found = _find(session, name_or_id)
        by = f"{found.verify_by:%Y-%m-%d}" if found.verify_by else "no date"
        click.echo(f"{found.name}\n{found.type}, {found.sector}, {found.status}; confirm by {by}")
        click.echo(f"domains: {', '.join(found.domains) or 'none'}")
        for one in queries.colleagues(session, found.id, at=clock.now()):
            contact = "  point of contact" if one.membership.is_contact else ""
            click.echo(f"{one.state:9}  {one.person.name} <{one.person.email}>{contact}")


def _find(session: Session, name_or_id: str) -> Organization:
    named = queries.find_organization_named(session, name_or_id)
    try:
        return named or queries.get_organization(session, name_or_id)
    except NotFound:
        raise NotFound(f"There is no organization called {name_or_id}.") from None


@contextmanager
def _session() -> Iterator[Session]:
    engine = open_engine(load_settings().database_url)
    try:
        with session_factory(engine)() as session:
            yield session
    finally:
        engine.dispose()
