"""The standard client reads the whole history once, while two councils go on publishing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from osac_share.kernel.db import session_factory
from tests.support.cast import recall
from tests.support.factories import Words
from tests.taxii.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from requests import Response
    from sqlalchemy import Engine

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast

ROUNDS = 6
"""How often each council publishes, updates, hides and ends something."""


class Follower:
    """A client that reads on from what it was last told, as the standard has it."""

    def __init__(self, collection: Collection, per_request: int) -> None:
        self.collection, self.per_request = collection, per_request
        self.read: list[tuple[str, str]] = []
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


@pytest.fixture
def kenya_only(cast: Cast, token_of: Callable[[Person], str]) -> str:
    """Return a token of somebody who sees what Kenya's council says, and little of Nigeria's."""
    return token_of(cast.dora)


def test_the_standard_client_pages_the_whole_history_with_no_gap_and_no_repeat(
    live_server: str, engine: Engine, kenya_only: str, at: datetime
) -> None:
    address = f"{live_server}/taxii2/reports/collections/"
    root = ApiRoot(f"{live_server}/taxii2/reports/", user="x", password=kenya_only)
    everything = next(one for one in root.collections if one.alias == "all")
    follower = Follower(
        Collection(f"{address}{everything.id}/", user="x", password=kenya_only), per_request=7
    )
    with ThreadPoolExecutor() as pool:
        work = [pool.submit(history, engine, at, council) for council in ("kenya", "nigeria")]
        while not all(one.done() for one in work):
            follower.catch_up()
        for one in work:
            one.result()
    while follower.catch_up():
        pass
    whole = Follower(
        Collection(f"{address}{everything.id}/", user="x", password=kenya_only), per_request=500
    )
    whole.catch_up()
    assert whole.pages == 1
    assert follower.read == whole.read
    assert len(set(follower.read)) == len(follower.read)
    # Each of Kenya's three times, and of Nigeria's those that all members may see.
    reports = [one for one, _version in whole.read if one.startswith("report--")]
    assert len(reports) == ROUNDS * 3 + ROUNDS * 2 // 3


def test_the_standard_client_finds_its_way_from_the_address_of_the_server(
    live_server: str, kenya_only: str
) -> None:
    server = Server(f"{live_server}/taxii2/", user="anybody", password=kenya_only)
    assert [root.title.partition(": ")[2] for root in server.api_roots] == [
        "Reports",
        "Councils",
        "Countries",
    ]
    assert server.default.url == f"{live_server}/taxii2/reports/"
    for root in server.api_roots:
        assert root.versions == ["application/taxii+json;version=2.1"]
        assert all(one.can_read and not one.can_write for one in root.collections)
    regions = {one.alias: one for one in server.default.collections}
    assert set(regions) == {"all", "wha", "eap", "eur", "nea", "sca", "af"}
    furniture = regions["af"].get_manifest()["objects"]
    assert [one["id"].partition("--")[0] for one in furniture[:6]] == [
        *["marking-definition"] * 4,
        "identity",
        "location",
    ]
    (kenya,) = regions["af"].get_object(furniture[6]["id"])["objects"]
    assert regions["af"].object_versions(kenya["id"])["versions"] == [kenya["modified"]]
