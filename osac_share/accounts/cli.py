"""The commands that look after accounts: how the first one comes to be, above all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click
from sqlalchemy import select

from osac_share.accounts import actions
from osac_share.accounts.models import Person
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.errors import NotFound
from osac_share.letters.policy import link_url
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

BY = (None, "command line")
"""How the record names whoever has a terminal on the machine."""


class Renewal(Protocol):
    """Writes anew what somebody may see; those who know what standing is sit above."""

    def __call__(self, session: Session, person_id: int, *, at: datetime) -> None:
        """Do so as of `at`."""


def user_commands(renew_clearance: Renewal, staff_roles: Sequence[str]) -> click.Group:
    """Return the group `user`.

    Args:
        renew_clearance: called in the transaction of each act that changes who may see what.
        staff_roles: the roles that an account can have in the program.

    """
    user = click.Group("user", help="Look after accounts.")
    user.add_command(_create(renew_clearance, staff_roles))
    user.add_command(list_people)
    user.add_command(_suspend(renew_clearance))
    user.add_command(_restore(renew_clearance))
    return user


def _create(renew_clearance: Renewal, staff_roles: Sequence[str]) -> click.Command:
    @click.command()
    @click.option("--email", required=True, help="Where the invitation goes.")
    @click.option("--name", required=True, help="What the person is called.")
    @click.option(
        "--staff", multiple=True, type=click.Choice(staff_roles), help="A role in the program."
    )
    def create(email: str, name: str, staff: tuple[str, ...]) -> None:
        """Make an account and print the address at which its owner opens it, once.

        For somebody who was invited before and has not come, the address is a new one.
        """
        settings, at = load_settings(), clock.now()
        with _session() as session:
            person, link = actions.invite(
                session, email=email, name=name, by=BY, at=at, staff_roles=staff
            )
            renew_clearance(session, person.id, at=at)
        address = link_url(settings.require_secret(), settings.public.url, link)
        click.echo(f"Hand this to {person.name}; it works once, for 72 hours:\n{address}")

    return create


@click.command("list")
def list_people() -> None:
    """Print every account: address, name, roles in the program, state."""
    with _session() as session:
        for person in session.scalars(select(Person).order_by(Person.email)):
            roles = ",".join(person.staff_roles) or "-"
            click.echo(f"{person.email}\t{person.name}\t{roles}\t{_state_of(person)}")


def _suspend(renew_clearance: Renewal) -> click.Command:
    @click.command()
    @click.argument("email")
    @click.option("--because", required=True, help="Why, for the record.")
    def suspend(email: str, because: str) -> None:
        """Keep somebody out from this moment on, and end their sessions."""
        with _session() as session:
            person, at = _person(session, email), clock.now()
            actions.suspend(session, person, by=BY, at=at, because=because)
            renew_clearance(session, person.id, at=at)
        click.echo(f"{person.name} is suspended.")

    return suspend


def _restore(renew_clearance: Renewal) -> click.Command:
    @click.command()
    @click.argument("email")
    @click.option("--because", required=True, help="Why, for the record.")
    def restore(email: str, because: str) -> None:
        """Let somebody in again who was suspended."""
        with _session() as session:
            person, at = _person(session, email), clock.now()
            actions.restore(session, person, by=BY, at=at, because=because)
            renew_clearance(session, person.id, at=at)
        click.echo(f"{person.name} may sign in again.")

    return restore


@contextmanager
def _session() -> Iterator[Session]:
    engine = open_engine(load_settings().database_url)
    try:
        with session_factory(engine)() as session, transaction(session):
            yield session
    finally:
        engine.dispose()


def _person(session: Session, email: str) -> Person:
    person = find_person_by_email(session, email)
    if person is None:
        raise NotFound(f"There is no account with the address {email}.")
    return person


def _state_of(person: Person) -> str:
    if person.suspended_at is not None:
        return "suspended"
    return "open" if person.is_open else "invited"
