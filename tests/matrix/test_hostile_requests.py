"""Requests shaped to get around a check: what others were broken by is tried on every release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.models import Person
from osac_share.kernel.db import transaction
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import tokens_of
from tests.support.crawl import every_page
from tests.support.factories import Words, make_draft, make_report
from tests.support.matrix.state import Fingerprints

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

WILDCARDS = ("%", "_", "%%", "d%", "____", "%@example.org", "\\%", "*", "?")
ORDERS = (
    "title;drop table report",
    "1",
    "password_hash",
    "-id",
    "(select 1)",
    "date desc",
    "' or 1=1",
)
FORMATS = (
    {"Accept": "application/json"},
    {"Accept": "text/xml", "Content-Type": "application/json"},
    {"Accept": "*/*;q=0.1", "X-Requested-With": "XMLHttpRequest"},
    {"Accept": "image/png", "Content-Type": "text/plain"},
)
POLYGLOT = "\"><script>evil()</script>'{{7*7}}%0d%0aSet-Cookie:evil=1"
FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X-Original-URL": "/drafts",
    "X-HTTP-Method-Override": "DELETE",
}


@pytest.mark.parametrize("wildcard", WILDCARDS)
def test_wildcard_names_nobody_and_finds_nothing(
    session: Session, cast: Cast, visitor: Visitor, wildcard: str
) -> None:
    assert tokens_of(session, [wildcard])[0] == []
    page = visitor.client.get("/search", query_string={"q": wildcard})
    assert page.status_code == 200
    assert "Nairobi: march" not in page.get_data(as_text=True)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("path", ["/reports", "/search?q=march"])
def test_unknown_order_is_no_order_and_never_a_query(
    session: Session, cast: Cast, visitor: Visitor, path: str, order: str
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], words=Words(marking="CLEAR"))
    joined = "&" if "?" in path else "?"
    for name in ("sort", "order", "order_by", "limit", "page"):
        assert visitor.client.get(f"{path}{joined}{name}={order}").status_code == 200


@pytest.mark.parametrize("headers", FORMATS, ids=str)
def test_another_format_gets_around_no_check(
    app: Flask, session: Session, cast: Cast, signed_in: SignIn, headers: dict[str, str]
) -> None:
    words = Words(marking="AMBER", title="Zebra depot")
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    address = f"/reports/{report.public_id}"
    for visitor in (signed_in(None), signed_in(cast.chidi)):
        answer = visitor.client.get(address, headers=headers)
        assert answer.status_code == 404
        assert b"Zebra" not in answer.get_data()
        # Without its token no form does anything, whatever kind of body it is said to be.
        sent = visitor.client.post(f"{address}/withdraw", headers=headers, data="because=x")
        assert sent.status_code in {400, 401, 404}
    session.expire_all()
    assert report.state == "published"


def test_repeated_parameter_has_one_meaning(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        draft_report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"])
    dora = signed_in(cast.dora)
    for query in ("state=published&state=draft", "page=1&page=x", "q=a&q=b", "country=&country=KE"):
        for path in ("/reports", "/search"):
            answer = dora.client.get(f"{path}?{query}")
            assert answer.status_code == 200
            assert draft_report.public_id not in answer.get_data(as_text=True)


def test_columns_that_a_form_does_not_offer_are_not_set_by_it(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
    amara, path = signed_in(cast.amara), f"/reports/{report.public_id}/edit"
    offered = amara.open(path).form_to(path)
    tables = (Report.__table__, Edition.__table__, Person.__table__)
    columns = {column.key for table in tables for column in table.columns}
    smuggled = dict.fromkeys(columns - set(offered), "1")
    before = _unlisted(session, report, draft, set(offered))
    session.rollback()
    sent = offered | smuggled | {"title": "Nairobi: a march, changed"}
    assert amara.client.post(path, data=sent).status_code == 303
    session.rollback()
    assert draft.title == "Nairobi: a march, changed"
    assert _unlisted(session, report, draft, set(offered)) == before


def _unlisted(
    session: Session, report: Report, draft: Edition, offered: set[str]
) -> dict[str, object]:
    follows = {"lock", "updated_at", "summary", "sections", "authors"} | offered
    session.refresh(report)
    session.refresh(draft)
    return {
        f"{type(row).__name__}.{column.key}": getattr(row, column.key)
        for row in (report, draft)
        for column in type(row).__table__.columns
        if column.key not in follows
    }


@pytest.mark.parametrize("host", ["evil.example", "share.example.org.evil.example", "x:1@evil"])
def test_host_that_is_not_ours_gets_no_page(visitor: Visitor, host: str) -> None:
    answer = visitor.client.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.get_data()


def test_forwarded_headers_are_not_believed(visitor: Visitor) -> None:
    plain = visitor.client.get("/drafts")
    forged = visitor.client.get("/drafts", headers=FORWARDED)
    assert (forged.status_code, forged.location) == (plain.status_code, plain.location)
    page = visitor.client.get("/reports", headers=FORWARDED)
    assert "evil" not in page.get_data(as_text=True) + repr(list(page.headers))


@pytest.mark.parametrize("name", ["Referer", "User-Agent", "Accept-Language", "Cookie", "Origin"])
def test_header_is_never_written_into_a_page(visitor: Visitor, name: str) -> None:
    for path in ("/", "/reports", "/login", "/no-such-page"):
        answer = visitor.client.get(path, headers={name: POLYGLOT})
        assert answer.status_code in {200, 404}
        assert "evil" not in answer.get_data(as_text=True) + repr(list(answer.headers))


def test_reading_the_whole_site_changes_nothing(
    engine: Engine, session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"])
        make_draft(session, cast.kenya, by=cast.actors["amara"])
    amara = signed_in(cast.amara)
    fingerprints = Fingerprints(engine)
    before = fingerprints.take()
    opened = [path for path, _ in every_page(amara.client)]
    assert len(opened) > 30
    assert fingerprints.take().changed_since(before) == []


def test_form_token_of_somebody_else_is_refused(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
    stolen = signed_in(cast.ben).open("/").form_to("/logout")["csrf_token"]
    amara = signed_in(cast.amara)
    sent = {"csrf_token": stolen, "lock": str(draft.lock)}
    for step in ("submit", "discard", "quarantine", "publish"):
        answer = amara.client.post(f"/reports/{report.public_id}/{step}", data=sent)
        assert answer.status_code == 400
    session.expire_all()
    assert (draft.stage, report.quarantined_at) == ("writing", None)
