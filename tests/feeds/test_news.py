from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import product
from typing import TYPE_CHECKING

import pytest

from osac_share.feeds.documents import CONTENT_TYPES, FORMATS
from osac_share.feeds.views.doorstep import LIFE
from tests.feeds.newsroom import Newsroom
from tests.feeds.reading import Reader, reader_of
from tests.feeds.test_documents import CHECKS
from tests.support.pages import Document

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller
    from werkzeug.test import TestResponse

SCOPES = (
    "/feeds/reports",
    "/feeds/countries/MX",
    "/feeds/regions/WHA",
    "/feeds/topics/crime",
    "/feeds/councils/arcadia",
)
ADDRESSES = [f"{scope}.{kind}" for scope in SCOPES for kind in FORMATS]
ABSENT = (
    "/feeds/countries/QQ.atom",
    "/feeds/countries/mx.atom",
    "/feeds/regions/MOON.rss",
    "/feeds/topics/unknown.json",
    "/feeds/councils/nowhere.atom",
    "/feeds/councils/.atom",
    "/feeds/reports.xml",
    "/feeds/weather/MX.atom",
)
HIDDEN = (
    ("GREEN", ()),
    ("AMBER", ()),
    ("AMBER_STRICT", ()),
    ("RED", ("person:1",)),
)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["application", "doorstep"])
def reader(app: Flask, request: pytest.FixtureRequest) -> Reader:
    return reader_of(app, at_doorstep=request.param == "doorstep")


@pytest.fixture
def newsroom(session: Session) -> Newsroom:
    return Newsroom(session)


@pytest.fixture
def now(clock: Traveller, at: datetime) -> datetime:
    return at


def test_every_feed_of_a_public_report_holds_it_and_meets_its_standard(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Closures at the port", at=now)
    for scope, kind in product(SCOPES, FORMATS):
        answer = reader.poll(f"{scope}.{kind}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == CONTENT_TYPES[kind]
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert b"Closures at the port" in answer.data
        CHECKS[kind](answer.data)


def test_a_feed_holds_only_what_it_is_about(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Elsewhere", at=now, countries=("KE", "TZ"), topics=("health",))
    assert reader.titles("/feeds/countries/TZ.json") == ["Elsewhere"]
    assert reader.titles("/feeds/regions/AF.json") == ["Elsewhere"]
    assert reader.titles("/feeds/topics/health.json") == ["Elsewhere"]
    assert reader.titles("/feeds/countries/MX.json") == []
    assert reader.titles("/feeds/regions/WHA.json") == []
    assert reader.titles("/feeds/topics/crime.json") == []


def test_an_entry_says_what_the_report_says(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures at the port", at=now, countries=("MX", "KE"))
    (item,) = reader.items()
    assert item["id"] == report.editions[0].entry_uuid.urn
    assert item["url"] == f"http://share.example.org/reports/{report.public_id}"
    assert item["summary"] == "In short: Closures at the port"
    assert 'href="http://share.example.org/countries/MX"' in item["content_html"]
    assert item["authors"] == [{"name": "Arcadia Council"}]
    terms: dict[str, list[str]] = {}
    for category in item["_osac"]["categories"]:
        vocabulary = category["scheme"].removeprefix("http://share.example.org/feeds#")
        terms.setdefault(vocabulary, []).append(category["term"])
    assert terms == {
        "country": ["MX", "KE"],
        "region": ["WHA", "AF"],
        "topic": ["crime"],
        "severity": ["routine"],
        "kind": ["alert"],
        "tlp": ["CLEAR"],
    }


def test_the_newest_fifty_come_newest_first(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    for number in range(52):
        newsroom.publish(f"Report {number}", at=now - HOUR + number * MINUTE)
    assert reader.titles() == [f"Report {number}" for number in range(51, 1, -1)]


def test_a_feed_that_has_not_changed_is_not_sent_again(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Closures at the port", at=now)
    for address in ADDRESSES:
        first = reader.poll(address)
        tag, date = first.headers["ETag"], first.headers["Last-Modified"]
        for answer in (
            reader.poll(address, if_none_match=tag),
            reader.poll(address, if_modified_since=date),
        ):
            assert answer.status_code == 304
            assert answer.data == b""
            for name in ("ETag", "Cache-Control", "Content-Security-Policy"):
                assert answer.headers[name] == first.headers[name]
            assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_tag_decides_over_a_date(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    newsroom.publish("Closures at the port", at=now)
    changed = reader.validators().last_modified or ""
    answer = reader.poll("/feeds/reports.atom", if_none_match='"other"', if_modified_since=changed)
    assert answer.status_code == 200


def test_a_list_of_tags_is_understood(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    newsroom.publish("Closures at the port", at=now)
    tag = reader.validators().etag
    for known in (f'W/{tag}, "x"', f'"x", {tag}', "*"):
        assert reader.poll("/feeds/reports.atom", if_none_match=known).status_code == 304


def test_a_date_is_compared_as_a_date(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    newsroom.publish("Closures at the port", at=now)
    for since, status in (
        ("Mon, 02 Mar 2026 10:00:00 GMT", 304),
        ("Mon, 02 Mar 2026 09:29:59 GMT", 200),
        ("yesterday", 200),
        ("", 200),
    ):
        answer = reader.poll("/feeds/reports.atom", if_modified_since=since)
        assert answer.status_code == status, since


def test_publishing_moves_both_validators(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("First", at=now - HOUR)
    before = {address: reader.validators(address) for address in ADDRESSES}
    newsroom.publish("Second", at=now)
    for address, (etag, last_modified) in before.items():
        after = reader.validators(address)
        assert after.etag != etag
        assert changed_at(after.last_modified) == now > changed_at(last_modified)
        assert reader.poll(address, if_none_match=etag or "").status_code == 200
        assert reader.poll(address, if_modified_since=last_modified or "").status_code == 200


def changed_at(last_modified: str | None) -> datetime:
    assert last_modified is not None
    return parsedate_to_datetime(last_modified)


def test_head_answers_as_get_does_without_the_document(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Closures at the port", at=now)
    head, get = (reader.poll("/feeds/reports.rss", method=method) for method in ("HEAD", "GET"))
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)


def test_a_minor_correction_keeps_the_entry_and_moves_its_date(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures at teh port", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "Closures at the port", at=now, is_major=False)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["title"] == "Closures at the port"
    assert after["date_published"] == before["date_published"]
    assert after["date_modified"] == "2026-03-02T09:30:00Z" > before["date_modified"]


def test_an_update_is_a_new_entry_that_names_what_it_replaces(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "More closures", at=now, change_note="Gate <2> closed too.")
    (after,) = reader.items()
    assert after["id"] not in {before["id"], report.editions[0].entry_uuid.urn}
    assert after["title"] == "[UPDATED] More closures"
    assert after["_osac"]["supersedes"] == f"{after['url']}/editions/1"
    assert "<strong>What changed:</strong> Gate &lt;2&gt; closed too." in after["content_html"]


def test_a_correction_of_an_update_keeps_the_updates_entry(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Closures", at=now - 2 * HOUR)
    newsroom.update(report, "More closures", at=now - HOUR)
    (before,) = reader.items()
    newsroom.update(report, "More closures today", at=now, is_major=False)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["_osac"]["supersedes"] == before["_osac"]["supersedes"]


def test_what_is_hidden_changes_no_byte(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    newsroom.publish("Public", at=now - HOUR)
    before = [(answer.data, dict(answer.headers)) for answer in map(reader.poll, ADDRESSES)]
    for marking, addressees in HIDDEN:
        hidden = newsroom.publish("Hidden", at=now, marking=marking, addressees=addressees)
        newsroom.expire(hidden, at=now)
    after = [(answer.data, dict(answer.headers)) for answer in map(reader.poll, ADDRESSES)]
    assert after == before


def test_a_report_that_is_no_longer_public_leaves_and_takes_its_words_along(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Other", at=now - 3 * HOUR)
    report = newsroom.publish("Known to all", at=now - 2 * HOUR)
    before = reader.validators()
    newsroom.update(report, "For members", at=now - HOUR, marking="GREEN")
    after = reader.validators()
    assert reader.titles() == ["Other"]
    assert after.etag != before.etag
    assert changed_at(after.last_modified) > changed_at(before.last_modified)
    newsroom.update(report, "More for members", at=now, marking="GREEN")
    assert reader.validators() == after


def test_a_report_that_moves_to_another_country_changes_both_feeds(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Storm", at=now - HOUR)
    before = reader.validators("/feeds/countries/MX.atom")
    newsroom.update(report, "Storm", at=now, countries=("GT",))
    after = reader.validators("/feeds/countries/MX.atom")
    assert after.etag != before.etag
    assert changed_at(after.last_modified) == now
    assert reader.titles("/feeds/countries/GT.json") == ["[UPDATED] Storm"]


def test_an_earlier_hidden_edition_leaves_no_trace_in_the_entry(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("For members", at=now - HOUR, marking="GREEN")
    newsroom.update(report, "For all", at=now, is_major=False)
    (item,) = reader.items()
    assert item["id"] == report.editions[1].entry_uuid.urn
    assert item["title"] == "For all"
    assert item["date_published"] == "2026-03-02T09:30:00Z"
    assert "supersedes" not in item["_osac"]


def test_an_expired_report_says_so_for_two_days_and_then_leaves(
    reader: Reader, newsroom: Newsroom, now: datetime, clock: Traveller
) -> None:
    report = newsroom.publish("Strike", at=now - HOUR)
    (before,) = reader.items()
    newsroom.expire(report, at=now)
    (after,) = reader.items()
    assert after["id"] == before["id"]
    assert after["title"] == "[EXPIRED] Strike"
    assert after["summary"].startswith("Expired: ")
    before_leaving = reader.validators()
    clock.shift(timedelta(hours=47, minutes=59))
    reader.ticks.now += LIFE + 1
    assert reader.titles() == ["[EXPIRED] Strike"]
    clock.shift(MINUTE)
    reader.ticks.now += LIFE + 1
    assert reader.titles() == []
    left = reader.validators()
    assert left.etag != before_leaving.etag
    assert changed_at(left.last_modified) == now + timedelta(hours=48)


@pytest.mark.parametrize(
    ("state", "prefix"),
    [("all_clear", "[ALL CLEAR]"), ("cancelled", "[CANCELLED]"), ("withdrawn", "[WITHDRAWN]")],
)
def test_a_declared_end_is_an_entry_of_its_own(
    reader: Reader, newsroom: Newsroom, now: datetime, state: str, prefix: str
) -> None:
    report = newsroom.publish("Shelter in place", at=now - HOUR)
    (before,) = reader.items()
    newsroom.end(report, state, at=now)
    (after,) = reader.items()
    assert after["id"] != before["id"]
    assert after["title"] == f"{prefix} Shelter in place"
    assert after["date_published"] == "2026-03-02T09:30:00Z"
    assert after["_osac"]["supersedes"] == f"{after['url']}/editions/1"
    assert ("Avoid the port" in after["content_html"]) == (state != "withdrawn")


def test_an_old_report_that_ended_just_now_is_news_again(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    old = newsroom.publish("Old", at=now - timedelta(days=300))
    for number in range(50):
        newsroom.publish(f"Report {number}", at=now - HOUR + number * MINUTE)
    newsroom.end(old, "all_clear", at=now)
    titles = reader.titles()
    assert titles[0] == "[ALL CLEAR] Old"
    assert len(titles) == 50


def test_a_feed_that_does_not_exist_is_answered_as_any_absent_page(
    reader: Reader, newsroom: Newsroom
) -> None:
    absent = reader.poll("/feeds/nothing/is/here")
    for path in ABSENT:
        answer = reader.poll(path)
        assert (answer.status_code, absent.status_code) == (404, 404), path
        assert words_of(answer) == words_of(absent), path


def words_of(answer: TestResponse) -> str:
    # An error page carries a random reference, by which its log entry is found.
    return re.sub(r"\b[0-9a-f]{8}\b", "", Document(answer).text)


def test_a_council_without_reports_has_an_empty_feed(reader: Reader, newsroom: Newsroom) -> None:
    for kind in FORMATS:
        answer = reader.poll(f"/feeds/councils/arcadia.{kind}")
        assert answer.status_code == 200
        CHECKS[kind](answer.data)
