"""Every search has a feed: a public one, and one for what a member may see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.feeds.documents import FORMATS
from osac_share.kernel.db import transaction
from osac_share.search.index import open_reader
from osac_share.worker import Worker
from tests.feeds.test_documents import CHECKS
from tests.support.factories import Words, make_report
from tests.support.tokens import make_feed_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

ADDRESS = "/feeds/search.json?q=curfew+country:Kenya"


@pytest.fixture
def reader(app: Flask, settings: Settings, engine: Engine) -> Client:
    """Return a feed reader of an application that sees at once what is new in the index."""
    app.extensions["osac_search"] = open_reader(settings, engine, look_every=0)
    return Client(app)


@pytest.fixture
def publish(
    session: Session, cast: Cast, settings: Settings, engine: Engine, at: datetime
) -> Callable[..., None]:
    def publish(title: str, marking: str = "CLEAR") -> None:
        words = replace(Words(), title=title, marking=marking)
        with transaction(session):
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
        with Worker(settings, engine) as worker:
            worker.drain()

    return publish


def titles(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200
    return {item["title"] for item in (answer.json or {})["items"]}


def test_feed_of_a_search_has_what_is_public_and_has_all_its_words(
    reader: Client, publish: Callable[..., None]
) -> None:
    for title, marking in (
        ("Curfew in Nairobi", "CLEAR"),
        ("Curfew for members", "GREEN"),
        ("March in Nairobi", "CLEAR"),
    ):
        publish(title, marking)
    assert titles(reader.get(ADDRESS)) == {"Curfew in Nairobi"}
    for kind in FORMATS:
        answer = reader.get(f"/feeds/search.{kind}?q=curfew+country:KE")
        CHECKS[kind](answer.data)
        assert f"/feeds/search.{kind}?q=curfew+country%3AKE" in answer.text
    assert titles(reader.get("/feeds/search.json?q=curfew+country:Atlantis")) == set()
    assert reader.get("/feeds/search.json?q=").status_code == 404


def test_poll_is_not_modified_until_what_it_finds_is_and_what_is_hidden_changes_nothing(
    reader: Client, publish: Callable[..., None]
) -> None:
    publish("Curfew in Nairobi")
    known = {"If-None-Match": reader.get(ADDRESS).headers["ETag"]}
    assert reader.get(ADDRESS, headers=known).status_code == 304
    publish("Curfew for members", "GREEN")
    assert reader.get(ADDRESS, headers=known).status_code == 304
    publish("Curfew in Mombasa")
    assert titles(reader.get(ADDRESS, headers=known)) == {"Curfew in Nairobi", "Curfew in Mombasa"}


def test_private_feed_of_a_search_shows_what_its_owner_may_see(
    reader: Client,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    publish: Callable[..., None],
) -> None:
    bound = {"words": "curfew country:KE"}
    tokens = {
        person.name: make_feed_token(
            session, person, settings, at=at, path="search", narrower=bound
        )[1]
        for person in (cast.dora, cast.chidi)
    }
    publish("Curfew for members", "GREEN")
    publish("Curfew for Kenya's council", "AMBER")
    seen = {
        name: len((reader.get(f"/feeds/private/{token}.json").json or {})["items"])
        for name, token in tokens.items()
    }
    assert seen == {cast.dora.name: 2, cast.chidi.name: 1}
