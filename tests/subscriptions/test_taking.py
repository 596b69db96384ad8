"""Taking trips out of a calendar file that somebody brings along."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.subscriptions.documents import LARGEST_CALENDAR
from osac_share.subscriptions.models import Subscription, Trip
from tests.support.pages import Document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

PAGE = "/trips"


@pytest.fixture
def dora(clock: Traveller, signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.dora)


def trips(session: Session) -> list[Trip]:
    session.rollback()
    return list(session.scalars(select(Trip).order_by(Trip.id)))


CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Visit to the office
LOCATION:Nairobi\\, Kenya
DTSTART;VALUE=DATE:20260310
DTEND;VALUE=DATE:20260313
END:VEVENT
BEGIN:VEVENT
LOCATION:Mexico City\\, Mexico
DTSTART;VALUE=DATE:20260401
END:VEVENT
END:VCALENDAR
"""


def bring(visitor: Visitor, source: bytes) -> Document:
    """Return what somebody is shown who brings a calendar file along."""
    token = visitor.open(PAGE).form_to(f"{PAGE}/calendar")["csrf_token"][0]
    data = {"csrf_token": token, "calendar": (io.BytesIO(source), "trips.ics")}
    return Document(visitor.client.post(f"{PAGE}/calendar", data=data))


def test_calendar_offers_stays_and_notes_those_that_are_ticked(
    dora: Visitor, session: Session, cast: Cast
) -> None:
    offered = bring(dora, CALENDAR)
    assert "Nairobi, Kenya: 10 Mar 2026 to 12 Mar 2026 Visit to the office" in offered.text
    assert trips(session) == []
    fields = offered.form_to(f"{PAGE}/take")
    assert fields["take"] == ["1", "2"]
    dora.client.post(f"{PAGE}/take", data=fields | {"take": ["1", "x", "7"]})
    (trip,) = trips(session)
    assert (trip.name, trip.starts_at, trip.ends_at) == (
        "Nairobi",
        datetime(2026, 3, 9, 21, tzinfo=UTC),
        datetime(2026, 3, 12, 21, tzinfo=UTC),
    )
    wish = session.scalars(select(Subscription).where(Subscription.trip_id == trip.id)).one()
    assert wish.person_id == cast.dora.id


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("Nai\x00robi\u202e\r\n, Kenya", ["Nairobi"]),
        (f"{'N' * 10_000}, Kenya", []),
        ("\x00", []),
    ],
)
def test_stay_with_a_hostile_place_is_cleaned_or_left_out(
    dora: Visitor, session: Session, place: str, names: list[str]
) -> None:
    token = dora.open(PAGE).form_to(f"{PAGE}/calendar")["csrf_token"][0]
    days = {"stay-1-first": "2026-03-10", "stay-1-last": "2026-03-11"}
    data = {"csrf_token": token, "take": "1", "stay-1-place": place, **days}
    assert dora.client.post(f"{PAGE}/take", data=data).status_code == 303
    assert [trip.name for trip in trips(session)] == names


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"not a calendar", "not a calendar file that can be read"),
        (b"BEGIN:VCALENDAR\n" + b"x" * LARGEST_CALENDAR, "too large"),
        (b"", "not a calendar file"),
    ],
)
def test_file_that_is_no_calendar_gets_a_clear_sentence(
    dora: Visitor, source: bytes, words: str
) -> None:
    refused = bring(dora, source)
    assert refused.status == 422
    assert words in refused.text
