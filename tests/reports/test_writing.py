"""Writing an alert through the pages: draft, preview, publish."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from osac_share.audit.models import AuditEntry
from osac_share.councils.policy import CHAIR
from osac_share.councils.queries import clearance_rows
from osac_share.kernel.db import transaction
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports import actions
from osac_share.reports.models import PUBLISHED, Edition, Report
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from tests.support.factories import make_draft, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document, Visitor

pytestmark = pytest.mark.usefixtures("clock")

BECAUSE = "The march begins within the hour."
TYPED: dict[str, str | list[str]] = {
    "alert_kind": "demonstration",
    "title": "Nairobi: march to the parliament",
    "places": "Nairobi, Kenya\nUganda",
    "topics": ["civil-unrest", "crime"],
    "severity": "security",
    "expires": "2026-03-09T18:00",
    "location": "The **central** market.",
    "event": "A march is expected from noon.",
    "actions": "Avoid the area.\nMonitor local media.",
    "assistance": "Call the duty officer.",
    "marking": "GREEN",
}


@pytest.fixture
def amara(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.amara)


def write(visitor: Visitor, **changes: str | list[str]) -> Document:
    return visitor.submit("/reports/new?kind=alert", to=None, follow=False, **(TYPED | changes))


def only_report(session: Session) -> Report:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Report)).one()


def count(session: Session, table: type, *conditions: object) -> int:
    session.rollback()
    question = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
    return session.scalar(question) or 0


def test_chair_writes_previews_and_publishes_an_alert(
    amara: Visitor, cast: Cast, session: Session, at: datetime
) -> None:
    with transaction(session):
        subscribe(
            session,
            Wish(places=["UG"], topics=["crime"], min_severity="security"),
            by=cast.actors["dora"],
            at=at,
        )
    saved = write(amara)
    report = only_report(session)
    preview_at = f"/reports/{report.public_id}/preview"
    assert (saved.status, saved.response.location) == (303, preview_at)
    preview = amara.open(preview_at)
    assert preview.title == TYPED["title"]
    assert "1 person gets mail at once" in preview.text
    publish_at = f"/reports/{report.public_id}/publish"
    shown = amara.submit(preview_at, to=publish_at, follow=True, because=BECAUSE)
    assert (shown.status, shown.title) == (200, TYPED["title"])
    assert shown.texts("//article//h2") == ["Location", "Event", "Actions to take", "Assistance"]
    assert shown.texts("//article//strong") == ["central"]
    assert shown.texts("//article//div[@class='body']//li") == [
        "Avoid the area.",
        "Monitor local media.",
    ]
    edition = only_report(session).editions[0]
    assert edition.countries == ["KE", "UG"]
    assert edition.topic_slugs == ["civil-unrest", "crime"]
    assert edition.expires_at is not None
    assert edition.expires_at.hour == 15
    assert (only_report(session).state, edition.published_at) == (PUBLISHED, at)


def test_page_that_comes_back_after_publishing_is_sent_once(
    amara: Visitor, cast: Cast, session: Session
) -> None:
    write(amara)
    report = only_report(session)
    preview = amara.open(f"/reports/{report.public_id}/preview")
    publish_at = f"/reports/{report.public_id}/publish"
    fields = preview.form_to(publish_at) | {"because": [BECAUSE]}
    answers = [amara.client.post(publish_at, data=fields) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert {answer.location for answer in answers} == {f"/reports/{report.public_id}"}
    assert count(session, OutboxRow) == 1
    assert count(session, AuditEntry, AuditEntry.action == "report.publish") == 1
    assert count(session, Edition) == 1


@pytest.mark.parametrize("name", ["dora", "gus"])
def test_plain_member_is_told_who_writes(signed_in: SignIn, cast: Cast, name: str) -> None:
    visitor = signed_in(cast.people[name])
    for path in ("/reports/new", "/drafts", "/reports/nothing/edit"):
        answer = visitor.open(path)
        assert (path, answer.status) == (path, 403)
        assert "written by the chairs and secretaries" in answer.text


@pytest.mark.parametrize("name", ["dora", "chidi", "gus"])
def test_draft_of_another_council_is_as_absent_as_one_that_never_was(
    signed_in: SignIn, cast: Cast, session: Session, name: str
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"])
    visitor = signed_in(cast.people[name])
    token = visitor.open("/").form_to("/logout")["csrf_token"]
    for method, path in [
        ("GET", "/reports/{}"),
        ("GET", "/reports/{}/editions/1"),
        ("GET", "/reports/{}/preview"),
        ("GET", "/reports/{}/edit"),
        ("POST", "/reports/{}/edit"),
        ("POST", "/reports/{}/publish"),
    ]:
        there, nowhere = (
            visitor.client.open(path.format(public_id), method=method, data={"csrf_token": token})
            for public_id in (report.public_id, "x" * 20)
        )
        assert (
            there.status_code
            == nowhere.status_code
            == (403 if path.endswith("/edit") and name != "chidi" else 404)
        )
        assert without_reference(there, report.public_id) == without_reference(nowhere, "x" * 20)


def without_reference(answer: object, public_id: str) -> str:
    from tests.support.pages import Document as Page  # noqa: PLC0415

    page = Page(answer)  # type: ignore[arg-type]
    (reference,) = page.texts("//code")
    return page.response.get_data(as_text=True).replace(reference, "").replace(public_id, "")


def test_slip_costs_nothing_of_what_was_typed(amara: Visitor, session: Session) -> None:
    answer = write(amara, title="x" * 301, places="Atlantis")
    assert answer.status == 422
    assert "“Atlantis”" in answer.text
    fields = answer.form_to("/reports/new")
    assert fields["event"][0].strip() == TYPED["event"]
    assert fields["places"][0].strip() == "Atlantis"
    assert sorted(fields["topics"]) == ["civil-unrest", "crime"]
    assert fields["expires"] == [TYPED["expires"]]
    assert count(session, Report) == 0


def test_incomplete_draft_is_kept_and_says_what_it_lacks(amara: Visitor, session: Session) -> None:
    assert write(amara, title="", places="", event="").status == 303
    page = amara.open(f"/reports/{only_report(session).public_id}/edit")
    assert page.texts("//*[@data-missing]/li") == [
        "Give the report a title.",
        "Add at least one country.",
        "Write the section “Event”.",
    ]


@pytest.mark.parametrize("lock", ["", "-1", "99999999999999999999", "one", "\0"])
def test_publishing_without_a_sensible_lock_publishes_nothing(
    amara: Visitor, session: Session, lock: str
) -> None:
    write(amara)
    public_id = only_report(session).public_id
    publish_at = f"/reports/{public_id}/publish"
    fields = amara.open(f"/reports/{public_id}/preview").form_to(publish_at)
    assert (
        amara.client.post(
            publish_at, data=fields | {"lock": [lock], "because": [BECAUSE]}
        ).status_code
        == 409
    )
    assert only_report(session).state == "draft"


def test_end_that_has_passed_is_refused_at_publishing_and_the_draft_stays(
    amara: Visitor, session: Session
) -> None:
    write(amara, expires="2026-03-02T09:00")
    public_id = only_report(session).public_id
    publish_at = f"/reports/{public_id}/publish"
    answer = amara.submit(f"/reports/{public_id}/preview", to=publish_at, because=BECAUSE)
    assert answer.status == 409
    assert "already passed" in answer.text
    assert only_report(session).state == "draft"


def test_chair_who_lost_the_seat_neither_sees_nor_publishes_the_draft(
    amara: Visitor, cast: Cast, session: Session, at: datetime
) -> None:
    from osac_share.councils.models import Seat  # noqa: PLC0415

    write(amara)
    public_id = only_report(session).public_id
    publish_at = f"/reports/{public_id}/publish"
    fields = amara.open(f"/reports/{public_id}/preview").form_to(publish_at)
    fields["because"] = [BECAUSE]
    with transaction(session):
        session.execute(update(Seat).where(Seat.kind == CHAIR).values(ended_at=at))
    assert clearance_rows(session, cast.amara.id)
    assert amara.open(f"/reports/{public_id}/preview").status == 404
    assert amara.client.post(publish_at, data=fields).status_code == 404
    assert only_report(session).state == "draft"


def test_published_edition_cannot_be_opened_for_writing(
    amara: Visitor, cast: Cast, session: Session
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
    for page in ("edit", "preview"):
        assert amara.open(f"/reports/{report.public_id}/{page}").status == 404


def test_list_of_drafts_shows_what_one_may_work_on(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        make_draft(session, cast.kenya, by=cast.actors["sade"])
    title = "Nairobi: march to the parliament"
    assert title in signed_in(cast.ben).open("/drafts").links()
    assert title not in signed_in(cast.chidi).open("/drafts").links()


def test_list_of_drafts_says_where_each_is_on_its_way(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
    ben = signed_in(cast.ben)
    assert stages(ben) == ["Being written"]
    assert "by Sade Secretary" in ben.open("/drafts").text
    with transaction(session):
        actions.submit(session, report, draft, by=cast.actors["sade"], at=at)
    assert stages(ben) == ["In review"]
    edit_at = f"/reports/{report.public_id}/edit"
    assert ben.open(edit_at).response.location == f"/reports/{report.public_id}/preview"
    with transaction(session):
        words = "Name the street."
        actions.send_back(session, report, draft, by=cast.actors["ben"], at=at, words=words)
    assert stages(ben) == ["Returned with a note: Name the street."]
    assert "Name the street." in ben.open(edit_at).text
    with transaction(session):
        draft.release_at = at + timedelta(hours=5)
        actions.submit(session, report, draft, by=cast.actors["sade"], at=at)
        actions.approve(session, report, draft, by=cast.actors["ben"], at=at)
    assert stages(ben) == ["Held back until 17:30 in Nairobi (2 Mar 2026, 14:30 UTC)"]


def stages(visitor: Visitor) -> list[str]:
    return visitor.open("/drafts").texts("//tbody//td[3]")


def test_who_changed_nothing_has_not_written(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
    assert signed_in(cast.ben).submit(f"/reports/{report.public_id}/edit").status == 303
    kept = only_report(session).editions[0]
    assert (kept.authors, kept.lock) == ([cast.sade.id], draft.lock)
    assert signed_in(cast.ben).submit(f"/reports/{report.public_id}/edit", title="X").status == 303
    assert only_report(session).editions[0].authors == [cast.sade.id, cast.ben.id]
