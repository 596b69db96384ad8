"""Accounts for people who are invited, and the first account of an installation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from osac_share.accounts.actions import invite
from osac_share.accounts.models import Person
from osac_share.audit.models import AuditEntry
from osac_share.cli import cli
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import Refusal, RuleBroken
from tests.support.factories import PASSPHRASE
from tests.support.letters import letters_to, path_in_letter

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from click.testing import Result
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.pages import Visitor

ZOE = "zoe@example.org"
BY = (None, "command line")


def invite_zoe(session: Session, at: datetime) -> Person:
    with transaction(session):
        person, _ = invite(session, email="Zoe@Example.org", name="Zoe New", by=BY, at=at)
    return person


@pytest.fixture
def command(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def run(command: CliRunner, *words: str) -> Result:
    return command.invoke(cli, ["user", *words], catch_exceptions=True)


def test_invited_person_chooses_name_and_passphrase_and_gets_in(
    visitor: Visitor, session: Session, settings: Settings, at: datetime, clock: object
) -> None:
    invite_zoe(session, at)
    path = path_in_letter(session, settings, ZOE, "invitation")
    page = visitor.open(path)
    assert page.form_to(path)["name"] == ["Zoe New"]
    assert visitor.submit(path, name="Zoë New", new=PASSPHRASE, again=PASSPHRASE).status == 303
    assert visitor.open(path).status == 404
    assert visitor.sign_in(ZOE, PASSPHRASE).status == 303
    session.rollback()
    assert session.scalars(select(Person.name)).one() == "Zoë New"


def test_nobody_gets_into_an_account_before_it_is_open(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    invite_zoe(session, at)
    for typed in ("", " ", PASSPHRASE, "the password of nobody at all"):
        assert visitor.sign_in(ZOE, typed).status == 422
    visitor.submit("/reset", email=ZOE)
    assert letters_to(session, ZOE) == ["invitation"]


def test_discourse_2019_1020018_looking_at_an_invitation_changes_nothing(
    visitor: Visitor, session: Session, settings: Settings, at: datetime, clock: object
) -> None:
    invite_zoe(session, at)
    path = path_in_letter(session, settings, ZOE, "invitation")
    for method in ("GET", "HEAD", "GET"):
        assert visitor.client.open(path, method=method).status_code == 200
    assert visitor.submit(path, name="Zoe", new=PASSPHRASE, again=PASSPHRASE).status == 303


def test_invitation_is_over_after_three_days(
    visitor: Visitor,
    session: Session,
    settings: Settings,
    at: datetime,
    clock: time_machine.Traveller,
) -> None:
    invite_zoe(session, at)
    path = path_in_letter(session, settings, ZOE, "invitation")
    clock.shift(timedelta(hours=72))
    assert visitor.open(path).status == 404


def test_second_invitation_ends_the_first(
    visitor: Visitor, session: Session, settings: Settings, at: datetime, clock: object
) -> None:
    first_person = invite_zoe(session, at)
    first = path_in_letter(session, settings, ZOE, "invitation")
    assert invite_zoe(session, at).id == first_person.id
    assert visitor.open(first).status == 404
    assert visitor.open(path_in_letter(session, settings, ZOE, "invitation")).status == 200


def test_nobody_who_has_an_account_is_invited_to_it(
    session: Session, cast: Cast, at: datetime
) -> None:
    for person in (cast.dora, cast.sven):
        with pytest.raises(RuleBroken, match="already an account"), transaction(session):
            invite(session, email=person.email, name="Mallory", by=BY, at=at)


@pytest.mark.one_database
def test_passphrase_made_of_ones_name_is_refused_at_the_door(
    visitor: Visitor, session: Session, settings: Settings, at: datetime, clock: object
) -> None:
    invite_zoe(session, at)
    path = path_in_letter(session, settings, ZOE, "invitation")
    answer = visitor.submit(path, name="Zoe New", new="zoe new zoe new zoe", again="x")
    assert answer.status == 422
    assert "easy to guess" in answer.text
    assert answer.form_to(path)["name"] == ["Zoe New"]


def test_fresh_installation_holds_no_account_until_the_command_makes_one(
    command: CliRunner, visitor: Visitor, session: Session
) -> None:
    assert session.scalars(select(Person)).all() == []
    session.rollback()
    made = run(command, "create", "--email", ZOE, "--name", "Zoe New", "--staff", "admin")
    assert made.exit_code == 0, made.output
    address = made.output.strip().splitlines()[-1]
    assert address.startswith("http://share.example.org/invitations/")
    path = address.removeprefix("http://share.example.org")
    assert visitor.submit(path, name="Zoe New", new=PASSPHRASE, again=PASSPHRASE).status == 303
    assert visitor.sign_in(ZOE, PASSPHRASE).status == 303
    session.rollback()
    assert session.scalars(select(Person.staff_roles)).one() == ["admin"]
    assert PASSPHRASE not in made.output


def test_command_lists_suspends_and_restores(
    command: CliRunner, visitor: Visitor, cast: Cast, session: Session
) -> None:
    listed = run(command, "list").output.splitlines()
    assert "gus@example.org\tGus Analyst\tanalyst\topen" in listed
    assert "sven@example.org\tSven Suspended\t-\tsuspended" in listed
    visitor.sign_in(cast.dora.email, PASSPHRASE)
    assert run(command, "suspend", "Dora@Example.org", "--because", "left").exit_code == 0
    assert visitor.open("/account").status == 303
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 422
    assert run(command, "restore", "dora@example.org", "--because", "came back").exit_code == 0
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 303
    session.rollback()
    said = select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.actor == "command line")
    assert [tuple(row) for row in session.execute(said)] == [
        ("account.suspend", "command line"),
        ("account.restore", "command line"),
    ]


@pytest.mark.one_database
def test_command_says_what_is_wrong(command: CliRunner, cast: Cast) -> None:
    for words, said in (
        (("suspend", "nobody@example.org", "--because", "x"), "no account"),
        (("restore", "dora@example.org", "--because", "x"), "is not suspended"),
        (("create", "--email", "dora@example.org", "--name", "D"), "already an account"),
        (("create", "--email", "no address", "--name", "D"), "one e-mail address"),
    ):
        refused = run(command, *words)
        assert isinstance(refused.exception, Refusal)
        assert said in refused.exception.message
