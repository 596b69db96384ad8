from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest
from lxml import etree

from osac_share.councils import actions as councils
from osac_share.councils.actions import OfficeWords, PostWords
from osac_share.councils.policy import ADMIN
from osac_share.feeds.documents import CONTENT_TYPES, FORMATS, Format
from osac_share.kernel.db import transaction
from osac_share.taxonomy import queries as taxonomy
from tests.feeds import rules
from tests.feeds.test_documents import CHECKS
from tests.support.factories import actor_of, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from tests.feeds.newsroom import Newsroom
    from tests.feeds.reading import Reader
    from tests.support.pages import Visitor

ADVISORIES, REPORTS, POSTS = (
    f"/feeds/registers/{name}.json" for name in ("advisories", "country-reports", "posts")
)
PHONE = "+1 555 0100"
HOUR = timedelta(hours=1)


def advise(
    newsroom: Newsroom,
    title: str,
    *countries: str,
    at: datetime,
    kind: str = "advisory",
    marking: str = "CLEAR",
) -> Report:
    """Publish the first edition of a text of a register."""
    report = newsroom.publish(title, at=at, countries=countries, marking=marking)
    with transaction(newsroom.session):
        report.kind = kind
    return report


def test_a_register_is_complete_and_has_one_entry_for_each_country(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    for number, country in enumerate(("MX", "KE", "GT") * 20):
        advise(newsroom, f"Advice {number}", country, at=now - HOUR + number * timedelta(minutes=1))
    advise(newsroom, "On two", "PL", "DE", at=now)
    titles = reader.titles(ADVISORIES)
    assert titles == ["On two", "Advice 59", "Advice 58", "Advice 57", "On two"]
    assert len({item["id"] for item in reader.items(ADVISORIES)}) == 5
    assert reader.titles(REPORTS) == []
    advise(newsroom, "Kenya", "KE", at=now, kind="country_security_report")
    assert reader.titles(REPORTS) == ["Kenya"]


def test_a_register_is_never_cut_off(reader: Reader, newsroom: Newsroom, now: datetime) -> None:
    codes = [country.iso2 for country in taxonomy.all_countries()]
    advise(newsroom, "Everywhere", *codes, at=now)
    assert len(reader.items(ADVISORIES)) == len(codes) > 200


def test_what_ended_or_is_hidden_holds_nowhere_and_moves_both_validators(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    path = ADVISORIES.replace("json", "atom")
    mexico = advise(newsroom, "Mexico", "MX", at=now - 4 * HOUR)
    kenya = advise(newsroom, "Kenya", "KE", at=now - 4 * HOUR)
    advise(newsroom, "Hidden", "GT", at=now, marking="GREEN")
    before = reader.validators(path)
    newsroom.end(mexico, "withdrawn", at=now - 2 * HOUR)
    between = reader.validators(path)
    assert reader.titles(ADVISORIES) == ["Kenya"]
    newsroom.update(kenya, "For members", at=now - HOUR, marking="GREEN")
    after = reader.validators(path)
    assert reader.titles(ADVISORIES) == []
    assert len({before.etag, between.etag, after.etag}) == 3
    assert len({before.last_modified, between.last_modified, after.last_modified}) == 3
    newsroom.update(kenya, "More for members", at=now, marking="GREEN")
    assert reader.validators(path) == after
    assert reader.poll(path, if_none_match=after.etag or "").status_code == 304


def test_a_correction_keeps_the_entry_and_an_update_is_a_new_one(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    report = advise(newsroom, "Mexico", "MX", at=now - 2 * HOUR)
    (first,) = reader.items(ADVISORIES)
    newsroom.update(report, "Mexico, corrected", at=now - HOUR, is_major=False)
    (corrected,) = reader.items(ADVISORIES)
    newsroom.update(report, "Mexico, anew", at=now)
    (updated,) = reader.items(ADVISORIES)
    assert first["id"] == corrected["id"] != updated["id"]


@pytest.mark.parametrize("name", ["advisories", "country-reports", "posts"])
@pytest.mark.parametrize("kind", FORMATS)
def test_registers_meet_their_standards_and_say_that_they_are_complete(
    reader: Reader, newsroom: Newsroom, now: datetime, name: str, kind: Format
) -> None:
    advise(newsroom, "Mexico", "MX", at=now)
    advise(newsroom, "Kenya & <more>", "KE", at=now, kind="country_security_report")
    keep_contacts(newsroom.session, at=now)
    answer = reader.poll(f"/feeds/registers/{name}.{kind}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPES[kind])
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    CHECKS[kind](answer.data)
    if kind == "json":
        assert (answer.json or {})["_osac"]["complete"] is True
    else:
        assert etree.fromstring(answer.data).find(f".//{rules.FH}complete") is not None
        parsed = feedparser.parse(answer.data)
        assert (parsed.bozo, len(parsed.entries)) == (False, 2 if name == "posts" else 1)


def keep_contacts(session: Session, *, at: datetime) -> None:
    """Write an embassy in Guatemala, and a security office there that covers Belize, too."""
    staff = make_person(session, "Ada Admin", staff_roles=[ADMIN], at=at)
    by = actor_of(session, staff, at=at)
    post = PostWords("embassy", "Embassy <Guatemala>", "Guatemala City", "GT", "UTC", phone=PHONE)
    with transaction(session):
        written = councils.write_post(session, None, post, by=by, at=at)
        office = OfficeWords("Security office Guatemala", written.id, phone=PHONE)
        councils.write_office(session, None, office, ("GT", "BZ"), by=by, at=at)


def test_the_register_of_posts_says_whom_to_reach_in_each_country(
    reader: Reader, session: Session, now: datetime
) -> None:
    before = reader.validators(POSTS)
    keep_contacts(session, at=now)
    belize, guatemala = reader.items(POSTS)
    assert "Embassy &lt;Guatemala&gt;" in guatemala["content_html"]
    assert "+1 555 0100" in belize["content_html"]
    assert "Telephone:</strong> +1 555 0100" in guatemala["content_html"]
    assert guatemala["url"].endswith("/countries/GT")
    assert guatemala["date_modified"] == "2026-03-02T09:30:00Z"
    after = reader.validators(POSTS)
    assert after.etag != before.etag
    assert after.last_modified != before.last_modified


def test_a_register_is_packed_for_those_who_take_it(
    reader: Reader, newsroom: Newsroom, now: datetime
) -> None:
    advise(newsroom, "Mexico", "MX", at=now)
    packed = reader.poll(ADVISORIES, accept_encoding="gzip")
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.data) == reader.poll(ADVISORIES).data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_there_is_no_other_register(reader: Reader, newsroom: Newsroom) -> None:
    assert reader.poll("/feeds/registers/secrets.atom").status_code == 404


def test_people_and_programs_find_the_registers(visitor: Visitor) -> None:
    for page in ("/feeds", "/countries"):
        shown = visitor.open(page)
        found = shown.root.xpath("//head/link[@rel='alternate']/@href")
        assert "/feeds/registers/advisories.atom" in found
        assert "/feeds/registers/posts.json" in found
        assert len(found) == len(set(found))
    links = visitor.open("/feeds").root.xpath("//main//a/@href")
    assert "/feeds/registers/country-reports.rss" in links
