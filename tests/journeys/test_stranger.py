"""Nobody gets a word that is not theirs, whatever address of the site they ask for.

Every report carries words in each of its fields that occur nowhere else. Every address that the
application answers is asked for, with the ids of everything there is put into it; what comes back
may hold the words of those reports only that the rule of sight shows to whoever asked.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from osac_share.councils.policy import may_see
from osac_share.feeds.queries import REGISTERS
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from osac_share.worker import Worker
from tests.support.canaries import COMMON, FIELDS, FILE, canary, plant, words_marked
from tests.support.factories import make_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from osac_share.councils.policy import Actor
    from osac_share.settings import Settings
    from tests.support.canaries import Planted
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.slow]

MAILS = 10
"""Seven for Dora (one edition was overtaken), three for Chidi."""
NOWHERE = "zqnowherezq"
"""A word of no report, as long as any canary."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the variables of a demonstration: its mail can be read on its pages, too."""
    return environment | {"OSAC_SITE_DEMO": "true"}


@pytest.fixture
def planted(
    session: Session, cast: Cast, at: datetime, engine: Engine, settings: Settings
) -> list[Planted]:
    """Return editions of every marking and state, all of them indexed and mailed."""
    with transaction(session):
        for person in (cast.dora, cast.chidi):
            subscribe(
                session, Wish(places=[]), by=cast.actors[person.name.split()[0].lower()], at=at
            )
        editions = list(plant(session, cast, settings, at))
    with Worker(settings, engine) as worker:
        worker.drain()
    return editions


NAMED: Mapping[str, Sequence[str | int]] = {
    "number": [1, 2],
    "iso2": ["KE", "ke", "NG", "UG"],
    "slug": ["civil-unrest", "crime", "kenya", "nigeria"],
    "shelf": ["countries", "regions", "topics", "councils"],
    "key": ["KE", "AF", "civil-unrest", "kenya", "nigeria"],
    "kind": ["atom", "rss", "json"],
    "written": ["atom", "rss"],
    "form": ["csv", "json"],
    "root": ["reports", "councils"],
    "collection_id": ["all", "kenya"],
    "object_id": ["x"],
    "status_id": ["x"],
    "token": ["x"],
    "channel": ["webhook", "chat", "sms"],
    "ending": ["csv", "jsonl"],
    "post_id": [1],
    "rest": ["x"],
    "month": ["2026-03", "2026-02-1"],
}
"""What stands in addresses, whatever there is."""


def addresses(app: Flask, planted: list[Planted], cast: Cast, settings: Settings) -> list[str]:
    """Return every address that answers to GET, with everything there is put into it."""
    mails = [
        mail.id
        for person in (cast.dora, cast.chidi)
        for mail in read_outbox(settings.data.dir / "outbox", person.email)
    ]
    assert len(mails) == MAILS
    values: dict[str, Sequence[str | int]] = {
        **NAMED,
        "public_id": list(dict.fromkeys(one.report.public_id for one in planted)),
        "mail_id": [*mails, "1"],
        "person_id": [cast.dora.public_id],
    }
    files = [file for one in planted for file in one.edition.attachments]
    values |= {
        "attachment_id": [file.public_id for file in files],
        "name": [FILE, *REGISTERS],
    }
    adapter = app.url_map.bind("localhost")
    found = [
        adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        for names in [sorted(rule.arguments)]
        for chosen in product(*(values[name] for name in names))
    ]
    return [*dict.fromkeys(found), *QUERIES]


QUERIES = [
    f"/search?q={COMMON}",
    f"/search?q={COMMON}&sort=date&country=KE&topic=civil-unrest",
    "/search?q=zq*",
    "/search?q=country:KE",
    "/search?q=marking:RED",
    "/search?q=marchnig",
    "/search",
    "/reports?country=KE",
    "/reports?topic=civil-unrest&state=published",
    "/reports?state=draft",
    "/reports?page=2",
    "/reports?region=AF&kind=alert",
]


def spilled(answer: Response, planted: list[Planted]) -> set[str]:
    """Return the marks of the editions any of whose words are in an answer, head and body."""
    whole = answer.get_data() + repr(list(answer.headers)).encode()
    return {
        one.mark
        for one in planted
        if any(canary(one.mark, field).encode() in whole for field in FIELDS)
    }


def meant_for(actor: Actor, planted: list[Planted]) -> set[str]:
    return {one.mark for one in planted if may_see(actor.clearance, one.audience)}


EXPECTED = {
    "eve": {"clear"},
    "dora": {"clear", "green", "amber", "strict", "reddora", "before", "after"},
    "chidi": {"clear", "green", "nigeria"},
    "gus": {"clear", "green", "amber", "strict", "steering", "nigeria", "before", "after"},
}


@pytest.mark.one_database  # The matrix does the like on both.
@pytest.mark.parametrize("name", list(EXPECTED))
def test_no_address_spills_a_word_that_is_not_meant_for_whoever_asks(
    app: Flask,
    settings: Settings,
    signed_in: SignIn,
    planted: list[Planted],
    cast: Cast,
    name: str,
) -> None:
    assert meant_for(cast.actors[name], planted) == EXPECTED[name]
    visitor = signed_in(cast.people[name])
    seen: set[str] = set()
    for address in addresses(app, planted, cast, settings):
        with visitor.client.get(address) as answer:
            found = spilled(answer, planted)
            assert answer.status_code < 500, address
        assert found <= EXPECTED[name], address
        seen |= found
    assert seen == EXPECTED[name]


@pytest.mark.one_database
def test_author_alone_sees_a_draft(
    app: Flask, settings: Settings, signed_in: SignIn, planted: list[Planted], cast: Cast
) -> None:
    visitor = signed_in(cast.ben)
    seen = set()
    for address in addresses(app, planted, cast, settings):
        with visitor.client.get(address) as answer:
            seen |= spilled(answer, planted)
    assert seen == EXPECTED["dora"] - {"reddora"} | {"redben", "steering", "draft"}


@pytest.mark.parametrize("name", ["eve", "chidi"])
def test_asking_for_a_hidden_word_is_like_asking_for_one_that_never_was(
    signed_in: SignIn, planted: list[Planted], cast: Cast, name: str
) -> None:
    visitor = signed_in(cast.people[name])
    hidden = [one for one in planted if one.mark not in EXPECTED[name]]
    assert hidden
    for one, field in product(hidden, FIELDS):
        word = canary(one.mark, field)
        assert searched(visitor, word) == searched(visitor, NOWHERE)


def test_search_finds_the_words_that_are_meant_for_whoever_asks(
    signed_in: SignIn, planted: list[Planted], cast: Cast
) -> None:
    for name, marks in EXPECTED.items():
        visitor = signed_in(cast.people[name])
        found = {
            one.mark
            for one in planted
            if canary(one.mark, "title") in visitor.open(f"/search?q={COMMON}").text
        }
        assert (name, found) == (name, marks - {"before"})


def searched(visitor: Visitor, word: str) -> str:
    page = visitor.open(f"/search?q={word}")
    assert page.status == 200
    token = page.root.xpath("string(//input[@name='csrf_token']/@value)")
    source = page.response.get_data(as_text=True).replace(word, "")
    return source.replace(str(token), "") if token else source


def test_hidden_reports_change_no_byte_of_what_a_stranger_gets(
    visitor: Visitor, session: Session, cast: Cast, at: datetime, engine: Engine, settings: Settings
) -> None:
    def everything() -> dict[str, bytes]:
        paths = ("/", "/reports", "/countries", "/countries/KE", "/topics/civil-unrest", *QUERIES)
        feeds = ("/feeds/reports.atom", "/feeds/countries/KE.rss", "/feeds/topics/crime.json")
        return {path: visitor.open(path).response.get_data() for path in (*paths, *feeds)}

    amara = cast.actors["amara"]
    with transaction(session):
        for number in range(3):
            words = replace(words_marked(f"clear{number}", "CLEAR"), topics=["crime"])
            make_report(session, cast.kenya, by=amara, words=words, at=at)
    with Worker(settings, engine) as worker:
        worker.drain()
        before = everything()
        with transaction(session):
            for number in range(40):
                words = words_marked(f"hidden{number}", "GREEN" if number % 2 else "AMBER")
                make_report(session, cast.kenya, by=amara, words=words, at=at)
        worker.drain()
    after = everything()
    assert {path for path in before if before[path] != after[path]} == set()
