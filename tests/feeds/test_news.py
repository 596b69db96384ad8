from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import product
from typing import TYPE_CHECKING

from osac_share.feeds.documents import CONTENT_TYPES, FORMATS
from tests.feeds.test_documents import CHECKS
from tests.support.pages import Document

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.feeds.newsroom import Newsroom
    from tests.feeds.reading import Reader

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
