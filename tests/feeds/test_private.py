from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import atoma
import feedparser
import pytest
from werkzeug.test import Client

from osac_share.feeds.documents import CONTENT_TYPES, FORMATS
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from tests.feeds.test_documents import CHECKS
from tests.support.canaries import FIELDS, canary, plant
from tests.support.counting import counted_statements
from tests.support.factories import Words, make_report
from tests.support.tokens import basic, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from time_machine import Traveller
    from werkzeug.test import TestResponse

    from osac_share.settings import Settings
    from tests.support.cast import Cast

IN_FULL = {"clear", "green"}
IN_BRIEF = {"amber", "strict", "after"}
"""What Dora, a plain member of Kenya's council, is told of without its words."""

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def reader(app: Flask) -> Client:
    """Return a feed reader before the whole application, its doorsteps included."""
    return Client(app)


def titles(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200
    return {item["title"] for item in (answer.json or {})["items"]}


def words_of(mark: str) -> set[str]:
    return {canary(mark, field) for field in FIELDS}


def test_a_private_feed_shows_what_its_owner_may_see_and_no_more_words_than_it_should(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        planted = list(plant(session, cast, settings, at))
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    reports = {one.mark: one.report.public_id for one in planted}
    for kind in FORMATS:
        answer = reader.get(f"/feeds/private/{shown}.{kind}")
        assert answer.headers["Content-Type"] == CONTENT_TYPES[kind]
        CHECKS[kind](answer.data)
        text = answer.text
        for mark in {one.mark for one in planted} - IN_FULL:
            assert not [word for word in words_of(mark) if word in text], mark
        for mark in IN_FULL:
            assert canary(mark, "title") in text
            assert canary(mark, "last") in text
        told = {mark for mark, public_id in reports.items() if f"/reports/{public_id}" in text}
        assert told == IN_FULL | IN_BRIEF | {"before"}  # Its second edition is for members.


def test_what_is_only_said_to_be_there_names_kind_date_and_address(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER_STRICT"), at=at
        )
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    (item,) = (reader.get(f"/feeds/private/{shown}.json").json or {})["items"]
    assert item["title"] == "Alert, TLP:AMBER+STRICT: sign in to read"
    assert item["url"] == f"http://share.example.org/reports/{report.public_id}"
    assert item["date_published"] == "2026-03-02T09:30:00Z"
    assert item["authors"] == [{"name": "OSAC Share"}]
    assert item["tags"] == ["Alert", "TLP:AMBER+STRICT"]
    assert "Kenya" not in str(item)
    assert "Nairobi" not in str(item)


def test_red_never_leaves_and_does_not_even_move_the_tag(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    path = f"/feeds/private/{shown}.atom"
    before = reader.get(path)
    for marking, addressees in (("RED", (f"person:{cast.dora.id}",)), ("AMBER", ())):
        council, chair = cast.nigeria, cast.actors["chidi"]
        words = Words(marking=marking, addressees=addressees, places=[("NG", "Lagos")])
        with transaction(session):
            make_report(session, council, by=chair, words=words, at=at)
    after = reader.get(path)
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    assert reader.get(path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304


def test_feedparser_and_atoma_read_a_private_feed(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        for marking in ("GREEN", "AMBER"):
            make_report(
                session, cast.kenya, by=cast.actors["amara"], words=Words(marking=marking), at=at
            )
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    expected = {Words().title, "Alert, TLP:AMBER: sign in to read"}
    bodies = {kind: reader.get(f"/feeds/private/{shown}.{kind}").data for kind in FORMATS}
    for kind in ("atom", "rss"):
        parsed = feedparser.parse(bodies[kind])
        assert parsed.bozo is False
        assert {entry.title for entry in parsed.entries} == expected
    assert {one.title.value for one in atoma.parse_atom_bytes(bodies["atom"]).entries} == expected
    assert {one.title for one in atoma.parse_rss_bytes(bodies["rss"]).items} == expected
    assert {one.title for one in atoma.parse_json_feed_bytes(bodies["json"]).items} == expected


def test_a_feed_is_bound_to_what_its_token_was_made_for(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    amara, chidi = cast.actors["amara"], cast.actors["chidi"]
    with transaction(session):
        make_report(session, cast.kenya, by=amara, words=Words(title="March"), at=at)
        floods = Words(title="Flood", topics=["health"], severity="emergency")
        make_report(session, cast.kenya, by=amara, words=floods, at=at)
        lagos = Words(title="Lagos", places=[("NG", "Lagos")])
        make_report(session, cast.nigeria, by=chidi, words=lagos, at=at)
    for path, narrower, expected in (
        ("reports", {}, {"March", "Flood", "Lagos"}),
        ("countries/KE", {}, {"March", "Flood"}),
        ("councils/nigeria", {}, {"Lagos"}),
        ("countries/KE", {"severities": ["emergency"]}, {"Flood"}),
        ("reports", {"topics": ["civil-unrest"]}, {"March", "Lagos"}),
    ):
        _token, shown = make_feed_token(
            session, cast.dora, settings, at=at, path=path, narrower=narrower
        )
        assert titles(reader.get(f"/feeds/private/{shown}.json")) == expected
        own = reader.get(f"/feeds/{path}.json", headers={"Authorization": basic(shown)})
        assert titles(own) == expected
        other = "/feeds/countries/UG.json"
        refused = reader.get(other, headers={"Authorization": basic(shown)})
        assert (refused.status_code, refused.is_json) == (403, False)


def test_the_address_without_the_secret_asks_for_it(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    other, others = make_feed_token(session, cast.ben, settings, at=at)
    path = f"/feeds/private/{token.public_id}.atom"
    asked = reader.get(path)
    assert (asked.status_code, asked.headers["WWW-Authenticate"][:6]) == (401, "Basic ")
    assert reader.get(path, headers={"Authorization": basic(shown)}).status_code == 200
    assert reader.get(path, headers={"Authorization": basic(others)}).status_code == 403
    assert other.public_id != token.public_id


def test_a_private_answer_is_for_one_reader_and_says_so(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    answer = reader.get(f"/feeds/private/{shown}.atom")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, noarchive"
    assert "Authorization" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    own = f"http://share.example.org/feeds/private/{token.public_id}.atom"
    assert f'rel="self" type="application/atom+xml" href="{own}"' in answer.text
    assert shown not in answer.text + str(answer.headers)


def test_an_unchanged_poll_asks_prepared_questions_only_and_writes_nothing(
    reader: Client, session: Session, engine: Engine, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    path = f"/feeds/private/{shown}.atom"
    tag = reader.get(path).headers["ETag"]
    with counted_statements(engine) as statements:
        answer = reader.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert not statements  # What is prepared goes to the driver itself and is not counted.
    assert reader.head(path).headers["ETag"] == tag


def test_a_report_that_ended_leaves_by_the_passing_of_time_and_moves_the_tag(
    reader: Client,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    clock: Traveller,
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
        reports.expire(session, report, at=at)
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    path = f"/feeds/private/{shown}.json"
    first = reader.get(path)
    assert len(titles(first)) == 1
    clock.shift(timedelta(hours=49))
    known = {"If-None-Match": first.headers["ETag"]}
    assert titles(reader.get(path, headers=known)) == set()
