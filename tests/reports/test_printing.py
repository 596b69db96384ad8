"""Reports on paper: marked on each page, named for their reader, and never for other eyes."""

from __future__ import annotations

import io
import re
import sys
import time
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.documents.printing import nodes_of
from tests.support.factories import Words, make_draft, make_report, make_update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

LONG = "A march is expected, and then another one. " * 1200
EVERYTHING = """A *march* at **noon** with `code`, [link](https://example.org/x), [ours](/reports).

1. One
2. Two
   - nested #eval("x") $x^2$ \\#import "/etc/passwd"

> Said by somebody

##### Deep heading

| Place | Time |
|---|---|
| Nairobi | noon |
| Mombasa |

    kept as it is

---
Ends ~~never~~ now."""


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).split())


def printed(visitor: Visitor, path: str) -> bytes:
    answer = visitor.open(path).response
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return answer.get_data()


def written(body: str, **words: str) -> Words:
    return Words(sections=[{"heading": "Event", "body": body}], **words)  # type: ignore[arg-type]


def publish(session: Session, cast: Cast, at: datetime, words: Words) -> Report:
    # Published as an import is: what a council must write is not the matter here.
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
        actions.issue(session, report, draft, published_by=None, at=at)
    return report


def test_print_says_what_the_page_says_and_for_whom(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written(EVERYTHING))
    pdf = printed(signed_in(cast.dora), f"/reports/{report.public_id}.pdf")
    text = words_of(pdf)
    for expected in (
        "Nairobi: march to the parliament",
        "Where Nairobi, Kenya",
        "Severity Security",
        "A march at noon with code, link (example.org), ours.",
        '• nested #eval("x") $x^2$ #import "/etc/passwd"',
        "Mombasa",
        "Who may see this. Every member may see this, and so may program staff.",
        "Printed for Dora Member, 2 Mar 2026, ",
    ):
        assert expected in text
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf


def test_every_page_is_marked_and_numbered(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written(LONG, marking="AMBER_STRICT"))
    begun = time.perf_counter()
    pdf = printed(signed_in(cast.dora), f"/reports/{report.public_id}.pdf")
    assert time.perf_counter() - begun < 5
    pages = pages_of(pdf)
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert page.count("UNCLASSIFIED") == 2
        assert page.count("TLP:AMBER+STRICT") == 2
        assert f"Page {number} of {len(pages)}." in page
        assert "Printed for Dora Member" in page
        assert "EXERCISE" not in page


def test_drill_says_so_on_every_page(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written(LONG))
    with transaction(session):
        session.merge(report).is_exercise = True
    pdf = printed(signed_in(cast.dora), f"/reports/{report.public_id}.pdf")
    for page in pages_of(pdf):
        assert page.count("EXERCISE EXERCISE EXERCISE") == 2


def test_earlier_edition_says_that_it_is_one(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
        make_update(session, report, by=cast.actors["amara"], at=at)
    visitor, earlier = signed_in(cast.dora), "This is an earlier edition."
    first = words_of(printed(visitor, f"/reports/{report.public_id}/editions/1.pdf"))
    now = words_of(printed(visitor, f"/reports/{report.public_id}.pdf"))
    assert earlier in first
    assert earlier not in now
    assert "What changed. The march has moved." in now


def test_of_a_withdrawn_report_only_the_tombstone_is_printed(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, at=at)
        actions.withdraw(session, report, by=amara, at=at, because="It never happened.")
    visitor = signed_in(cast.dora)
    text = words_of(printed(visitor, f"/reports/{report.public_id}.pdf"))
    assert "This report was withdrawn. Do not rely on it." in text
    assert "It never happened." in text
    assert "march at noon" not in text
    assert visitor.open(f"/reports/{report.public_id}/editions/1.pdf").status == 404


def test_print_is_hidden_from_whom_the_report_is(
    visitor: Visitor, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written("secret", marking="AMBER"))
    with transaction(session):
        draft, _ = make_draft(session, cast.kenya, by=cast.actors["amara"], at=at)
    for path in (f"/reports/{report.public_id}", f"/reports/{report.public_id}/editions/1"):
        assert visitor.open(f"{path}.pdf").status == 404
        assert signed_in(cast.chidi).open(f"{path}.pdf").status == 404
        assert signed_in(cast.dora).open(f"{path}.pdf").status == 200
    assert signed_in(cast.amara).open(f"/reports/{draft.public_id}.pdf").status == 404


def test_print_is_a_file_of_its_reader_alone(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written("words", marking="CLEAR", title='À "pied"\\'))
    answer = visitor.open(f"/reports/{report.public_id}.pdf").response
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="A pied.pdf"')
    assert "Printed for somebody who had not signed in" in words_of(answer.data)


@pytest.mark.parametrize("words", ["你好, 世界", "مرحبا", "\U0001f9ff\ue000", "﷽" * 50, "x" * 5000])
def test_words_of_every_script_come_out(
    visitor: Visitor, session: Session, cast: Cast, at: datetime, words: str
) -> None:
    text = written(words, marking="CLEAR", title=words[:50])
    report = publish(session, cast, at, text)
    assert printed(visitor, f"/reports/{report.public_id}.pdf").startswith(b"%PDF")


def test_text_without_end_is_refused_in_words(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    report = publish(session, cast, at, written("x" * 1_000_000, marking="CLEAR"))
    page = visitor.open(f"/reports/{report.public_id}.pdf")
    assert page.status == 409
    assert "Print the page instead" in page.text


def test_without_the_typesetter_only_printing_is_away(
    visitor: Visitor,
    session: Session,
    cast: Cast,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = publish(session, cast, at, written("words", marking="CLEAR"))
    monkeypatch.setitem(sys.modules, "typst", None)
    page = visitor.open(f"/reports/{report.public_id}.pdf")
    assert page.status == 503
    assert "PDF cannot be made here." in page.text
    assert visitor.open(f"/reports/{report.public_id}").status == 200


def test_headings_on_paper_never_skip_a_level() -> None:
    nodes = nodes_of("<h2>a</h2><h5>b</h5><h3>c</h3><h6>d</h6><h2>e</h2>", base="")
    assert [node["level"] for node in nodes if isinstance(node, dict)] == [2, 3, 3, 4, 2]


def test_what_stands_too_deep_is_set_as_plain_words() -> None:
    nodes = nodes_of("<blockquote>" * 100 + "deep" + "</blockquote>" * 100, base="")
    assert "deep" in str(nodes)
    assert len(re.findall("blockquote", str(nodes))) < 20
