"""GitLab #433351: a change of private feeds that broke real readers. Six of them ask here."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, NamedTuple

import pytest
from werkzeug.test import Client

from osac_share.kernel.db import transaction
from tests.support.factories import Words, make_report
from tests.support.tokens import basic, make_feed_token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


class Shape(NamedTuple):
    """How a reader asks: the address it makes of the one it was given, and its headers."""

    path: str
    headers: Mapping[str, str]
    keeps_tags: bool = True


FEED_TYPES = "application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.1"
SHAPES = {
    "Miniflux": Shape(
        "/feeds/private/{token}.atom",
        {"User-Agent": "Mozilla/5.0 (compatible; Miniflux/2.2.0)", "Accept-Encoding": "br, gzip"},
    ),
    "Miniflux with a user name and a password": Shape(
        "/feeds/countries/KE.atom",
        {"User-Agent": "Mozilla/5.0 (compatible; Miniflux/2.2.0)", "Authorization": "{basic}"},
    ),
    "FreshRSS": Shape(
        "/feeds/private/{token}.rss",
        {"User-Agent": "FreshRSS/1.27.0 (Linux)", "Accept": FEED_TYPES, "Accept-Encoding": "gzip"},
    ),
    "feedparser": Shape(
        "/feeds/private/{name}.atom",
        {"User-Agent": "feedparser/6.0.11", "A-IM": "feed", "Authorization": "{basic}"},
    ),
    "NetNewsWire": Shape(
        "/feeds/private/{token}.json",
        {"User-Agent": "NetNewsWire (RSS Reader; https://netnewswire.com/)", "Accept": "*/*"},
    ),
    "Thunderbird": Shape(
        "/feeds/private/{escaped}.rss",
        {"User-Agent": "Thunderbird/140.0", "Accept": "application/rss+xml,text/html;q=0.5"},
    ),
    "a chat channel that asks with a query to get past caches": Shape(
        "/feeds/private/{token}.rss?_=1772443800",
        {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Cache-Control": "no-cache"},
        keeps_tags=False,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_real_readers_are_understood_and_spared(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime, name: str
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], words=Words(), at=at)
    token, shown = make_feed_token(session, cast.dora, settings, at=at, path="countries/KE")
    shape, client = SHAPES[name], Client(app)
    path = shape.path.format(
        token=shown, name=token.public_id, escaped=shown.replace("_", "%5F").replace("o", "%6f")
    )
    headers = {key: value.format(basic=basic(shown)) for key, value in shape.headers.items()}
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    assert Words().title in body.decode()
    if shape.keeps_tags:
        known = headers | {"If-None-Match": answer.headers["ETag"]}
        assert client.get(path, headers=known).status_code == 304
        assert client.head(path, headers=headers).status_code == 200


@pytest.mark.one_database
def test_a_reader_that_waits_to_be_asked_is_asked_and_then_answered(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    client, path = Client(app), f"/feeds/private/{token.public_id}.rss"
    asked = client.get(path)
    assert asked.status_code == 401
    assert "location" not in asked.headers
    assert client.get(path, headers={"Authorization": basic(shown)}).status_code == 200
