"""What follows a text that was taken in: its update, its all-clear, its cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.relays.models import TAKEN, WAITING
from osac_share.reports import actions as reports
from osac_share.reports.models import (
    ALL_CLEAR,
    CANCELLED,
    DISCARDED,
    PUBLISHED,
)
from tests.relays.choosing import published, taken
from tests.relays.samples import cap, rss, rss_item

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.relays.conftest import Bring
    from tests.support.cast import Cast


def test_changed_text_becomes_an_update_of_the_same_report(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (first,) = bring(rss(rss_item()))
    report = taken(session, first, cast, at)
    published(session, report, cast, at)
    second = bring(rss(rss_item("<p>The march has moved.</p>")))[-1]
    assert taken(session, second, cast, at).id == report.id
    session.expire_all()
    draft = report.draft()
    assert draft is not None
    assert (draft.number, draft.sections[0]["body"]) == (2, "The march has moved.")
    assert draft.change_note == "The issuer changed its text."
    published(session, report, cast, at)
    assert report.state == PUBLISHED


def test_text_that_changed_before_its_report_was_published_changes_the_draft(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (first,) = bring(rss(rss_item()))
    report = taken(session, first, cast, at)
    second = bring(rss(rss_item("<p>The march has moved.</p>")))[-1]
    assert taken(session, second, cast, at).id == report.id
    session.expire_all()
    (draft,) = report.editions
    assert (draft.number, draft.sections[0]["body"]) == (1, "The march has moved.")


def test_text_does_not_slip_under_the_eyes_of_a_reviewer(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (first,) = bring(rss(rss_item()))
    report = taken(session, first, cast, at)
    with transaction(session):
        draft = report.draft()
        assert draft is not None
        reports.submit(session, report, draft, by=cast.actors["sade"], at=at)
    second = bring(rss(rss_item("<p>The march has moved.</p>")))[-1]
    with pytest.raises(RuleBroken, match="in review"):
        taken(session, second, cast, at)
    session.expire_all()
    assert second.state == WAITING


def test_update_that_somebody_writes_is_not_overwritten(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (first,) = bring(rss(rss_item()))
    report = taken(session, first, cast, at)
    published(session, report, cast, at)
    with transaction(session):
        reports.begin_update(session, report, by=cast.actors["ben"], at=at)
    session.expire_all()
    second = bring(rss(rss_item("<p>The march has moved.</p>")))[-1]
    with pytest.raises(RuleBroken, match="at work"):
        taken(session, second, cast, at)


def test_changed_text_of_what_was_given_up_or_has_ended_is_a_new_report(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (first,) = bring(rss(rss_item()))
    report = taken(session, first, cast, at)
    with transaction(session):
        draft = report.draft()
        assert draft is not None
        reports.discard(session, report, draft, by=cast.actors["sade"], at=at)
    session.expire_all()
    second = bring(rss(rss_item("<p>The march has moved.</p>")))[-1]
    again = taken(session, second, cast, at)
    assert again.id != report.id
    published(session, again, cast, at)
    with transaction(session):
        reports.withdraw(session, again, by=cast.actors["amara"], at=at, because="A mistake.")
    session.expire_all()
    third = bring(rss(rss_item("<p>The march is off.</p>")))[-1]
    assert taken(session, third, cast, at).id not in {report.id, again.id}


@pytest.mark.parametrize(
    ("wording", "state"),
    [
        ({"message": "Cancel"}, CANCELLED),
        ({"message": "Update", "response": "AllClear"}, ALL_CLEAR),
        ({"message": "Update"}, PUBLISHED),
    ],
)
def test_cap_message_leads_its_report_where_it_says(
    session: Session,
    bring: Bring,
    cast: Cast,
    at: datetime,
    wording: dict[str, str],
    state: str,
) -> None:
    (alert,) = bring(cap())
    report = taken(session, alert, cast, at)
    published(session, report, cast, at)
    follow = bring(cap("KE-2", refers_to="KE-1", description="It is over.", **wording))[-1]
    assert taken(session, follow, cast, at).id == report.id
    session.expire_all()
    published(session, report, cast, at)
    assert report.state == state


def test_cancellation_of_what_is_still_a_draft_throws_the_draft_away(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (alert,) = bring(cap())
    report = taken(session, alert, cast, at)
    cancel = bring(cap("KE-2", message="Cancel", refers_to="KE-1"))[-1]
    assert cancel.state == WAITING
    taken(session, cancel, cast, at)
    session.expire_all()
    assert [one.stage for one in report.editions] == [DISCARDED]
    assert cancel.state == TAKEN


def test_drill_becomes_an_exercise_and_never_touches_the_real_thing(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (real,) = bring(cap())
    report = taken(session, real, cast, at)
    published(session, report, cast, at)
    drill = bring(cap("KE-2", message="Update", status="Exercise", refers_to="KE-1"))[-1]
    exercise = taken(session, drill, cast, at)
    assert exercise.id != report.id
    assert (exercise.is_exercise, report.is_exercise) == (True, False)
    fake = bring(cap("KE-3", message="Cancel", status="Exercise", refers_to="KE-1"))[-1]
    with pytest.raises(RuleBroken, match="no report that this could cancel"):
        taken(session, fake, cast, at)
