from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from werkzeug.test import Client

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.tokens import actions
from osac_share.tokens.models import OWNER
from tests.support.canaries import plant
from tests.support.factories import PASSPHRASE, Words, make_report
from tests.support.pages import Visitor
from tests.support.programs import ask, problem, said
from tests.support.tokens import make_api_token, make_feed_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")

PATHS = ("/api/v1/me", "/api/v1/reports", "/api/v1/reports/x", "/api/v1/nothing", "/api/x")


def test_a_program_is_told_for_whom_it_reads(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    assert said(ask(program, shown, "/api/v1/me")) == {
        "id": cast.dora.public_id,
        "name": "Dora Member",
        "organization": "Example Freight",
        "time_zone": "UTC",
        "seats": [{"council": "kenya", "kind": "member"}],
        "token": {
            "label": "Dashboard",
            "last_four": shown[-4:],
            "scopes": ["reports:read"],
            "expires_at": "2027-03-02T09:30:00Z",
        },
    }


def test_a_program_reads_what_its_owner_may_see_except_red(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        planted = list(plant(session, cast, settings, at))
    for name in ("dora", "ben", "chidi", "gus"):
        _token, shown = make_api_token(session, getattr(cast, name), settings, at=at)
        listed = {one["id"] for one in said(ask(program, shown, "/api/v1/reports"))["reports"]}
        clearance = cast.actors[name].clearance
        expected = {
            one.report.public_id
            for one in planted
            if one.audience & clearance and one.edition.marking != "RED"
        }
        assert listed == expected
        for one in planted:
            answer = ask(program, shown, f"/api/v1/reports/{one.report.public_id}")
            assert answer.status_code == (200 if one.report.public_id in expected else 404)
            if answer.status_code == 404:
                assert problem(answer)[1] == "There is nothing at this address."


def test_a_report_comes_with_its_words_and_its_marking(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        report, edition = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER"), at=at
        )
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    told = said(ask(program, shown, f"/api/v1/reports/{report.public_id}"))
    assert (told["title"], told["marking"]) == (edition.title, "TLP:AMBER")
    assert told["places"] == [{"country": "KE", "place": "Nairobi", "status": "active"}]
    assert told["council"] == {"slug": "kenya", "name": "Kenya"}
    assert [one["heading"] for one in told["sections"]] == [
        one["heading"] for one in edition.sections
    ]
    assert told["html"].startswith("<")
    assert told["sight"].startswith("Members of the Kenya council may see this")
    assert told["published_at"] == "2026-03-02T09:30:00Z"


@pytest.mark.parametrize(("marking", "entries"), [("AMBER", 1), ("GREEN", 0)])
def test_reading_what_is_restricted_is_on_record_once_as_on_its_page(
    program: Client,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    marking: str,
    entries: int,
) -> None:
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking=marking), at=at
        )
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    for _ in range(2):
        assert said(ask(program, shown, f"/api/v1/reports/{report.public_id}"))
    question = select(AuditEntry.actor_id).where(
        AuditEntry.action == "report.read", AuditEntry.object_id == report.public_id
    )
    assert session.scalars(question).all() == [cast.dora.id] * entries


def wrong(shown: str, other: str) -> Iterator[dict[str, str]]:
    yield {}
    for credential in (
        *("", "x", shown[:-1], f"{shown}x", other, "osaca_" + "0" * 36),
        *("é", shown.upper(), f" {shown} {shown}"),
    ):
        yield {"Authorization": f"Bearer {credential}"}
    yield {"Authorization": f"Basic {shown}"}
    yield {"Authorization": shown}
    yield {"X-Api-Key": shown}


@pytest.mark.one_database
def test_nobody_comes_in_without_the_one_credential(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    _feed, other = make_feed_token(session, cast.dora, settings, at=at)
    browser = Visitor(app.test_client())
    assert browser.sign_in(cast.dora.email, PASSPHRASE).status == 303
    for client in (Client(app), browser.client):
        for path in PATHS:
            for headers in wrong(shown, other):
                answer = client.get(path, headers=headers)
                assert (path, headers, problem(answer)[0]) == (path, headers, 401)
                assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="API"')
                assert "Set-Cookie" not in answer.headers
            assert client.get(f"{path}?access_token={shown}").status_code == 401


@pytest.mark.one_database
def test_cve_2026_27960_a_cookie_beside_a_token_counts_for_nothing(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    browser = Visitor(app.test_client())
    assert browser.sign_in(cast.amara.email, PASSPHRASE).status == 303
    forged = {"Authorization": f"Bearer {shown}", "X-Forwarded-User": "amara", "X-User-Id": "1"}
    answer = browser.client.get("/api/v1/me", headers=forged)
    assert said(answer)["name"] == "Dora Member"
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.one_database
def test_a_token_without_the_scope_reads_no_report(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at, scopes=())
    assert said(ask(program, shown, "/api/v1/me"))["token"]["scopes"] == []
    answer = ask(program, shown, "/api/v1/reports")
    assert problem(answer) == (403, "This token is not for that.")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_an_ended_token_or_account_is_refused_on_the_very_next_request(
    program: Client,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    clock: Traveller,
) -> None:
    revoked, shown = make_api_token(session, cast.dora, settings, at=at)
    _token, kept = make_api_token(session, cast.dora, settings, at=at)
    assert ask(program, shown, "/api/v1/me").status_code == 200
    with transaction(session):
        actions.revoke(session, revoked, because=OWNER, by=(cast.dora.id, "Dora"), at=at)
    assert problem(ask(program, shown, "/api/v1/me"))[0] == 410
    with transaction(session):
        cast.dora.suspended_at = at
    assert problem(ask(program, kept, "/api/v1/me"))[0] == 401
    with transaction(session):
        cast.dora.suspended_at = None
    clock.shift(timedelta(days=366))
    assert problem(ask(program, kept, "/api/v1/me"))[0] == 410


@pytest.mark.one_database
def test_an_unchanged_answer_is_known_by_a_tag_of_the_tokens_own(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
    _token, mine = make_api_token(session, cast.dora, settings, at=at)
    _other, others = make_api_token(session, cast.ben, settings, at=at)
    first = ask(program, mine, "/api/v1/reports")
    assert first.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in first.headers["Vary"]
    tag = first.headers["ETag"]
    assert ask(program, mine, "/api/v1/reports", if_none_match=tag).status_code == 304
    assert ask(program, mine, "/api/v1/reports", if_none_match="*").status_code == 304
    assert ask(program, mine, "/api/v1/reports", if_match="*").status_code == 200
    other = ask(program, others, "/api/v1/reports", if_none_match=tag)
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.one_database
def test_every_address_below_the_api_speaks_its_way(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    for path in PATHS[2:]:
        assert problem(ask(program, shown, path))[0] == 404
    with transaction(session):
        session.execute(text("DROP TABLE edition_audience"))
    assert problem(ask(program, shown, "/api/v1/reports"))[0] == 503
