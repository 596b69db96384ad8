"""A real proxy that keeps answers stands before the site, and nobody ever gets another's."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from osac_share.feeds.views.doorstep import LOOK_AFTER
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.tokens.actions import revoke_all
from tests.feeds.readership import FEED, Newsroom, World, opened
from tests.support.proxy import EXPIRED, HIT, REVALIDATED, Answer, ask, caching
from tests.support.tokens import basic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.proxy import Proxy

pytestmark = pytest.mark.one_database

UNCHANGED, WITHDRAWN, REFUSED = 304, 404, {401, 410}
PEOPLE = ("a stranger", "Dora Member", "Chidi Chair")

VOLATILE = re.compile(rb"csrf_token[^>]*>|reference <code>\w+")
"""What is another one in each answer: a form's token, and the reference of a failure."""


@pytest.fixture
def at() -> datetime:
    """Return the present: the server and the proxy have the machine's clock."""
    return clock.now()


@pytest.fixture
def newsroom(session: Session, cast: Cast, settings: Settings, at: datetime) -> Newsroom:
    """Return the two councils."""
    return Newsroom(session, cast, settings, at)


@pytest.fixture
def world(newsroom: Newsroom, app: Flask, signed_in: SignIn, live_server: str) -> World:
    """Return what the two councils published, and who reads it."""
    return opened(newsroom, signed_in, live_server)


@pytest.fixture
def proxy(live_server: str) -> Iterator[Proxy]:
    """Yield a proxy before the server, which keeps nothing yet."""
    with caching(live_server) as running:
        yield running


def said(answer: Answer) -> tuple[int, str, bytes]:
    """Return what an answer tells its reader."""
    return answer.status, answer.headers["Content-Type"], VOLATILE.sub(b"", answer.unpacked)


def truth(world: World) -> dict[tuple[str, str], Answer]:
    """Return what the site itself answers each reader at each address."""
    return {
        (reader.name, path): ask(world.direct, path, *reader.brings(path))
        for reader in world.readers
        for path in world.paths
    }


def hides_something(own: dict[tuple[str, str], Answer]) -> bool:
    """Tell whether everybody is told something else at the same address."""
    told = [{own[name, path].body for name in PEOPLE} for path in (FEED, "/reports")]
    stranger, dora = own[PEOPLE[0], FEED].body, own[PEOPLE[1], FEED].body
    assert b"herons" in stranger
    assert b"kestrels" not in stranger
    assert b"kestrels" in dora
    return all(len(one) == len(PEOPLE) for one in told)


@pytest.mark.slow
def test_nobody_gets_through_a_proxy_what_the_site_would_not_answer_them(world: World) -> None:
    own = truth(world)
    assert hides_something(own)
    kept = set[str]()
    for first in world.readers:
        others = [one for one in world.readers if one is not first]
        with caching(world.direct) as proxy:
            for reader in (first, *others, first):
                for path in world.paths:
                    expected = own[reader.name, path]
                    answer = proxy.get(path, *reader.brings(path))
                    assert said(answer) == said(expected), (reader.name, path)
                    assert answer.etag == expected.etag
                    kept |= {path} if answer.kept == HIT else set()
    # A proxy that keeps nothing would prove nothing.
    assert kept >= {FEED, "/feeds/cap.atom", "/calendars/reports.ics", "/api/v1/openapi.json"}
    assert {f"/cap/{world.clear.public_id}.xml", world.file} <= kept
    assert not [path for path in kept if "private" in path or path.startswith("/reports")]


def test_the_tag_of_another_reader_never_stands_for_mine(world: World, proxy: Proxy) -> None:
    own = truth(world)
    unchanged = set[str]()
    for path in world.paths:
        tags = {own[one.name, path].etag for one in world.readers} - {""}
        for reader in world.readers if tags else ():
            expected = own[reader.name, path]
            foreign = tags - {expected.etag}
            asked = [*foreign, *(f"W/{tag}" for tag in foreign), ", ".join(foreign)]
            for tag in filter(None, asked):
                answer = proxy.get(path, *reader.brings(path), ("If-None-Match", tag))
                assert said(answer) == said(expected), (reader.name, path)
            if expected.etag:
                mine = ("If-None-Match", ", ".join([*foreign, expected.etag]))
                answer = proxy.get(path, *reader.brings(path), mine)
                if answer.status == UNCHANGED:
                    unchanged.add(path)
                else:
                    assert said(answer) == said(expected), (reader.name, path)
                assert answer.etag == expected.etag
    assert {FEED, "/calendars/reports.ics"} <= unchanged


def test_no_cookie_is_kept_and_each_browser_gets_its_own(proxy: Proxy) -> None:
    given = [proxy.get("/login").headers["Set-Cookie"] for _ in range(3)]
    assert all(given)
    assert len(set(given)) == 3
    assert not proxy.from_cache


ENCODINGS = ("gzip", "GZIP", "gzip;q=0", "identity", "br", "*", "*;q=0, gzip", "deflate, gzip", "")
CLAIMS = ("", "Basic", "Basic Og==", "Bearer x", "basic {}", "Basic {} ", "Digest {}", "{}")


def test_tricks_with_what_answers_vary_by_confuse_nobody(world: World, proxy: Proxy) -> None:
    own = truth(world)
    public, whole = own["a stranger", FEED], own["Dora Member", FEED]
    dora = next(one for one in world.readers if one.name == "Dora Member")
    secret = basic(world.dora).removeprefix("Basic ")
    for encoding in ENCODINGS:
        accepts = ("Accept-Encoding", encoding)
        assert proxy.get(FEED, *dora.feed, accepts).unpacked == whole.unpacked
        answer = proxy.get(FEED, accepts)
        assert answer.unpacked == public.unpacked
        if "gzip" not in encoding.lower() and "*" not in encoding:
            assert answer.headers["Content-Encoding"] is None
        for claim in CLAIMS:
            header = ("Authorization", claim.format(secret))
            expected = ask(world.direct, FEED, header, accepts)
            answer = proxy.get(FEED, header, accepts)
            assert answer.unpacked in {expected.unpacked, public.unpacked}, claim
            twice = proxy.get(FEED, ("Authorization", "Basic eDp5"), header)
            assert b"kestrels" not in twice.unpacked or secret in claim.format(secret)
        assert proxy.get(FEED, accepts).unpacked == public.unpacked
        assert proxy.get(FEED, *dora.feed, accepts).unpacked == whole.unpacked
    assert HIT in {answer.kept for answer in proxy.from_cache}


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded"],
)
def test_what_a_stranger_claims_beside_the_address_reaches_no_other(
    world: World, proxy: Proxy, name: str
) -> None:
    for path in (FEED, "/feeds/cap.atom", "/calendars/reports.ics", "/api/v1/openapi.json"):
        proxy.get(path, (name, "host=intruder.example"))
        assert said(proxy.get(path)) == said(ask(world.direct, path))
        assert b"intruder" not in proxy.get(path).body
    assert proxy.from_cache


def test_an_address_that_looks_like_a_file_is_kept_for_nobody_else(
    world: World, proxy: Proxy
) -> None:
    dora = next(one for one in world.readers if one.name == "Dora Member")
    page, feed = "/account/tokens", f"/feeds/private/{world.dora}.atom"
    for path in (
        *(f"{page}/x.css", f"{page};x.css", f"{page}%2Fx.css", f"{page}?x.css"),
        *(
            f"/static/..{page}",
            f"/static/..%2F{page[1:]}",
            f"/{page}",
            f"/feeds/reports.atom/..{page}",
        ),
        *(f"{feed}/x.css", f"{feed}?x.css", f"{feed};x.css", feed.replace("private/", "private//")),
    ):
        mine = proxy.get(path, *dora.browser)
        answer = proxy.get(path)
        assert not mine.is_from_cache, path
        assert not answer.is_from_cache, path
        assert said(answer)[0] == ask(world.direct, path).status, path
        assert b"Dora" not in answer.unpacked, path


def test_what_was_published_is_in_the_feed_when_its_age_ends(
    world: World, newsroom: Newsroom, proxy: Proxy
) -> None:
    first = proxy.get(FEED)
    told = re.search(r"max-age=(\d+)", first.headers["Cache-Control"])
    assert told
    max_age = int(told.group(1))
    proxy.age(max_age + 1)
    assert proxy.get(FEED).kept == REVALIDATED
    newsroom.publish("curlews", "CLEAR")
    time.sleep(LOOK_AFTER)
    proxy.age(max_age - 5)
    still = proxy.get(FEED)
    assert (still.kept, still.body) == (HIT, first.body)
    proxy.age(6)
    fresh = proxy.get(FEED, ("If-None-Match", first.etag))
    assert (fresh.status, fresh.kept) == (200, EXPIRED)
    assert b"curlews" in fresh.body
    assert proxy.get(FEED).body == fresh.body


def test_what_was_taken_back_is_gone_when_its_age_ends(
    world: World, newsroom: Newsroom, proxy: Proxy
) -> None:
    assert b"herons" in proxy.get(world.file).body
    newsroom.withdraw(world.clear)
    told = re.search(r"max-age=(\d+)", proxy.get(world.file).headers["Cache-Control"])
    assert told
    assert int(told.group(1)) <= 60
    proxy.age(int(told.group(1)) + 1)
    assert proxy.get(world.file).status == WITHDRAWN


def test_a_revoked_token_opens_nothing_from_the_next_request_on(
    world: World, newsroom: Newsroom, proxy: Proxy, at: datetime
) -> None:
    dora = next(one for one in world.readers if one.name == "Dora Member")
    own = f"/feeds/private/{world.dora}.atom"
    before = {path: proxy.get(path, *dora.brings(path)) for path in (own, FEED, "/api/v1/reports")}
    assert {one.status for one in before.values()} == {200}
    person = newsroom.cast.dora
    with transaction(newsroom.session) as session:
        revoke_all(session, person.id, because="owner", by=(person.id, person.name), at=at)
    for path, answer in before.items():
        known = ("If-None-Match", answer.etag or "*")
        assert proxy.get(path, *dora.brings(path), known).status in REFUSED, path
