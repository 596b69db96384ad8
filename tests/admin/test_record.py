"""Auditors read the record, find their way in it, and leave their own traces."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit import queries
from osac_share.audit.actions import record
from osac_share.audit.documents import csv_line
from osac_share.audit.models import AuditEntry
from osac_share.councils.policy import ADMIN, ANALYST
from osac_share.kernel.db import transaction
from tests.support.factories import MOMENT, make_report
from tests.support.tampering import change, lift_guard

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

PATHS = ("/admin/record", "/admin/record/1", "/admin/record.csv", "/admin/record.jsonl")


def numbers(auditor: Visitor, query: str) -> list[int]:
    page = auditor.open(f"/admin/record?{query}")
    assert page.status == 200
    return [int(words) for words in page.texts("//tbody//th")]


def actions_of(session: Session, person: Person) -> list[str]:
    question = select(AuditEntry.action).where(AuditEntry.actor_id == person.id)
    return list(session.scalars(question.order_by(AuditEntry.id)))


@pytest.mark.parametrize("who", ["amara", "dora", ADMIN, ANALYST])
def test_nobody_but_auditors_reads_the_record(
    cast: Cast, staff: dict[str, Person], signed_in: SignIn, who: str
) -> None:
    visitor = signed_in(staff[who] if who in staff else getattr(cast, who))
    for path in PATHS:
        assert (path, visitor.open(path).status) == (path, 403)


def test_newest_entries_stand_first_and_the_older_ones_follow(
    session: Session, auditor: Visitor
) -> None:
    with transaction(session):
        for number in range(60):
            note(session, f"id-{number}")
    last = queries.last_link(session).number
    page = auditor.open("/admin/record")
    shown = [int(words) for words in page.texts("//tbody//th")]
    assert shown == list(range(last + 1, last - 49, -1))  # This look is the newest of all.
    older = auditor.open(f"/admin/record{page.links()['Older']}")
    assert older.texts("//tbody//th")[0] == str(last - 49)


def note(session: Session, object_id: str, **detail: str) -> None:
    record(
        session,
        "test.note",
        by=(None, "=system"),
        at=MOMENT,
        object_kind="house",
        object_id=object_id,
        **detail,
    )


def test_list_is_narrowed_by_who_what_object_and_day(
    session: Session, cast: Cast, auditor: Visitor
) -> None:
    with transaction(session):
        amara = cast.actors["amara"]
        report, _ = make_report(session, cast.kenya, by=amara, at=MOMENT + timedelta(days=2))
    about = session.scalars(
        select(AuditEntry.id)
        .where(AuditEntry.object_id == report.public_id)
        .order_by(AuditEntry.id.desc())
    ).all()
    assert about
    assert numbers(auditor, f"object={report.public_id}") == about
    assert numbers(auditor, "what=report.&who=amara@example.org&from=2026-03-04") == about
    assert numbers(auditor, "who=amara&what=report.publish&until=2026-03-04") == about[:1]
    assert numbers(auditor, f"object={report.public_id}&until=2026-03-03") == []
    assert numbers(auditor, "who=%25") == []
    assert numbers(auditor, f"object={report.public_id}&before={about[0]}") == about[1:]


@pytest.mark.parametrize("query", ["before=x", "from=yesterday", "until=9999-12-31", "who=%00"])
def test_nonsense_in_the_address_is_no_failure(auditor: Visitor, query: str) -> None:
    assert auditor.open(f"/admin/record?{query}").status == 200


def test_entry_is_shown_in_full(session: Session, auditor: Visitor) -> None:
    with transaction(session):
        note(session, "one", because="<b>It was late.</b>")
    number, digest = queries.last_link(session).number, queries.last_link(session).digest
    page = auditor.open(f"/admin/record/{number}")
    assert page.title == f"Entry {number}"
    for words in ("<b>It was late.</b>", digest, "=system"):
        assert words in page.text
    assert auditor.open("/admin/record/999999").status == 404


def test_broken_record_is_an_alarm_on_every_page_of_it(
    session: Session, engine: Engine, auditor: Visitor
) -> None:
    with transaction(session):
        note(session, "one")
    number = queries.last_link(session).number
    with engine.begin() as connection:
        lift_guard(connection)
        change(connection, number, actor="Somebody Else")
    sentence = f"Entry {number} was changed after it was written."
    for path in ("/admin/record", f"/admin/record/{number}", "/admin"):
        assert sentence in auditor.open(path).text


def test_looking_and_taking_along_are_on_record(
    session: Session, staff: dict[str, Person], auditor: Visitor
) -> None:
    for path in ("/admin/record", "/admin/record", "/admin/record?who=amara", "/admin/record/1"):
        auditor.open(path)
    for path in ("/admin/record.csv", "/admin/record.jsonl?what=report."):
        assert auditor.open(path).status == 200
    assert actions_of(session, staff["auditor"])[-5:] == [
        *("record.read", "record.read", "record.read"),
        *("record.download", "record.download"),
    ]


def test_lines_of_json_are_the_chain_itself(session: Session, auditor: Visitor) -> None:
    with transaction(session):
        note(session, "one")
    answer = auditor.open("/admin/record.jsonl").response
    lines = answer.get_data().splitlines(keepends=True)
    assert queries.compare(session, lines) == queries.Comparison(queries.last_link(session).number)
    assert json.loads(lines[0])["id"] == 1
    assert "attachment" in answer.headers["Content-Disposition"]


def test_csv_holds_what_is_sought_and_no_formula(session: Session, auditor: Visitor) -> None:
    with transaction(session):
        note(session, "@one", because="two\nlines")
    answer = auditor.open("/admin/record.csv?what=test.note").response
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [(row["actor"], row["object_id"]) for row in rows] == [("'=system", "'@one")]
    assert json.loads(rows[0]["detail"]) == {"because": "two\nlines"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_as_a_formula_does(start: str) -> None:
    facts = dict.fromkeys(
        ("id", "at", "actor_id", "actor", "action", "object_kind", "object_id", "outcome"), start
    ) | {"address": start, "detail": {}, "previous": start, "digest": start}
    cells = next(csv.reader(io.StringIO(csv_line(facts), newline="")))
    assert not [cell for cell in cells if cell.startswith(start)]
