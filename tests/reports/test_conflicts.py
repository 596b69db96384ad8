"""Two who work on one draft, or one in two tabs: nobody's words are lost, whoever is faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import UserSession
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import Report
from tests.support.factories import make_draft, sections_saying
from tests.support.pages import Document

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

    Fields = dict[str, list[str]]

pytestmark = pytest.mark.usefixtures("clock")

MINE = "What Ben typed for an hour."
THEIRS = "What Amara saved meanwhile."


@pytest.fixture
def public_id(session: Session, cast: Cast) -> str:
    """Return the id of a draft of Kenya's council."""
    with transaction(session):
        return make_draft(session, cast.kenya, by=cast.actors["sade"])[0].public_id


@pytest.fixture
def amara(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.amara)


@pytest.fixture
def ben(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.ben)


def only_report(session: Session) -> Report:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Report)).one()


def bodies(session: Session) -> dict[str, str]:
    sections = only_report(session).editions[0].sections
    return {one["heading"]: one["body"] for one in sections}


def opened(visitor: Visitor, public_id: str) -> Fields:
    edit_at = f"/reports/{public_id}/edit"
    return visitor.open(edit_at).form_to(edit_at)


def sent(visitor: Visitor, public_id: str, fields: Fields, where: str = "edit") -> TestResponse:
    return visitor.client.post(f"/reports/{public_id}/{where}", data=fields)


def said(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict)
    return answer.json


def overtaken(amara: Visitor, ben: Visitor, public_id: str, **mine: list[str]) -> Document:
    """Let Amara save a title and an event while Ben writes; return what Ben gets."""
    fields = opened(ben, public_id)
    theirs = {"title": ["Nairobi: postponed"], "event": [THEIRS]}
    assert sent(amara, public_id, opened(amara, public_id) | theirs).status_code == 303
    return Document(sent(ben, public_id, fields | mine))


def test_overtaken_author_sees_both_wordings_and_nothing_is_overwritten(
    amara: Visitor, ben: Visitor, session: Session, public_id: str
) -> None:
    page = overtaken(amara, ben, public_id, event=[MINE])
    assert page.status == 409
    assert "Amara Chair saved this draft" in page.text
    assert MINE in page.text
    assert THEIRS in page.text
    assert bodies(session)["Event"] == THEIRS


def test_what_only_one_side_changed_fits_together_by_itself(
    amara: Visitor, ben: Visitor, session: Session, public_id: str
) -> None:
    page = overtaken(amara, ben, public_id, assistance=[MINE], topics=["crime"])
    assert not page.texts("//fieldset")
    fields = page.form_to(f"/reports/{public_id}/edit")
    assert sent(ben, public_id, fields).status_code == 303
    edition = only_report(session).editions[0]
    assert edition.title == "Nairobi: postponed"
    assert bodies(session)["Event"] == THEIRS
    assert bodies(session)["Assistance"] == MINE
    assert edition.topic_slugs == ["crime"]


@pytest.mark.parametrize(
    ("choice", "event"),
    [
        ({"pick_event": ["mine"]}, MINE),
        ({"pick_event": ["theirs"]}, THEIRS),
        ({"pick_event": ["merged"], "merged_event": ["Both of us."]}, "Both of us."),
        ({"pick_event": ["theirs"], "take": ["mine"]}, MINE),
    ],
)
def test_author_chooses_where_both_changed_the_same(
    amara: Visitor, ben: Visitor, session: Session, public_id: str, choice: Fields, event: str
) -> None:
    page = overtaken(amara, ben, public_id, event=[MINE])
    assert page.texts("//fieldset/legend") == ["Event: both of you changed this"]
    fields = page.form_to(f"/reports/{public_id}/edit")
    assert MINE in fields["merged_event"][0]
    assert THEIRS in fields["merged_event"][0]
    assert sent(ben, public_id, fields | choice).status_code == 303
    assert bodies(session)["Event"] == event
    kept = "Nairobi: march to the parliament" if "take" in choice else "Nairobi: postponed"
    assert only_report(session).editions[0].title == kept


def test_third_saving_between_two_wordings_is_told_again(
    amara: Visitor, ben: Visitor, session: Session, public_id: str
) -> None:
    page = overtaken(amara, ben, public_id, event=[MINE])
    fields = page.form_to(f"/reports/{public_id}/edit") | {"pick_event": ["mine"]}
    again = opened(amara, public_id) | {"event": ["A third wording."]}
    assert sent(amara, public_id, again).status_code == 303
    told = Document(sent(ben, public_id, fields))
    assert told.status == 409
    assert "A third wording." in told.text
    assert MINE in told.text
    assert bodies(session)["Event"] == "A third wording."


@pytest.mark.parametrize("base", ["", "{", "[1]", '{"event": 3}', "[" * 5000, "\0"])
def test_without_what_was_opened_every_difference_is_shown(
    amara: Visitor, ben: Visitor, public_id: str, base: str
) -> None:
    page = overtaken(amara, ben, public_id, event=[MINE], base=[base])
    assert page.status == 409
    assert len(page.texts("//fieldset/legend")) == 2


def test_two_tabs_of_one_author_are_two_editors(amara: Visitor, public_id: str) -> None:
    first, second = opened(amara, public_id), opened(amara, public_id)
    assert sent(amara, public_id, first | {"event": ["First tab."]}).status_code == 303
    answer = Document(sent(amara, public_id, second | {"event": ["Second tab."]}))
    assert answer.status == 409
    assert "Your other window saved this draft" in answer.text
    assert "First tab." in answer.text
    assert "Second tab." in answer.text


def test_draft_that_was_published_meanwhile_gives_back_what_was_typed(
    ben: Visitor, cast: Cast, session: Session, public_id: str, at: datetime
) -> None:
    stale = opened(ben, public_id)
    with transaction(session):
        report = session.scalars(select(Report)).one()
        actions.publish(session, report, report.editions[0], by=cast.actors["amara"], at=at)
    answer = sent(ben, public_id, stale | {"event": [MINE]})
    assert answer.status_code == 409
    assert MINE in answer.get_data(as_text=True)
    assert "published while you were working" in answer.get_data(as_text=True)
    assert only_report(session).editions[0].sections == sections_saying("a march at noon")
    assert ben.open(f"/reports/{public_id}/edit").status == 404
    by_itself = sent(ben, public_id, stale | {"event": [MINE]}, "autosave")
    assert by_itself.status_code == 409
    assert "published while you were working" in said(by_itself)["words"]


def test_next_edition_is_not_taken_for_the_one_that_was_opened(
    ben: Visitor, cast: Cast, session: Session, public_id: str, at: datetime
) -> None:
    stale = opened(ben, public_id)
    with transaction(session):
        report = session.scalars(select(Report)).one()
        actions.publish(session, report, report.editions[0], by=cast.actors["amara"], at=at)
        following = actions.begin_update(session, report, by=cast.actors["amara"], at=at)
    fields = stale | {"event": [MINE], "lock": [str(following.lock)]}
    assert sent(ben, public_id, fields).status_code == 409
    assert only_report(session).editions[1].sections == sections_saying("a march at noon")


def test_draft_in_review_gives_back_what_was_typed(
    ben: Visitor, cast: Cast, session: Session, public_id: str, at: datetime
) -> None:
    stale = opened(ben, public_id)
    with transaction(session):
        report = session.scalars(select(Report)).one()
        actions.submit(session, report, report.editions[0], by=cast.actors["sade"], at=at)
    lock = str(only_report(session).editions[0].lock)
    answer = sent(ben, public_id, stale | {"event": [MINE], "lock": [lock]})
    assert answer.status_code == 409
    assert MINE in answer.get_data(as_text=True)
    assert "take it back first" in answer.get_data(as_text=True)


def test_preview_that_is_out_of_date_is_not_published(
    amara: Visitor, session: Session, public_id: str
) -> None:
    publish_at = f"/reports/{public_id}/publish"
    seen = amara.open(f"/reports/{public_id}/preview").form_to(publish_at)
    amara.submit(f"/reports/{public_id}/edit", title="Nairobi: postponed")
    answer = amara.client.post(publish_at, data=seen | {"because": ["It begins now."]})
    assert answer.status_code == 409
    assert "Somebody changed this draft" in answer.get_data(as_text=True)
    assert "Nairobi: postponed" in answer.get_data(as_text=True)
    assert only_report(session).state == "draft"


def test_saving_by_itself_goes_on_from_its_own_answer(
    ben: Visitor, session: Session, public_id: str
) -> None:
    fields = opened(ben, public_id) | {"event": [""]}
    first = sent(ben, public_id, fields, "autosave")
    assert (first.status_code, said(first)["missing"]) == (200, ["Write the section “Event”."])
    following = {name: [str(said(first)[name])] for name in ("edition", "lock", "base")}
    second = sent(ben, public_id, fields | following | {"event": [MINE]}, "autosave")
    assert (second.status_code, said(second)["missing"]) == (200, [])
    assert said(second)["lock"] > said(first)["lock"]
    assert bodies(session)["Event"] == MINE
    same = {name: [str(said(second)[name])] for name in ("edition", "lock", "base")}
    third = sent(ben, public_id, fields | same | {"event": [MINE]}, "autosave")
    assert said(third)["lock"] == said(second)["lock"]


def test_saving_by_itself_tells_who_was_faster(
    amara: Visitor, ben: Visitor, session: Session, public_id: str, at: datetime
) -> None:
    fields = opened(ben, public_id)
    amara.submit(f"/reports/{public_id}/edit", event=THEIRS)
    answer = sent(ben, public_id, fields | {"event": [MINE]}, "autosave")
    assert answer.status_code == 409
    assert said(answer) == {"by": "Amara Chair", "at": at.isoformat()}
    assert bodies(session)["Event"] == THEIRS


def test_saving_by_itself_names_slips_and_keeps_to_the_rules(
    ben: Visitor, signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    fields = opened(ben, public_id)
    answer = sent(ben, public_id, fields | {"places": ["Atlantis"]}, "autosave")
    assert (answer.status_code, list(said(answer)["errors"])) == (422, ["places"])
    chidi = signed_in(cast.chidi)
    token = chidi.open("/").form_to("/logout")["csrf_token"]
    stolen = fields | {"csrf_token": token, "event": [MINE]}
    assert sent(chidi, public_id, stolen, "autosave").status_code == 404
    forged = {name: value for name, value in fields.items() if name != "csrf_token"}
    assert sent(ben, public_id, forged, "autosave").status_code == 400
    assert MINE not in bodies(session).values()


def test_saving_by_itself_after_the_session_has_ended_says_so(
    ben: Visitor, session: Session, public_id: str, at: datetime
) -> None:
    fields = opened(ben, public_id)
    with transaction(session):
        session.execute(update(UserSession).values(ended_at=at))
    assert sent(ben, public_id, fields | {"event": [MINE]}, "autosave").status_code == 401


def test_first_saving_by_itself_begins_the_draft(
    ben: Visitor, cast: Cast, session: Session
) -> None:
    page = "/reports/new?kind=analysis&exercise=1"
    fields = ben.open(page).form_to("/reports/new") | {"text_key_points": [MINE]}
    answer = ben.client.post("/reports/new/autosave?kind=analysis&exercise=1", data=fields)
    assert answer.status_code == 200
    report = only_report(session)
    assert (report.kind, report.is_exercise, report.council_id) == ("analysis", True, cast.kenya.id)
    assert said(answer)["edit"] == f"/reports/{report.public_id}/edit"
    following = {name: [str(said(answer)[name])] for name in ("edition", "lock", "base")}
    assert sent(ben, report.public_id, fields | following | {"title": ["T"]}).status_code == 303
    assert only_report(session).editions[0].title == "T"
