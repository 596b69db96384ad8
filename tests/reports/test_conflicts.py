"""Two who work on one draft: nobody's words are lost, whoever is faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import transaction
from osac_share.reports.models import Report
from tests.support.factories import make_draft, sections_saying

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def public_id(session: Session, cast: Cast) -> str:
    """Return the id of a draft of Kenya's council."""
    with transaction(session):
        return make_draft(session, cast.kenya, by=cast.actors["sade"])[0].public_id


def only_report(session: Session) -> Report:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Report)).one()


def test_draft_that_somebody_changed_meanwhile_is_not_overwritten(
    signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    amara, ben = signed_in(cast.amara), signed_in(cast.ben)
    edit_at = f"/reports/{public_id}/edit"
    stale = ben.open(edit_at).form_to(edit_at)
    assert amara.submit(edit_at, title="Nairobi: postponed").status == 303
    answer = ben.client.post(edit_at, data=stale | {"event": ["What Ben typed for an hour."]})
    assert answer.status_code == 409
    body = answer.get_data(as_text=True)
    assert "Somebody changed this draft" in body
    assert "What Ben typed for an hour." in body
    assert only_report(session).editions[0].title == "Nairobi: postponed"


def test_draft_that_was_published_meanwhile_gives_back_what_was_typed(
    signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    amara, ben = signed_in(cast.amara), signed_in(cast.ben)
    edit_at = f"/reports/{public_id}/edit"
    stale = ben.open(edit_at).form_to(edit_at)
    amara.submit(f"/reports/{public_id}/preview", to=f"/reports/{public_id}/publish")
    answer = ben.client.post(edit_at, data=stale | {"event": ["What Ben typed for an hour."]})
    assert answer.status_code == 409
    assert "What Ben typed for an hour." in answer.get_data(as_text=True)
    assert "published while you were working" in answer.get_data(as_text=True)
    assert only_report(session).editions[0].sections == sections_saying("a march at noon")
    assert ben.open(edit_at).status == 404


def test_preview_that_is_out_of_date_is_not_published(
    signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    amara, ben = signed_in(cast.amara), signed_in(cast.ben)
    publish_at = f"/reports/{public_id}/publish"
    seen = ben.open(f"/reports/{public_id}/preview").form_to(publish_at)
    amara.submit(f"/reports/{public_id}/edit", title="Nairobi: postponed")
    answer = ben.client.post(publish_at, data=seen)
    assert answer.status_code == 409
    assert "Somebody changed this draft" in answer.get_data(as_text=True)
    assert "Nairobi: postponed" in answer.get_data(as_text=True)
    assert only_report(session).state == "draft"
