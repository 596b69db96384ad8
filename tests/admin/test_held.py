"""Everybody sees all that is held about them, and nothing about anybody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

import osac_share.migrations.tables  # noqa: F401 -- declares every table on `Base`.
from osac_share.admin.queries import held_about
from osac_share.audit.actions import record
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import Base, transaction
from tests.support.factories import MOMENT, make_report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

TOLD_ELSEWHERE = {
    # What somebody decided about others is in the record, under their own acts.
    *("application.decided_by", "application_message.asked_by", "invitation.created_by"),
    *("invitation.settled_by", "join_request.decided_by", "proposal.decided_by"),
    "phone_call.by_id",
}
"""Columns that name a person and are not looked at, because an entry of the record is."""


@pytest.mark.one_database
def test_every_column_that_names_a_person_is_looked_at(session: Session, cast: Cast) -> None:
    asked: list[str] = []
    from sqlalchemy import event  # noqa: PLC0415

    event.listen(
        session.get_bind(), "before_cursor_execute", lambda _1, _2, words, *_: asked.append(words)
    )
    held_about(session, cast.amara)
    text = " ".join(asked).replace('"', "")
    naming = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }
    assert naming
    assert {name for name in naming if f"{name} =" not in text} == TOLD_ELSEWHERE


def test_page_shows_what_is_held(session: Session, cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.amara).open("/account/held")
    assert page.status == 200
    for words in ("amara@example.org", "Department of Examples", "chair_public", "session.begin"):
        assert words in page.text


def test_file_holds_all_of_it_and_taking_it_is_on_record(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
    answer = signed_in(cast.amara).open("/account/held.json").response
    held = json.loads(answer.get_data())["held"]
    assert held["Profile"][0]["email"] == "amara@example.org"
    assert held["Reports begun"][0]["report"] == report.public_id
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == cast.amara.id))
    assert "account.download" in actions.all()


def test_nothing_about_others_and_no_secret_is_shown(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"])
        record(
            session,
            "account.suspend",
            by=(cast.ben.id, "Ben Cochair"),
            at=MOMENT,
            object_kind="person",
            object_id=cast.dora.public_id,
            because="He said so in private.",
        )
    answer = signed_in(cast.dora).open("/account/held.json").response
    text = answer.get_data(as_text=True)
    assert "account.suspend" in text
    for words in ("Ben", "in private", "Amara", "amara", "digest", cast.dora.password_hash):
        assert words not in text


def test_strangers_are_held_nothing_of(signed_in: SignIn) -> None:
    assert signed_in(None).open("/account/held").status == 303
