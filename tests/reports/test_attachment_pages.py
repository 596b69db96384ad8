"""Sending and fetching files: what is refused is said, what is handed out is inert."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from osac_share.kernel.db import transaction
from osac_share.reports import actions, queries
from tests.support.factories import Words, make_draft
from tests.support.files import office, pdf, picture
from tests.support.pages import Document

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import Headers

    from osac_share.reports.models import Edition, Report
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

BOUNDARY = "between-the-fields"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def draft(session: Session, cast: Cast, at: datetime) -> tuple[Report, Edition]:
    with transaction(session):
        return make_draft(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="CLEAR"), at=at
        )


@pytest.fixture
def amara(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.amara)


def send(visitor: Visitor, report: Report, content: bytes, name: str) -> Document:
    page = f"/reports/{report.public_id}/attachments"
    token = visitor.open(page).form_to(page)["csrf_token"][0]
    answer = visitor.client.post(page, data=form_of(token, content, name), content_type=FORM)
    return Document(answer)


def form_of(token: str, content: bytes, name: str) -> bytes:
    """Return a form as browsers send it: quotes in names are spelled by number."""
    field = 'Content-Disposition: form-data; name="{}"{}\r\n\r\n'
    shown = name.replace('"', "%22")
    file = field.format("file", f'; filename="{shown}"')
    head = f"--{BOUNDARY}\r\n{field.format('csrf_token', '')}{token}\r\n--{BOUNDARY}\r\n{file}"
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def link_of(visitor: Visitor, report: Report) -> str:
    links = visitor.open(f"/reports/{report.public_id}/attachments").links().values()
    return next(link for link in links if link.startswith("/attachments/"))


def actions_of(page: Document) -> list[str]:
    return [form.action or "" for form in page.root.forms]


class Fetched(NamedTuple):
    """What came for a file."""

    status: int
    headers: Headers
    content: bytes


def fetch(visitor: Visitor, link: str) -> Fetched:
    with visitor.client.get(link) as answer:
        return Fetched(answer.status_code, answer.headers, answer.get_data())


def publish(session: Session, cast: Cast, report: Report, at: datetime) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        found, draft = queries.get_draft(session, report.public_id, amara.standing)
        actions.publish(session, found, draft, by=amara, at=at)


def test_file_is_sent_listed_fetched_and_removed(
    amara: Visitor, draft: tuple[Report, Edition]
) -> None:
    report, _ = draft
    assert send(amara, report, pdf(), "Plan B.pdf").status == 303
    page = amara.open(f"/reports/{report.public_id}/attachments")
    assert "Plan B.pdf PDF document 1 kB" in page.text
    assert fetch(amara, link_of(amara, report)).content == pdf()
    action = next(path for path in actions_of(page) if path.endswith("/remove"))
    assert amara.submit(f"/reports/{report.public_id}/attachments", to=action).status == 303
    assert "None yet" in amara.open(f"/reports/{report.public_id}/attachments").text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html>", "plan.pdf", "plan.pdf: The content is not what the name says, .pdf."),
        (picture("PNG"), "plan.pdf", "It is a picture."),
        (b"MZ", "../x/plan.exe", "plan.exe: Files of this kind are not taken."),
        (b"<svg/>", "a\u202egvs.svg", "agvs.svg: Files of this kind are not taken."),
        (b"", "plan.txt", "plan.txt: This file is empty."),
        (bytes(21_000_000), "plan.txt", "plan.txt: This file is larger than 20 MB."),
        (office("docx", **{"word/vbaProject.bin": b"x"}), "a.docx", "a.docx: This document holds"),
        (b"x", "<script>probe()</script>.js", "are not taken"),
        (b"x", "n" * 300 + ".exe", "are not taken"),
        (b"", "", "Choose a file first."),
    ],
)
def test_refusal_says_which_file_and_why_and_changes_nothing(
    amara: Visitor, draft: tuple[Report, Edition], content: bytes, name: str, words: str
) -> None:
    report, _ = draft
    page = send(amara, report, content, name)
    assert page.status == 409
    assert words in page.text
    assert "None yet" in page.text
    assert len(page.text) < 2000


def test_file_far_above_the_limit_is_not_even_read(
    amara: Visitor, draft: tuple[Report, Edition]
) -> None:
    report, _ = draft
    assert send(amara, report, bytes(32_000_000), "plan.txt").status == 413


def test_all_other_forms_keep_their_limit(amara: Visitor, visitor: Visitor) -> None:
    for who, path in ((amara, "/reports/new"), (visitor, "/reports/x/attachments")):
        answer = who.client.post(path, data={"a": "a" * 1_100_000})
        assert (path, answer.status_code) == (path, 413)


def test_strangers_and_other_councils_neither_list_send_nor_remove(
    amara: Visitor, signed_in: SignIn, cast: Cast, draft: tuple[Report, Edition]
) -> None:
    report, _ = draft
    send(amara, report, pdf(), "Plan.pdf")
    link, path = link_of(amara, report), f"/reports/{report.public_id}/attachments"
    for person in (cast.dora, cast.chidi, cast.gus):
        visitor = signed_in(person)
        token = visitor.open("/subscriptions").root.xpath(
            "string(//input[@name='csrf_token']/@value)"
        )
        assert visitor.open(path).status == 404
        assert visitor.open(link).status == 404
        for target in (path, f"{path}/{link.split('/')[2]}/remove"):
            assert visitor.client.post(target, data={"csrf_token": token}).status_code == 404
    assert "Plan.pdf" in amara.open(path).text


def test_hidden_file_answers_like_one_that_never_was(
    amara: Visitor, visitor: Visitor, draft: tuple[Report, Edition]
) -> None:
    send(amara, draft[0], pdf(), "Plan.pdf")
    link = link_of(amara, draft[0])
    hidden, absent = (visitor.open(path) for path in (link, f"/attachments/{'x' * 20}/Plan.pdf"))
    assert hidden.status == absent.status == 404
    assert hidden.text.split("reference")[0] == absent.text.split("reference")[0]


def test_file_is_handed_out_so_that_no_browser_runs_it(
    amara: Visitor, draft: tuple[Report, Edition]
) -> None:
    report, _ = draft
    send(amara, report, pdf(), 'Été "final"; X: y.pdf')
    headers = fetch(amara, link_of(amara, report)).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Disposition"] == (
        'attachment; filename="Ete final X y.pdf"; '
        "filename*=UTF-8''%C3%89t%C3%A9%20final%20X%20y.pdf"
    )
    assert int(headers["Content-Length"]) == len(pdf())
    assert "Accept-Ranges" not in headers


def test_pictures_alone_are_shown_in_place(amara: Visitor, draft: tuple[Report, Edition]) -> None:
    send(amara, draft[0], picture("PNG"), "map.png")
    headers = fetch(amara, link_of(amara, draft[0])).headers
    assert headers["Content-Disposition"] == 'inline; filename="map.png"'
    assert headers["Content-Security-Policy"].startswith("sandbox;")


def test_file_for_everyone_may_be_kept_briefly_and_only_under_its_own_name(
    amara: Visitor,
    visitor: Visitor,
    session: Session,
    cast: Cast,
    at: datetime,
    draft: tuple[Report, Edition],
) -> None:
    report, _ = draft
    send(amara, report, pdf(), "Plan.pdf")
    link = link_of(amara, report)
    publish(session, cast, report, at)
    answer = fetch(visitor, link)
    assert (answer.status, answer.content) == (200, pdf())
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert visitor.open(link.replace("Plan.pdf", "setup.exe")).status == 404
    assert amara.open(f"/reports/{report.public_id}/attachments").status == 404


def test_handed_in_draft_shows_its_files_without_a_way_to_change_them(
    amara: Visitor, session: Session, cast: Cast, at: datetime, draft: tuple[Report, Edition]
) -> None:
    report, _ = draft
    send(amara, report, pdf(), "Plan.pdf")
    chair = cast.actors["amara"]
    with transaction(session):
        found, edition = queries.get_draft(session, report.public_id, chair.standing)
        actions.submit(session, found, edition, by=chair, at=at)
    page = amara.open(f"/reports/{report.public_id}/attachments")
    assert "Plan.pdf" in page.text
    assert "Take it back to change its files." in page.text
    assert not [path for path in actions_of(page) if "attachments" in path]
