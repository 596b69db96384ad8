"""Feeds of members, feeds in full, and ten thousand readers who poll in one minute."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import installations as at
from benchmarks.figures import Figure
from benchmarks.pages import FEED, NGINX
from osac_share.feeds.documents import FORMATS
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import (
    Words,
    actor_of,
    make_council,
    make_organization,
    make_person,
    make_report,
    sections_saying,
)
from tests.support.tokens import make_feed_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.settings import Settings

ENTRIES = 50
SENTENCE = "A march is expected from noon, and the roads around the market will be closed. "
SENTENCES = 16
"""Of so many each of an entry's four sections is made, which gives it five kilobytes."""

MEMBERS, TOKENS_EACH = 50, 10
POLLS = 10_000
SPREAD_S = 60.0
"""Within so many seconds all of them poll; every other one polls a private feed."""

CONNECTIONS = 16
NEW = 10
"""One poll in so many knows no tag, and is answered in full."""


class Poll(NamedTuple):
    """What a reader asks for, when, and the tag that they know."""

    moment: float
    path: str
    tag: str


def measure() -> Iterator[Figure]:
    """Yield `feed_304_private`, `feed_full` and `pollers_10k`."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        environ = at.environment(Path(scratch))
        settings, _log_ins = at.furnished(environ)
        private = _publish(settings)
        port, hello = settings.web.port, at.free_port()
        stack.enter_context(at.running(at.granian("osac_share.wsgi:app", port), environ))
        stack.enter_context(at.running(at.granian("benchmarks.hello:app", hello), os.environ))
        at.wait_for(port)
        at.wait_for(hello)
        yield _unchanged(port, hello, private[0])
        yield _in_full(port, Path(scratch), stack)
        yield _polled(port, _public(), private)


def _publish(settings: Settings) -> list[str]:
    """Publish a full feed; return the paths of the private feeds of many members."""
    engine = open_engine(settings.database_url)
    with session_factory(engine)() as session:
        with transaction(session):
            council = make_council(session, "measured", countries=("KE",), at=clock.now())
            seats = [(council, "chair_public")]
            chair = make_person(session, "Measured Chair", seats=seats, at=clock.now())
            by = actor_of(session, chair, at=clock.now())
            for number in range(ENTRIES):
                said = sections_saying(SENTENCE * SENTENCES)
                words = Words(title=f"March {number}", sections=said, marking="CLEAR")
                make_report(session, council, by=by, words=words, at=clock.now())
        paths = [path for one in _members(session) for path in _feeds(session, one, settings)]
    engine.dispose()
    return paths


def _members(session: Session) -> list[Person]:
    with transaction(session):
        home = make_organization(session, "Measured Freight")
        return [
            make_person(session, f"Reader{number} Measured", organization=home, at=clock.now())
            for number in range(MEMBERS)
        ]


def _feeds(session: Session, person: Person, settings: Settings) -> list[str]:
    made = [
        make_feed_token(session, person, settings, at=clock.now())[1] for _ in range(TOKENS_EACH)
    ]
    return [f"/feeds/private/{shown}.atom" for shown in made]


def _public() -> list[str]:
    shelves = [
        "reports",
        *(f"countries/{one.iso2}" for one in taxonomy.all_countries()),
        *(f"regions/{one.code}" for one in taxonomy.regions()),
    ]
    return [f"/feeds/{shelf}.{kind}" for shelf in shelves for kind in FORMATS]


def _unchanged(port: int, hello: int, path: str) -> Figure:
    tag = _tag_at(port, path)
    assert at.Browser(port).get(path, **{"If-None-Match": tag}).status == HTTPStatus.NOT_MODIFIED
    mine, theirs = at.in_turn(
        (f"http://127.0.0.1:{port}{path}", {"If-None-Match": tag}),
        (f"http://127.0.0.1:{hello}/", {}),
    )
    return Figure("feed_304_private", mine, "requests/s", 0.5, "at least", "Flask hello", theirs)


def _in_full(port: int, scratch: Path, stack: ExitStack) -> Figure:
    body = at.Browser(port).get(FEED).read()
    assert body.count(b"<entry>") == ENTRIES
    folder = scratch / "static"
    folder.mkdir()
    (folder / "reports.atom").write_bytes(body)
    nginx = at.free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=nginx))
    stack.enter_context(at.running(["nginx", "-c", str(configuration)], os.environ))
    at.wait_for(nginx)
    static = f"http://127.0.0.1:{nginx}/reports.atom"
    assert at.Browser(nginx).get("/reports.atom").read() == body
    mine, theirs = at.in_turn((f"http://127.0.0.1:{port}{FEED}", {}), (static, {}))
    print(f"feed_full: {len(body) / 1e3:,.0f} kB")
    return Figure("feed_full", mine, "requests/s", 0.4, "at least", "nginx static 200", theirs)


def _polled(port: int, public: Sequence[str], private: Sequence[str]) -> Figure:
    chance = Random(3)  # noqa: S311 -- the same on every run.
    tags = {path: _tag_at(port, path) for path in (*public, *private)}
    polls = sorted(
        Poll(chance.uniform(0, SPREAD_S), path, "" if chance.randrange(NEW) == 0 else tags[path])
        for shelf in (public, private)
        for path in chance.choices(shelf, k=POLLS // 2)
    )
    began = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        lanes = [polls[lane::CONNECTIONS] for lane in range(CONNECTIONS)]
        waits = [
            wait for some in pool.map(lambda own: _lane(port, began, own), lanes) for wait in some
        ]
    cuts = quantiles(waits, n=100)
    print(
        f"pollers_10k: {len(waits):,} polls of {len(tags):,} feeds in {SPREAD_S:.0f} s, "
        f"median {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms, no error"
    )
    return Figure("pollers_10k", cuts[98], "s, p99", 1, "at most")


def _lane(port: int, began: float, polls: Sequence[Poll]) -> list[float]:
    """Return how long each poll waited, from the moment at which it was due."""
    connection = HTTPConnection("127.0.0.1", port, timeout=at.PATIENCE_S)
    waits = []
    for poll in polls:
        due = began + poll.moment
        time.sleep(max(0.0, due - time.monotonic()))
        connection.request(
            "GET", poll.path, headers={"If-None-Match": poll.tag} if poll.tag else {}
        )
        answer = connection.getresponse()
        answer.read()
        expected = HTTPStatus.NOT_MODIFIED if poll.tag else HTTPStatus.OK
        assert answer.status == expected, f"{poll.path}: {answer.status}"
        waits.append(time.monotonic() - due)
    connection.close()
    return waits


def _tag_at(port: int, path: str) -> str:
    answer = at.Browser(port).get(path)
    answer.read()
    assert answer.status == HTTPStatus.OK, f"{path}: {answer.status}"
    return answer.getheader("ETag", "")
