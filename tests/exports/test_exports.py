"""Lists that somebody takes along, in the forms in which they arrive."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.worker import Worker
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")

FORMS = ("csv", "json", "pdf")


@pytest.fixture
def published(session: Session, cast: Cast, at: datetime) -> None:
    """Publish a report of each marking for Kenya, and one for Nigeria."""
    to_dora = (f"person:{cast.dora.id}",)
    with transaction(session):
        for marking, addressees in (
            ("CLEAR", ()),
            ("GREEN", ()),
            ("AMBER", ()),
            ("AMBER_STRICT", ()),
            ("RED", to_dora),
        ):
            words = Words(title=f"zq{marking}", marking=marking, addressees=addressees)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
        lagos = Words(
            title="zqLAGOS", marking="CLEAR", places=(("NG", "Lagos"),), topics=("crime",)
        )
        make_report(session, cast.nigeria, by=cast.actors["chidi"], words=lagos, at=at)


def fetch(visitor: Visitor, path: str) -> Any:  # noqa: ANN401 -- an answer of the test client.
    answer = visitor.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def table(visitor: Visitor, path: str) -> list[dict[str, str]]:
    body = fetch(visitor, path).get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def titles(visitor: Visitor, query: str) -> set[str]:
    return {
        row["Title"].removeprefix("zq") for row in table(visitor, f"/exports/reports.csv{query}")
    }


@pytest.mark.usefixtures("published")
def test_a_list_holds_what_its_reader_may_see_narrowed_as_its_page(
    cast: Cast, signed_in: SignIn
) -> None:
    dora, chidi = signed_in(cast.dora), signed_in(cast.chidi)
    kenya = {"CLEAR", "GREEN", "AMBER", "AMBER_STRICT"}
    assert titles(dora, "") == kenya | {"LAGOS"}
    assert titles(chidi, "") == {"CLEAR", "GREEN", "LAGOS"}
    for query in ("?country=KE", "?topic=civil-unrest", "?council=kenya"):
        assert titles(dora, query) == kenya
    assert titles(dora, "?region=AF&kind=alert&state=published") == kenya | {"LAGOS"}
    assert titles(dora, "?severity=emergency") == set()
    assert dora.client.get("/exports/reports.csv?council=nowhere").status_code == 404
    for form in FORMS:
        for what in ("reports", "search"):
            assert signed_in(None).client.get(f"/exports/{what}.{form}").status_code == 303


@pytest.mark.usefixtures("published")
def test_each_form_bears_the_marking_the_reader_and_what_is_left_out(
    cast: Cast, signed_in: SignIn
) -> None:
    dora = signed_in(cast.dora)
    said = json.loads(fetch(dora, "/exports/reports.json").data)
    assert {name: said[name] for name in ("marking", "taken_by", "total", "left_out")} == {
        "marking": "TLP:AMBER+STRICT",
        "taken_by": "Dora Member",
        "total": 5,
        "left_out": 1,
    }
    assert {one["marking"] for one in said["reports"]} >= {"TLP:CLEAR", "TLP:AMBER+STRICT"}
    answer = fetch(dora, "/exports/reports.pdf?country=KE")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    words = " ".join(page.extract_text() for page in pages)
    for page in pages:
        assert page.extract_text().count("UNCLASSIFIED TLP:AMBER+STRICT") == 2
        assert "Printed for Dora Member" in page.extract_text()
    assert "4 reports. 1 more, marked TLP:RED, must be read on the site." in words
    assert "zqAMBER_STRICT" in words
    assert "zqRED" not in words
    name = 'filename="TLP-AMBER-STRICT_reports_2026-03-02_0930.pdf"'
    assert answer.headers["Content-Disposition"] == f"attachment; {name}"
    assert answer.headers["Cache-Control"] == "private, no-store"
    names = [
        fetch(signed_in(cast.chidi), f"/exports/reports.csv{asked}")
        for asked in ("", "?country=NG")
    ]
    assert [one.headers["Content-Disposition"][22:31] for one in names] == [
        "TLP-GREEN",
        "TLP-CLEAR",
    ]


def test_no_cell_is_ever_computed(
    session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    hostile = '=HYPERLINK("http://x")'
    words = Words(
        title=hostile, summary='@SUM(1)\n"x",y\u202e', places=(("KE", "+cmd"),), marking="CLEAR"
    )
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
    dora = signed_in(cast.dora)
    (row,) = table(dora, "/exports/reports.csv")
    assert row["Title"] == f"'{hostile}"
    assert row["Summary"].startswith("'@SUM(1)")
    assert not any(cell[:1] in "=+-@\t\r" for cell in row.values() if cell)
    for form in FORMS:
        assert fetch(dora, f"/exports/reports.{form}").data


@pytest.mark.usefixtures("published")
def test_taking_a_list_along_is_recorded_with_the_restricted_reports_in_it(
    cast: Cast, signed_in: SignIn, session: Session
) -> None:
    fetch(signed_in(cast.dora), "/exports/reports.pdf?country=KE")
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "reports.export")).one()
    detail = entry.detail
    assert (entry.actor_id, entry.object_id, detail["rows"]) == (cast.dora.id, "pdf", 4)
    assert detail["what"] == "Reports: Kenya"
    assert len(detail["restricted"]) == 2


@pytest.mark.usefixtures("published")
def test_what_a_search_finds_is_taken_along_as_it_is_found(
    cast: Cast, signed_in: SignIn, settings: Settings, engine: Engine
) -> None:
    with Worker(settings, engine) as worker:
        worker.drain()
    dora = signed_in(cast.dora)
    found = table(dora, "/exports/search.csv?q=march&sort=date&country=KE")
    assert {row["Title"] for row in found} == {"zqCLEAR", "zqGREEN", "zqAMBER", "zqAMBER_STRICT"}
    said = json.loads(fetch(dora, "/exports/search.json?q=march").data)
    assert (said["what"], said["left_out"], said["total"]) == ("Search: march", 1, 5)
    assert json.loads(fetch(dora, "/exports/search.json").data)["reports"] == []
    page = dora.open("/search?q=march&country=KE&form=x&_external=y")
    assert "/exports/search.pdf?q=march&country=KE" in page.links().values()
