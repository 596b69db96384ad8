"""Calendars as a reader of calendars understands them, by a library that is none of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from werkzeug.test import Client

from osac_share.calendars.documents.writing import WIDEST
from osac_share.calendars.documents.zones import zone_lines
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from osac_share.reports.models import Contents, Window
from tests.support.factories import Words, make_draft
from tests.support.tokens import basic, make_feed_token

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from osac_share.reports.models import Edition, Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")

NAIROBI = ZoneInfo("Africa/Nairobi")
NOON = datetime(2026, 3, 3, 12, tzinfo=NAIROBI)
MARCH = Window(NOON, NOON + timedelta(hours=3))
WIDER = Window(NOON - timedelta(hours=1), NOON + timedelta(hours=5))
HOSTILE = "a,b;c\\d\r\nBEGIN:VEVENT\r\nATTACH:x\nMETHOD:CANCEL\x00\x1b\u2028é" + "ü" * 90


@pytest.fixture
def program(app: Flask) -> Client:
    return Client(app)


class Desk:
    """Where Amara publishes what has its hours."""

    def __init__(self, session: Session, cast: Cast, at: datetime) -> None:
        self.session, self.cast, self.at = session, cast, at
        self.amara = cast.actors["amara"]

    def publish(self, words: Words | None = None, event: Window = MARCH) -> Report:
        with transaction(self.session):
            report, draft = make_draft(
                self.session, self.cast.kenya, by=self.amara, words=words, at=self.at
            )
            self._issue(report, draft, event=event)
        return report

    def follow(self, report: Report, outcome: str = "holds", event: Window = MARCH) -> None:
        with transaction(self.session):
            draft = reports.begin_update(
                self.session, report, by=self.amara, at=self.at, outcome=outcome
            )
            self._issue(report, draft, event=event, change_note="It has changed.")

    def _issue(self, report: Report, draft: Edition, **changed: object) -> None:
        said = replace(Contents.of(draft), advised=WIDER, **changed)  # type: ignore[arg-type]
        reports.revise(self.session, report, draft, said, by=self.amara, at=self.at)
        reports.publish(self.session, report, draft, by=self.amara, at=self.at)


@pytest.fixture
def desk(session: Session, cast: Cast, at: datetime) -> Desk:
    return Desk(session, cast, at)


def events(answer: TestResponse) -> list[Any]:
    """Return the entries of a calendar, which is written as the standard has it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.get_data()
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= WIDEST for line in body.split(b"\r\n"))
    calendar = Calendar.from_ical(body)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    found: list[Any] = list(calendar.walk("VEVENT"))
    assert not [one.errors for one in calendar.walk() if one.errors]
    assert len({one["UID"] for one in found}) == len(found)
    return found


def test_a_report_gives_its_event_the_hours_to_keep_away_and_how_long_it_holds(
    program: Client, desk: Desk
) -> None:
    report = desk.publish(Words(marking="CLEAR"))
    answer = program.get(f"/reports/{report.public_id}.ics")
    event, advised, holds = events(answer)
    assert (event.start, event.end) == MARCH
    assert (advised.start, advised.end) == WIDER
    assert (holds.start, holds.end) == (desk.at, desk.at + timedelta(days=7))
    assert event["DTSTART"].params["TZID"] == "Africa/Nairobi"
    assert b"DTSTART;TZID=Africa/Nairobi:20260303T120000\r\n" in answer.get_data()
    assert [one["SUMMARY"].partition("Nairobi")[0] for one in (event, advised, holds)] == [
        "",
        "Keep away: ",
        "In force: ",
    ]
    assert {(one["STATUS"], one["SEQUENCE"], one["TRANSP"]) for one in events(answer)} == {
        ("CONFIRMED", 0, "TRANSPARENT")
    }
    assert event["DTSTAMP"].dt == desk.at
    assert event["LOCATION"] == "Nairobi, Kenya"
    assert event["URL"] == f"http://share.example.org/reports/{report.public_id}"
    assert event["DESCRIPTION"].startswith("TLP:CLEAR\n\n")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize("outcome", ["all_clear", "cancelled", "expired"])
def test_entries_keep_their_names_count_their_editions_and_end_as_canceled(
    program: Client, desk: Desk, outcome: str
) -> None:
    report = desk.publish(Words(marking="CLEAR"))
    first = events(program.get("/calendars/reports.ics"))
    desk.follow(report, event=Window(NOON, None))
    second = events(program.get("/calendars/reports.ics"))
    if outcome == "expired":
        with transaction(desk.session):
            reports.expire(desk.session, report, at=desk.at)
    else:
        desk.follow(report, outcome)
    last = {one["UID"]: one for one in events(program.get("/calendars/countries/KE.ics"))}
    assert [one["UID"] for one in first] == [one["UID"] for one in second]
    assert set(last) <= {one["UID"] for one in first}
    assert [one["SEQUENCE"] for one in (first[0], second[0])] == [0, 2]
    assert "DTEND" not in second[0]
    event = last[first[0]["UID"]]
    assert (event["STATUS"], event["SEQUENCE"] > 2) == ("CANCELLED", True)


def test_no_words_of_people_become_lines_of_a_calendar(program: Client, desk: Desk) -> None:
    report = desk.publish(
        Words(
            marking="CLEAR", title=HOSTILE.replace("\x00", ""), summary=HOSTILE.replace("\x00", "")
        )
    )
    answer = program.get(f"/reports/{report.public_id}.ics")
    found = events(answer)
    assert len(found) == 3
    assert found[0]["SUMMARY"].startswith("a,b;c\\d\nBEGIN:VEVENT\nATTACH:x\nMETHOD:CANCEL")
    assert found[0]["SUMMARY"].endswith("é" + "ü" * 90)
    assert all("ATTACH" not in one for one in found)


def test_public_calendars_hold_what_is_for_everyone_and_private_ones_what_is_for_members(
    program: Client, desk: Desk, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    for marking in ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT"):
        desk.publish(Words(title=f"zq{marking}", marking=marking))
    desk.publish(Words(title="zqRED", marking="RED", addressees=(f"person:{cast.dora.id}",)))
    token, shown = make_feed_token(session, cast.dora, settings, at=at, path="countries/KE")

    def told(path: str, **headers: str) -> set[str]:
        found = events(program.get(path, headers=headers))
        return {one["SUMMARY"].partition("zq")[2] for one in found}

    for path in ("reports", "countries/KE", "regions/AF", "topics/civil-unrest", "councils/kenya"):
        assert told(f"/calendars/{path}.ics") == {"CLEAR"}
    assert told("/calendars/countries/NG.ics") == set()
    assert told(f"/calendars/private/{shown}.ics") == {"CLEAR", "GREEN"}
    plain = f"/calendars/private/{token.public_id}.ics"
    assert told(plain, Authorization=basic(shown)) == {"CLEAR", "GREEN"}
    assert program.get(plain).status_code == 401
    answer = program.get(f"/calendars/private/{shown}.ics")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert program.get(f"/calendars/private/{shown}.ics", headers=tag).status_code == 304
    with transaction(session):
        cast.dora.suspended_at = at
    assert program.get(f"/calendars/private/{shown}.ics").status_code == 401


def test_the_file_of_a_report_is_for_whoever_may_read_it_except_red_and_reading_is_noted(
    desk: Desk, cast: Cast, signed_in: SignIn
) -> None:
    amber = desk.publish(Words(marking="AMBER"))
    red = desk.publish(Words(marking="RED", addressees=(f"person:{cast.dora.id}",)))
    dora, eve, chidi = (signed_in(one) for one in (cast.dora, None, cast.chidi))

    def statuses(report: Report) -> list[int]:
        return [one.open(f"/reports/{report.public_id}.ics").status for one in (dora, eve, chidi)]

    assert statuses(amber) == [200, 404, 404]
    assert statuses(red) == [403, 404, 404]


ZONES = ("Europe/London", "America/New_York", "Africa/Casablanca", "Asia/Tehran", "Asia/Kathmandu")


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_is_described_as_it_is(name: str) -> None:
    lines = ["BEGIN:VCALENDAR", *zone_lines(name, 2020, 2027), "END:VCALENDAR", ""]
    described: Any = Calendar.from_ical("\r\n".join(lines)).walk("VTIMEZONE")[0]
    there, here = described.to_tz(lookup_tzid=False), ZoneInfo(name)
    at = datetime(2020, 1, 2, tzinfo=UTC)
    while at.year < 2028:
        assert at.astimezone(there).utcoffset() == at.astimezone(here).utcoffset(), at
        at += timedelta(hours=31)
