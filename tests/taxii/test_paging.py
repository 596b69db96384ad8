"""The standard client reads the whole history once, while two councils go on publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from taxii2client.v21 import Server

from osac_share.kernel import clock
from tests.support.machines.following import ROUNDS, read_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast


@pytest.fixture
def at() -> datetime:
    """Return the present: the server has the machine's clock."""
    return clock.now()


@pytest.fixture
def kenya_only(cast: Cast, token_of: Callable[[Person], str]) -> str:
    """Return a token of somebody who sees what Kenya's council says, and little of Nigeria's."""
    return token_of(cast.dora)


def test_the_standard_client_pages_the_whole_history_with_no_gap_and_no_repeat(
    live_server: str, engine: Engine, kenya_only: str, at: datetime
) -> None:
    paged = read_on(live_server, kenya_only, engine, at)
    assert paged.followed == paged.whole
    assert paged.gaps_and_repeats == 0
    # Each of Kenya's three times, and of Nigeria's those that all members may see.
    reports = [one for one, _version in paged.whole if one.startswith("report--")]
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
