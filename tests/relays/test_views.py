"""The queue and the sources in the browser, for each role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import transaction
from osac_share.relays.models import RelaySource
from osac_share.reports.models import Report
from tests.relays.samples import BODY, TITLE, cap, rss, rss_item

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.relays.conftest import Bring
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]


@pytest.fixture
def ben(signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.ben)


def test_chair_reads_a_text_and_takes_it_in(
    ben: Visitor, bring: Bring, session: Session, at: datetime
) -> None:
    (item,) = bring(rss(rss_item()))
    queue = ben.open("/relays")
    assert queue.title == "To relay"
    page = ben.open(queue.links()[TITLE])
    assert page.title == TITLE
    assert "A march is expected from noon." in page.text
    assert page.links()["Where it was published"] == "https://ke.example.org/alert-1"
    form = page.form_to(f"/relays/{item.public_id}/take")
    assert (form["places"][0].strip(), form["topics"]) == ("Kenya", ["demonstrations"])
    assert (form["alert_kind"], form["severity"]) == (["demonstration"], ["security"])
    in_nairobi = at + timedelta(days=7, hours=3)
    assert form["expires"] == [f"{in_nairobi:%Y-%m-%d %H:%M:%S}"]
    after = ben.submit(f"/relays/{item.public_id}", to=f"/relays/{item.public_id}/take")
    session.rollback()
    report = session.scalars(select(Report)).one()
    assert after.response.location == f"/reports/{report.public_id}/preview"
    preview = ben.open(after.response.location)
    assert "Word for word from U.S. Embassy Nairobi" in preview.text
    assert "Nothing waits" in ben.open("/relays").text
    assert "Ben Cochair" in ben.open(f"/relays/{item.public_id}").text


def test_words_of_a_text_that_was_taken_in_are_the_issuer_s(
    ben: Visitor, bring: Bring, session: Session
) -> None:
    (item,) = bring(rss(rss_item()))
    ben.submit(f"/relays/{item.public_id}", to=f"/relays/{item.public_id}/take")
    session.rollback()
    report = session.scalars(select(Report)).one()
    edit = f"/reports/{report.public_id}/edit"
    after = ben.submit(edit, title="Mine", text="My own words", places="Mombasa, Kenya")
    assert after.status == 303
    session.rollback()
    session.expire_all()
    (draft,) = report.editions
    assert (draft.title, list(draft.sections)) == (TITLE, list(item.sections))
    assert [place.place for place in draft.places] == ["Mombasa"]


def test_what_is_missing_is_said_and_what_was_typed_stays(ben: Visitor, bring: Bring) -> None:
    (item,) = bring(rss(rss_item()))
    page = f"/relays/{item.public_id}"
    after = ben.submit(page, to=f"{page}/take", places="Atlantis", topics=["crime"])
    assert after.status == 422
    assert "We do not know “Atlantis”" in after.text
    form = after.form_to(f"{page}/take")
    assert (form["places"][0].strip(), form["topics"]) == ("Atlantis", ["crime"])
    assert ben.submit(page, to=f"{page}/set-aside").status == 422


def test_secretary_sets_a_text_aside_with_a_reason(
    signed_in: SignIn, cast: Cast, bring: Bring
) -> None:
    (item,) = bring(rss(rss_item()))
    sade = signed_in(cast.sade)
    page = f"/relays/{item.public_id}"
    after = sade.submit(page, to=f"{page}/set-aside", follow=True, why="Known already.")
    assert "Set aside: Known already." in after.text
    assert sade.client.post(f"{page}/set-aside").status_code == 400


def test_second_one_to_decide_is_told(
    ben: Visitor, signed_in: SignIn, cast: Cast, bring: Bring, session: Session
) -> None:
    (item,) = bring(rss(rss_item()))
    page = f"/relays/{item.public_id}"
    form = ben.open(page)
    take, aside = form.form_to(f"{page}/take"), form.form_to(f"{page}/set-aside")
    signed_in(cast.amara).submit(page, to=f"{page}/take")
    assert ben.client.post(f"{page}/take", data=take).status_code == 409
    aside |= {"why": ["Known."]}
    assert ben.client.post(f"{page}/set-aside", data=aside).status_code == 409
    session.rollback()
    assert len(session.scalars(select(Report)).all()) == 1


def test_analyst_takes_in_for_any_council(
    signed_in: SignIn, cast: Cast, bring: Bring, session: Session
) -> None:
    (item,) = bring(rss(rss_item()))
    page = f"/relays/{item.public_id}"
    after = signed_in(cast.gus).submit(page, to=f"{page}/take", follow=True)
    assert "Its authors find it among their drafts." in after.response.get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(Report)).one().council_id == cast.kenya.id
    assert TITLE in signed_in(cast.sade).open("/drafts").text


@pytest.mark.parametrize("who", ["dora", "chidi"])
def test_others_find_nothing(who: str, signed_in: SignIn, cast: Cast, bring: Bring) -> None:
    (item,) = bring(rss(rss_item()))
    visitor = signed_in(cast.people[who])
    assert visitor.open(f"/relays/{item.public_id}").status == 404
    assert TITLE not in visitor.open("/relays").text
    assert visitor.open("/relays").status == (200 if who == "chidi" else 403)
    assert visitor.open("/relays/sources").status == (200 if who == "chidi" else 403)
    assert "ke.example.org" not in visitor.open("/relays/sources").text


def test_change_is_shown_and_proposed_as_what_changed(
    ben: Visitor, bring: Bring, session: Session
) -> None:
    (first,) = bring(rss(rss_item()))
    ben.submit(f"/relays/{first.public_id}", to=f"/relays/{first.public_id}/take")
    session.rollback()
    second = bring(rss(rss_item(BODY.replace("noon", "two o'clock"))))[-1]
    page = ben.open(f"/relays/{second.public_id}")
    assert page.texts("//del") == ["removed: noon"]
    form = page.form_to(f"/relays/{second.public_id}/take")
    assert form["change_note"][0].startswith("The issuer changed: ")
    after = ben.submit(
        f"/relays/{second.public_id}", to=f"/relays/{second.public_id}/take", change_note=" "
    )
    assert "Say in a sentence what changed." in after.text


def test_cancellation_and_exercise_are_called_so(ben: Visitor, bring: Bring) -> None:
    (alert,) = bring(cap(status="Exercise"))
    assert "Exercise" in ben.open("/relays").text
    ben.submit(f"/relays/{alert.public_id}", to=f"/relays/{alert.public_id}/take")
    cancel = bring(cap("KE-2", status="Exercise", message="Cancel", refers_to="KE-1"))[-1]
    page = ben.open(f"/relays/{cancel.public_id}")
    assert "Cancel the report" in page.text
    form = page.form_to(f"/relays/{cancel.public_id}/take")
    assert form["change_note"] == ["The issuer canceled this."]
    after = ben.submit(f"/relays/{cancel.public_id}", to=f"/relays/{cancel.public_id}/take")
    assert after.response.location == "/relays"


def test_hostile_text_stays_a_text(ben: Visitor, bring: Bring) -> None:
    hostile = "<script>probe()</script>{{ 7 * 191 }}<a href='javascript:probe()'>press</a>"
    (item,) = bring(rss(rss_item(f"<p>{hostile}</p>", title=hostile, link="javascript:probe()")))
    for path in ("/relays", f"/relays/{item.public_id}"):
        page = ben.open(path)
        assert page.status == 200
        assert not page.root.xpath("//script[not(@src)] | //main//a[starts-with(@href, 'java')]")
        assert "1337" not in page.text


def test_chair_adds_pauses_and_checks_a_source(
    ben: Visitor, session: Session, at: datetime
) -> None:
    issuer, url = "U.S. Embassy Nairobi", "https://ke.example.org/rss"
    after = ben.submit("/relays/sources", follow=True, issuer=issuer, url=url)
    assert "Not read yet." in after.text
    source = session.scalars(select(RelaySource)).one()
    assert (source.url, source.every_minutes) == ("https://ke.example.org/rss", 15)
    page = f"/relays/sources/{source.public_id}"
    assert "Paused." in ben.submit("/relays/sources", to=f"{page}/pause", follow=True).text
    ben.submit("/relays/sources", to=f"{page}/resume")
    with transaction(session):
        source.next_check_at = at + timedelta(hours=1)
    ben.submit("/relays/sources", to=f"{page}/check")
    session.rollback()
    session.refresh(source)
    assert (source.active, source.next_check_at) == (True, at)
    assert ben.submit("/relays/sources", issuer=issuer, url=url).status == 409


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://me:secret@example.org/", "x", "javascript:x"]
)
def test_address_that_is_never_asked_is_refused_at_once(ben: Visitor, url: str) -> None:
    after = ben.submit("/relays/sources", issuer="U.S. Embassy", url=url)
    assert after.status == 422
    assert "without a user name" in after.text


def test_trouble_of_a_source_is_seen_by_staff_and_council(
    signed_in: SignIn, cast: Cast, source: RelaySource, session: Session, at: datetime
) -> None:
    with transaction(session):
        source.failures, source.last_problem = 3, "Its server answers 404 (Not Found)."
        source.checked_at = at
    for person in (cast.gus, cast.sade):
        visitor = signed_in(person)
        assert "1 source is in trouble: U.S. Embassy Nairobi" in visitor.open("/relays").text
        page = visitor.open("/relays/sources").text
        assert "Failed 3 times in a row. Its server answers 404" in page


def test_secretary_sees_the_sources_and_changes_none(
    signed_in: SignIn, cast: Cast, source: RelaySource
) -> None:
    sade = signed_in(cast.sade)
    page = sade.open("/relays/sources")
    assert source.url in page.text
    assert not page.texts("//main//button")
    token = sade.open("/").form_to("/logout")["csrf_token"]
    for path in ("/relays/sources", f"/relays/sources/{source.public_id}/pause"):
        assert sade.client.post(path, data={"csrf_token": token}).status_code == 403
