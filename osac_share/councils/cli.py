"""`osac-share council`: which councils there are, and who leads them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from osac_share.councils import queries
from osac_share.councils.policy import GUIDING
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory
from osac_share.kernel.errors import NotFound
from osac_share.settings import load_settings
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@click.group("council")
def council() -> None:
    """List councils, and show one with who leads it."""


@council.command("list")
def show_all() -> None:
    """List every council: its slug, status, kind, countries and name."""
    with _session() as session:
        for one in queries.all_councils(session):
            countries = ",".join(covered.country for covered in one.countries) or "-"
            click.echo(f"{one.slug:24} {one.status:8} {one.kind:10} {countries:12} {one.name}")


@council.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Show the council with this slug: what it is, and the seats that guide it."""
    with _session() as session:
        at = clock.now()
        try:
            found = queries.get_council(session, slug)
        except NotFound:
            raise NotFound(f"There is no council called {slug}.") from None
        click.echo(f"{found.name} ({found.slug})")
        click.echo(f"status: {found.status}; members join by: {found.joining}")
        names = [taxonomy.country(covered.country).name for covered in found.countries]
        click.echo(f"countries: {', '.join(names) or 'none in particular'}")
        click.echo(f"seats held: {len(queries.members(session, found.id, at=at))}")
        for seat, person in queries.terms(session, found.id, GUIDING, at=at):
            until = f"{seat.ended_at:%Y-%m-%d}" if seat.ended_at else "open"
            label = taxonomy.seat_kind(seat.kind).label
            click.echo(f"{label:26} {seat.started_at:%Y-%m-%d} to {until:10} {person.name}")


@contextmanager
def _session() -> Iterator[Session]:
    engine = open_engine(load_settings().database_url)
    try:
        with session_factory(engine)() as session:
            yield session
    finally:
        engine.dispose()
