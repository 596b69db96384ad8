from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree
from werkzeug.test import Client

from osac_share.feeds.documents import CONTENT_TYPES, FORMATS, Format
from osac_share.feeds.queries import PART
from tests.feeds import rules
from tests.feeds.test_documents import CHECKS
from tests.support.tokens import basic, make_feed_token

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.feeds.newsroom import Newsroom
    from tests.feeds.reading import Reader
    from tests.support.cast import Cast

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def walk(reader: Reader, path: str = "/feeds/reports.json") -> list[tuple[str, list[str]]]:
    """Return the address and the titles of each document from here into the past."""
    found = []
    while path:
        feed = reader.poll(path).json or {}
        found.append((path, [item["title"] for item in feed["items"]]))
        path = urlsplit(feed.get("next_url", "")).path
        assert path not in {address for address, _titles in found}
    return found


def told(reader: Reader) -> list[str]:
    """Return the titles of all that is in the archive, as often as it is there."""
    return [title for _address, titles in walk(reader)[1:] for title in titles]


def test_whoever_was_away_finds_every_message_once(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Storm", at=datetime(2025, 11, 3, tzinfo=UTC))
    strike = newsroom.publish("Strike", at=JANUARY)
    newsroom.publish("For members", at=JANUARY, marking="GREEN")
    newsroom.update(strike, "Strikes", at=FEBRUARY)
    newsroom.update(strike, "Strikes spread", at=FEBRUARY + HOUR, is_major=False)
    newsroom.end(newsroom.publish("Wrong", at=FEBRUARY), "withdrawn", at=FEBRUARY + HOUR)
    newsroom.expire(newsroom.publish("Closures", at=FEBRUARY), at=FEBRUARY + HOUR)
    newsroom.publish("New", at=now)
    assert walk(reader)[1:] == [
        ("/feeds/reports/archive/2026-03.json", ["New"]),
        (
            "/feeds/reports/archive/2026-02.json",
            ["[WITHDRAWN] Wrong", "[UPDATED] Strikes spread", "[EXPIRED] Closures"],
        ),
        ("/feeds/reports/archive/2026-01.json", ["[SUPERSEDED] Strike"]),
        ("/feeds/reports/archive/2025-11.json", ["Storm"]),
    ]
    february = reader.poll("/feeds/reports/archive/2026-02.json").json or {}
    assert "Avoid the port" not in february["items"][0]["content_html"]


@pytest.mark.parametrize("kind", FORMATS)
def test_archives_meet_their_standards_and_name_their_neighbors(
    reader: Reader, newsroom: Newsroom, now: datetime, kind: Format
) -> None:
    report = newsroom.publish("Strike", at=JANUARY)
    newsroom.update(report, "Strikes", at=FEBRUARY)
    newsroom.publish("New", at=now)
    for path in (
        f"/feeds/reports.{kind}",
        f"/feeds/reports/archive/2026-02.{kind}",
        f"/feeds/countries/MX/archive/2026-01.{kind}",
    ):
        answer = reader.poll(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPES[kind])
        CHECKS[kind](answer.data)


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_readers_find_the_links_and_the_mark(
    reader: Reader, newsroom: Newsroom, now: datetime, kind: Format
) -> None:
    for at in (JANUARY, FEBRUARY, now):
        newsroom.publish("Closures", at=at)
    february = reader.poll(f"/feeds/reports/archive/2026-02.{kind}").data
    parsed = feedparser.parse(february)
    assert parsed.bozo is False
    links = {link.rel: urlsplit(link.href).path for link in parsed.feed.links}
    archive = "/feeds/reports/archive"
    assert links["prev-archive"] == f"{archive}/2026-01.{kind}"
    assert links["next-archive"] == f"{archive}/2026-03-1.{kind}"
    assert links["current"] == f"/feeds/reports.{kind}"
    assert links["self"] == f"{archive}/2026-02.{kind}"
    assert marks(february) == ["archive"]
    assert marks(reader.poll(f"{archive}/2026-03.{kind}").data) == []
    current = feedparser.parse(reader.poll(f"/feeds/reports.{kind}").data)
    assert current.feed.get("id") == parsed.feed.get("id")


def marks(document: bytes) -> list[str]:
    root = etree.fromstring(document)
    return [str(one.tag).removeprefix(rules.FH) for one in root.iter(f"{rules.FH}*")]


def test_a_full_month_comes_in_parts_that_stay_as_they_are(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    for number in range(PART + 2):
        newsroom.publish(f"Report {number}", at=FEBRUARY + number * MINUTE)
    newsroom.publish("New", at=now)
    newest, rest = [titles for path, titles in walk(reader) if "2026-02" in path]
    assert newest == [f"Report {PART + 1}", f"Report {PART}"]
    assert rest == [f"Report {number}" for number in reversed(range(PART))]
    first = reader.poll("/feeds/reports/archive/2026-02-1.atom").data
    assert marks(first) == ["archive"]
    for absent in ("2026-02-2", "2026-02-0", "2026-02-01", "2026-2", "2026-13", "2025-12", "x"):
        assert reader.poll(f"/feeds/reports/archive/{absent}.atom").status_code == 404, absent


def test_a_month_that_changes_gets_another_tag_and_the_others_keep_theirs(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("Old", at=datetime(2025, 11, 3, tzinfo=UTC))
    report = newsroom.publish("Strike", at=JANUARY)
    newsroom.publish("Closures", at=FEBRUARY)
    november, january = (f"/feeds/reports/archive/{month}.atom" for month in ("2025-11", "2026-01"))
    before = {path: reader.validators(path) for path in (november, january)}
    newsroom.publish("For members", at=now, marking="GREEN")
    assert {path: reader.validators(path) for path in before} == before
    newsroom.end(report, "withdrawn", at=now)
    after = {path: reader.validators(path) for path in before}
    assert after[november] == before[november]
    assert after[january].etag != before[january].etag
    assert after[january].last_modified != before[january].last_modified
    assert b"Strike" not in reader.poll(january).data
    known = after[january].etag or ""
    assert reader.poll(january, if_none_match=known).status_code == 304


def test_what_is_hidden_later_leaves_the_archive_with_all_its_words(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = newsroom.publish("Strike", at=JANUARY)
    newsroom.update(report, "Strikes", at=FEBRUARY)
    assert told(reader) == ["[UPDATED] Strikes", "[SUPERSEDED] Strike"]
    before = reader.validators("/feeds/reports/archive/2026-01.atom")
    newsroom.update(report, "For members", at=now - HOUR, marking="GREEN")
    assert told(reader) == []
    after = reader.validators("/feeds/reports/archive/2026-01.atom")
    assert (after.etag, after.last_modified) != before
    newsroom.update(report, "More for members", at=now, marking="GREEN")
    assert reader.validators("/feeds/reports/archive/2026-01.atom") == after


def test_a_member_finds_in_the_archive_what_is_open_to_them_now(
    app: Flask,
    session: Session,
    cast: Cast,
    settings: Settings,
    newsroom: Newsroom,
    now: datetime,
) -> None:
    report = newsroom.publish("For members", at=JANUARY, marking="GREEN")
    newsroom.update(report, "For members still", at=FEBRUARY, marking="AMBER")
    newsroom.publish("For all", at=JANUARY)
    token, shown = make_feed_token(session, cast.dora, settings, at=now)
    reader, archive = Client(app), "archive/2026-01.json"
    password = {"Authorization": basic(shown)}
    for path, headers in (
        (f"/feeds/private/{shown}/{archive}", {}),
        (f"/feeds/private/{token.public_id}/{archive}", password),
        (f"/feeds/reports/{archive}", password),
    ):
        answer = reader.get(path, headers=headers)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {item["title"] for item in (answer.json or {})["items"]} == {"For all"}
        again = reader.get(path, headers=headers | {"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    assert reader.get(f"/feeds/countries/MX/{archive}", headers=password).status_code == 403
    assert reader.get(f"/feeds/private/{token.public_id}/{archive}").status_code == 401
    newsroom.update(report, "For members again", at=now, marking="GREEN")
    answer = reader.get(f"/feeds/private/{shown}/{archive}")
    titles = {item["title"] for item in (answer.json or {})["items"]}
    assert titles == {"For all", "[SUPERSEDED] For members"}
    public = reader.get(f"/feeds/reports/{archive}").text
    assert "For members" not in public


def test_an_address_of_ipv6_is_a_reader_like_any_other(
    app: Flask, session: Session, cast: Cast, settings: Settings, newsroom: Newsroom, now: datetime
) -> None:
    newsroom.publish("For all", at=now)
    _token, shown = make_feed_token(session, cast.dora, settings, at=now, address="2001:db8::1")
    reader, there = Client(app), {"REMOTE_ADDR": "2001:db8::1"}
    for path in ("/feeds/reports.atom", f"/feeds/private/{shown}.atom"):
        assert reader.get(path, environ_overrides=there).status_code == 200
