"""Saved searches on their pages, and those that a council recommends."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.search.index.reader import LOOK_EVERY_S
from osac_share.search.models.saved import SavedSearch
from osac_share.subscriptions.models import Subscription
from osac_share.worker import Worker
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.one_database


@pytest.fixture
def publish(
    session: Session, cast: Cast, settings: Settings, engine: Engine
) -> Callable[[str, datetime], None]:
    def publish(title: str, at: datetime) -> None:
        words = replace(Words(), title=title, marking="CLEAR")
        with transaction(session):
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
        with Worker(settings, engine) as worker:
            worker.drain()

    return publish


def test_member_keeps_a_search_with_one_press_and_sees_what_is_new_in_it(
    session: Session,
    cast: Cast,
    signed_in: SignIn,
    publish: Callable[[str, datetime], None],
    clock: time_machine.Traveller,
    at: datetime,
) -> None:
    publish("Curfew in Nairobi", at)
    dora = signed_in(cast.dora)
    page = "/search?q=curfew&country=KE&year=2026"
    said = dora.submit(page, to="/searches", follow=True).text
    assert "Saved as “curfew, Kenya, since 2026-01-01, before 2027-01-01”." in said
    kept = session.scalars(select(SavedSearch)).one()
    assert kept.words == "curfew country:KE after:2026-01-01 before:2027-01-01"
    assert f"You saved this as “{kept.name}”" in dora.open(page).text
    assert "Nothing new since you looked" in dora.open("/searches").text
    clock.shift(timedelta(minutes=5))
    publish("Curfew goes on", at + timedelta(minutes=5))
    # For so long pages may answer from the index as they last saw it.
    time.sleep(LOOK_EVERY_S)
    assert "1 new since you looked" in dora.open("/searches").text
    opened = dora.open(f"/searches/{kept.public_id}")
    assert opened.response.location.startswith("/search?q=curfew+country:KE")
    assert "Nothing new since you looked" in dora.open("/searches").text


def test_member_renames_a_search_is_alerted_by_it_and_deletes_both(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    dora = signed_in(cast.dora)
    dora.submit("/search?q=curfew", to="/searches")
    public_id = session.scalars(select(SavedSearch.public_id)).one()
    change = f"/searches/{public_id}/change"
    dora.submit(change, to=change, name="Nights", frequency="daily")
    said = dora.open("/searches").text
    assert "Nights" in said
    assert "alerts you daily" in said
    session.rollback()
    wish = session.scalars(select(Subscription)).one()
    said = dora.open("/subscriptions").text
    assert "Tell me daily about what the search “curfew” finds, by mail." in said
    dora.submit(f"/subscriptions/{wish.public_id}", frequency="at_once")
    assert "alerts you at once" in dora.open("/searches").text
    assert signed_in(cast.ben).open(change).status == 404
    dora.submit("/searches", to=f"/searches/{public_id}/delete")
    session.rollback()
    assert session.scalars(select(SavedSearch)).all() == []
    assert all(one.ended_at for one in session.scalars(select(Subscription)))


def test_chair_recommends_a_search_that_members_see_and_save(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    amara, dora, here = signed_in(cast.amara), signed_in(cast.dora), "/councils/kenya/searches"
    refused = amara.submit(here, to=here, q="country:Atlantis")
    assert "There is no country called “Atlantis”" in refused.text
    amara.submit(here, to=here, q="curfew country:Kenya", name="Nights in Kenya")
    said = dora.open("/councils/kenya")
    assert said.links()["Nights in Kenya"] == "/search?q=curfew+country:KE&sort=date"
    dora.submit("/councils/kenya", to="/searches")
    session.rollback()
    kept = session.scalars(select(SavedSearch)).one()
    assert (kept.name, kept.words) == ("Nights in Kenya", "curfew country:KE")
    token = dora.open(here).form_to("/searches")["csrf_token"]
    assert dora.client.post(here, data={"q": "x", "csrf_token": token}).status_code == 403
    forms = amara.open(here).root.forms
    removal = next(str(form.action) for form in forms if "remove" in str(form.action))
    amara.submit(here, to=removal)
    assert "recommends no searches yet" in dora.open(here).text
    session.rollback()
    acts = select(AuditEntry.action).where(AuditEntry.action.endswith("_search"))
    in_order = session.scalars(acts.order_by(AuditEntry.id)).all()
    assert in_order == ["council.recommend_search", "council.remove_search"]
