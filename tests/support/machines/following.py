"""The standard client, which reads on, and councils that publish while it does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taxii2client.v21 import ApiRoot, Collection, as_pages

from osac_share.kernel.db import session_factory
from tests.support.cast import recall
from tests.support.factories import Words
from tests.support.machines.newsroom import Newsroom

if TYPE_CHECKING:
    from datetime import datetime

    from requests import Response
    from sqlalchemy import Engine

ROUNDS = 6
"""How often each council publishes, updates, hides and ends something."""


Read = list[tuple[str, str]]
"""Ids of objects, each with its version, in the order in which they were read."""


class Follower:
    """A client that reads on from what it was last told, as the standard has it."""

    def __init__(self, collection: Collection, per_request: int) -> None:
        self.collection, self.per_request = collection, per_request
        self.read: Read = []
        self.pages = 0
        self._added: str | None = None
        collection._conn.session.hooks["response"].append(self._note)

    def catch_up(self) -> int:
        """Read until there is no more, and return how much there was."""
        before = len(self.read)
        for envelope in as_pages(
            self.collection.get_objects,
            per_request=self.per_request,
            version="all",
            added_after=self._added,
        ):
            self.pages += 1
            self.read += [name_of(one) for one in envelope.get("objects", [])]
        return len(self.read) - before

    def _note(self, answer: Response, *_more: object, **_named: object) -> None:
        self._added = answer.headers.get("X-TAXII-Date-Added-Last", self._added)


def name_of(made: dict[str, Any]) -> tuple[str, str]:
    return made["id"], made.get("modified", made["created"])


def history(engine: Engine, at: datetime, council: str) -> None:
    """Publish, update, hide and end reports as fast as it goes."""
    with session_factory(engine)() as session:
        cast = recall(session, at=at)
        assert cast is not None
        newsroom = Newsroom(session, cast, at)
        for turn in range(ROUNDS):
            marking = ("CLEAR", "GREEN", "AMBER")[turn % 3]
            report = newsroom.publish(
                Words(title=f"{council} {turn}", marking=marking), council=council
            )
            if council == "kenya":
                newsroom.update(report, Words(marking=marking))
                newsroom.end(report, "all_clear")


@dataclass(frozen=True)
class Paged:
    """What was read page by page while the councils published, and at once when they were done."""

    followed: Read
    whole: Read

    @property
    def gaps_and_repeats(self) -> int:
        """Return how many objects were missed or came where they should not, or came again."""
        repeats = len(self.followed) - len(set(self.followed))
        return repeats + len(set(self.followed) ^ set(self.whole))


def read_on(address: str, token: str, engine: Engine, at: datetime) -> Paged:
    """Let two councils publish, and read all of it from the server at `address` meanwhile."""
    root = ApiRoot(f"{address}/taxii2/reports/", user="x", password=token)
    everything = next(one for one in root.collections if one.alias == "all")
    path = f"{address}/taxii2/reports/collections/{everything.id}/"
    follower = Follower(Collection(path, user="x", password=token), per_request=7)
    with ThreadPoolExecutor() as pool:
        work = [pool.submit(history, engine, at, council) for council in ("kenya", "nigeria")]
        while not all(one.done() for one in work):
            follower.catch_up()
        for one in work:
            one.result()
    while follower.catch_up():
        pass
    whole = Follower(Collection(path, user="x", password=token), per_request=500)
    whole.catch_up()
    assert whole.pages == 1
    return Paged(follower.read, whole.read)
