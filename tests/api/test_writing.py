"""Programs write as their owners do on the pages: by the same steps, and around none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.delivery.models import Acknowledgement
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from osac_share.reports.queries import get_for_review
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import Words, make_draft, make_report, make_update
from tests.support.programs import ask, problem, said, send
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.test import Client, TestResponse

    from osac_share.councils.policy import Actor
    from osac_share.settings import Settings
    from tests.api.conftest import Hold
    from tests.support.cast import Cast

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

HEADINGS = [section.heading for section in taxonomy.kind("alert").sections]
WORDS = {
    "title": "Nairobi: roads closed",
    "sections": [{"heading": one, "markdown": f"{one}: roads are closed."} for one in HEADINGS],
    "places": [{"country": "KE", "place": "Nairobi"}],
    "topics": ["civil-unrest"],
    "severity": "security",
    "alert_kind": "demonstration",
    "marking": "TLP:GREEN",
    "expires_at": "2026-03-05T12:00:00+03:00",
    "event": {"begins": "2026-03-03T09:00:00Z", "ends": "2026-03-03T15:00:00Z"},
}
NEW = {"council": "kenya", "kind": "alert", "words": WORDS}


def made(answer: TestResponse) -> tuple[Any, str]:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json, answer.headers["ETag"]


def approve(session: Session, public_id: str, *, by: Actor, at: datetime) -> None:
    with transaction(session):
        row = get_for_review(session, public_id, by.standing)
        reports.approve(session, *row, by=by, at=at)


def test_a_report_is_written_handed_in_approved_updated_and_lifted(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime
) -> None:
    token = hold("sade")
    answer = send(program, token, "POST /drafts", {**NEW, "words": {**WORDS, "sections": []}})
    draft, tag = made(answer)
    assert (answer.status_code, answer.headers["Location"]) == (
        201,
        f"/api/v1/drafts/{draft['id']}",
    )
    one = f"/drafts/{draft['id']}"
    lacking = said(send(program, token, f"GET {one}/missing"))["missing"]
    assert any("section" in sentence for sentence in lacking)
    _state, tag = made(send(program, token, f"PUT {one}", WORDS, If_Match=tag))
    whole = said(send(program, token, f"GET {one}"))
    assert whole["words"]["title"] == WORDS["title"]
    assert whole["words"]["expires_at"] == "2026-03-05T09:00:00Z"
    assert said(send(program, token, f"GET {one}/missing")) == {"missing": []}
    # What was read can be sent back as it is.
    state, tag = made(send(program, token, f"PUT {one}", whole["words"], If_Match=tag))
    assert said(send(program, token, f"GET {one}"))["words"] == whole["words"]
    state, tag = made(send(program, token, f"POST {one}/submit", If_Match=tag))
    assert (state["stage"], state["state"]) == ("in_review", "in_review")
    approve(session, draft["id"], by=cast.actors["amara"], at=at)
    assert said(ask(program, token, f"/api/v1/reports/{draft['id']}"))["state"] == "published"
    for outcome in ("holds", "all_clear"):
        what = f"POST /reports/{draft['id']}/updates"
        begun, tag = made(send(program, token, what, {"outcome": outcome}))
        assert problem(send(program, token, what, {"outcome": outcome}))[0] == 409
        words = said(send(program, token, f"GET {one}"))["words"] | {"change_note": "Roads open."}
        _state, tag = made(send(program, token, f"PUT {one}", words, If_Match=tag))
        made(send(program, token, f"POST {one}/submit", If_Match=tag))
        approve(session, draft["id"], by=cast.actors["amara"], at=at)
        assert begun["edition"] == {"holds": 2, "all_clear": 3}[outcome]
    ended = said(ask(program, token, f"/api/v1/reports/{draft['id']}"))
    assert (ended["state"], ended["places"][0]["status"]) == ("all_clear", "lifted")
    assert {"report.begin", "report.submit", "report.begin_update"} <= acts(session, cast.sade.id)


def acts(session: Session, person_id: int) -> set[str]:
    question = select(AuditEntry.action).where(AuditEntry.actor_id == person_id)
    return set(session.scalars(question))


def test_nobody_goes_around_review_by_a_program(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["sade"], at=at)
        narrow = Words(marking="AMBER")
        kept, _ = make_draft(session, cast.kenya, by=cast.actors["amara"], words=narrow, at=at)
    because = {"because": "It cannot wait."}

    def publish(name: str, public_id: str) -> int:
        what = f"POST /drafts/{public_id}/publish"
        return send(program, hold(name), what, because, If_Match="*").status_code

    for name, status in (("sade", 403), ("ben", 403), ("dora", 404), ("chidi", 404), ("gus", 404)):
        assert (name, publish(name, report.public_id)) == (name, status)
    # What only some may know always takes two; the rest a chair may publish, and is looked at.
    assert publish("amara", kept.public_id) == 409
    assert publish("amara", report.public_id) == 200
    session.expire_all()
    current = report.current()
    assert current is not None
    assert current.second_look_due_at is not None
    for step in ("approve", "decide", "review", "withdraw", "second-look"):
        answer = send(program, hold("amara"), f"POST /drafts/{kept.public_id}/{step}")
        assert problem(answer)[0] == 405


def test_a_token_does_only_what_its_owner_ticked(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.amara, settings, at=at)
    for what in ("GET /drafts", "POST /drafts", "GET /subscriptions", "GET /searches"):
        answer = send(program, shown, what, NEW if what.startswith("POST") else None)
        assert problem(answer) == (403, "This token is not for that.")
    _token, writes = make_api_token(session, cast.amara, settings, at=at, scopes=("reports:write",))
    draft, tag = made(send(program, writes, "POST /drafts", NEW))
    what = f"POST /drafts/{draft['id']}/publish"
    assert problem(send(program, writes, what, {"because": "Now."}, If_Match=tag))[0] == 403


def test_the_guard_holds_what_may_not_be_here_and_puts_that_on_record(
    program: Client, session: Session, hold: Hold
) -> None:
    token = hold("amara")
    words = {**WORDS, "title": "SECRET//NOFORN: roads closed"}
    draft, tag = made(send(program, token, "POST /drafts", {**NEW, "words": words}))
    lacking = said(send(program, token, f"GET /drafts/{draft['id']}/missing"))["missing"]
    assert any(sentence.startswith("Title:") for sentence in lacking)
    for step, body in (("submit", None), ("publish", {"because": "Now."})):
        answer = send(program, token, f"POST /drafts/{draft['id']}/{step}", body, If_Match=tag)
        assert problem(answer)[0] == 409
        assert "NOFORN" not in answer.text
    entries = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == draft["id"]))
    assert "report.held" in set(entries)


def test_red_is_for_people_alone(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime
) -> None:
    named = Words(marking="RED", addressees=(f"person:{cast.sade.id}",))
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"], words=named, at=at)
    token = hold("amara")
    assert said(send(program, token, "GET /drafts")) == {"drafts": [], "next": None}
    for what in ("GET /drafts/{}", "GET /drafts/{}/missing", "POST /drafts/{}/submit"):
        answer = send(program, token, what.format(report.public_id), If_Match="*")
        assert problem(answer)[0] == 404
    red = {**NEW, "words": {**WORDS, "marking": "TLP:RED"}}
    answer = send(program, token, "POST /drafts", red)
    assert problem(answer)[0] == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/words/marking"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": 3}, "/words/title"),
        ({"nonsense": "x"}, "/words/nonsense"),
        ({"topics": ["sunshine"]}, "/words/topics/0"),
        ({"places": [{"country": "XX"}]}, "/words/places/0/country"),
        ({"places": [{"country": "KE", "status": "lifted"}]}, "/words/places/0"),
        ({"sections": [{"heading": "No such", "markdown": "x"}]}, "/words/sections/0"),
        ({"recipients": ["Nobody Known"]}, "/words/recipients"),
        ({"expires_at": "0001-01-01T00:00:00Z"}, "/words/expires_at"),
        ({"expires_at": "2026-03-05T12:00:00"}, "/words/expires_at"),
        ({"event": {"begins": "2026-03-03T09:00:00Z", "ends": "2026-03-02T09:00:00Z"}}, None),
        ({"circles": ["government"]}, "/words/circles"),
        ({"change_note": "New."}, "/words/change_note"),
    ],
)
def test_what_does_not_fit_is_refused_and_said_where(
    program: Client, hold: Hold, change: dict[str, object], pointer: str | None
) -> None:
    answer = send(program, hold("ben"), "POST /drafts", {**NEW, "words": {**WORDS, **change}})
    assert problem(answer)[0] == 422
    assert answer.json is not None
    assert pointer in {None, answer.json["errors"][0]["pointer"]}


@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"council":"\\ud800","kind":"alert"}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"9" * 10_000, "application/json", 400),
        (b"council=kenya", "application/x-www-form-urlencoded", 415),
        (b"{}" + b" " * 1_100_000, "application/json", 413),
    ],
)
def test_a_body_that_is_no_good_json_is_refused(
    program: Client, hold: Hold, body: bytes, mimetype: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {hold('ben')}", "Content-Type": mimetype}
    answer = program.post("/api/v1/drafts", data=body, headers=headers)
    assert problem(answer)[0] == status


def test_nobody_overwrites_what_they_have_not_read(program: Client, hold: Hold) -> None:
    mine, theirs = hold("ben"), hold("sade")
    draft, tag = made(send(program, mine, "POST /drafts", NEW))
    one = f"/drafts/{draft['id']}"
    assert problem(send(program, mine, f"PUT {one}", WORDS))[0] == 428
    other = send(program, theirs, f"GET {one}").headers["ETag"]
    made(send(program, theirs, f"PUT {one}", {**WORDS, "title": "Theirs"}, If_Match=other))
    for what, body in (
        (f"PUT {one}", WORDS),
        (f"POST {one}/submit", None),
        (f"DELETE {one}", None),
    ):
        assert problem(send(program, mine, what, body, If_Match=tag))[0] == 412
        # Nor does another token's version stand for one's own.
        assert problem(send(program, mine, what, body, If_Match=other))[0] == 412
    assert said(send(program, mine, f"GET {one}"))["words"]["title"] == "Theirs"
    tag = send(program, mine, f"GET {one}").headers["ETag"]
    assert send(program, mine, f"GET {one}", If_None_Match=tag).status_code == 304
    assert send(program, mine, f"DELETE {one}", If_Match=tag).status_code == 204
    assert problem(send(program, mine, f"GET {one}"))[0] == 404


def test_drafts_are_listed_a_page_at_a_time(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime
) -> None:
    token = hold("ben")
    with transaction(session):
        made_here = [
            make_draft(session, cast.kenya, by=cast.actors["ben"], at=at)[0].public_id
            for _ in range(5)
        ]
    seen: list[str] = []
    following: str | None = "/api/v1/drafts?limit=2"
    while following is not None:
        path = following.removeprefix("http://share.example.org")
        told = said(ask(program, token, path))
        assert len(told["drafts"]) <= 2
        seen += [one["id"] for one in told["drafts"]]
        following = told["next"]
    assert sorted(seen) == sorted(made_here)


def test_an_emergency_is_acknowledged_once_in_the_edition_that_holds(
    program: Client, session: Session, cast: Cast, hold: Hold, at: datetime
) -> None:
    grave, amara = Words(severity="emergency"), cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=grave, at=at)
        other, _ = make_report(session, cast.kenya, by=amara, at=at)
        latest = make_update(session, report, by=amara, words=grave, at=at)
    token = hold("dora")

    def say(public_id: str, edition: int) -> int:
        what = f"POST /reports/{public_id}/acknowledgement"
        return send(program, token, what, {"edition": edition}).status_code

    assert [say(report.public_id, 1), say(other.public_id, 1), say("x" * 20, 1)] == [409, 409, 404]
    assert [say(report.public_id, 2), say(report.public_id, 2)] == [200, 200]
    rows = session.execute(select(Acknowledgement.edition_id, Acknowledgement.via)).all()
    assert [tuple(row) for row in rows] == [(latest.id, "program")]


def test_whose_office_demands_a_second_factor_writes_by_no_program_without_one(
    program: Client, settings: Settings, hold: Hold
) -> None:
    token, member = hold("amara"), hold("dora")
    strict = settings.model_copy(
        update={"sessions": settings.sessions.model_copy(update={"second_factor": "required"})}
    )
    app = program.application
    app.extensions["osac_settings"] = strict  # type: ignore[attr-defined]  # It is a Flask.
    assert problem(send(program, token, "POST /drafts", NEW))[0] == 403
    assert ask(program, token, "/api/v1/reports").status_code == 200
    assert send(program, member, "POST /searches", {"q": "march"}).status_code == 201
