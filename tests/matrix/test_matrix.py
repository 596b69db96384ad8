"""Everybody tries everything: nobody gets a word that is not theirs, nor is refused what is.

The whole matrix, some 700,000 cells, is counted by `make figures`. What runs here has every kind
of person, every state, marking and circle, on every route and channel, though not all with all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.databases import DATABASES
from tests.support.matrix.people import EVERYBODY
from tests.support.matrix.slots import slot_of
from tests.support.matrix.things import few
from tests.support.matrix.walking import furnish, walk

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from osac_share.settings import Settings

pytestmark = pytest.mark.slow

PARTS = 16
"""Of so many addresses of a route everybody tries one, and the next of them another one."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the variables of a demonstration: its mail can be read on its pages, too."""
    return environment | {
        "OSAC_SITE_DEMO": "true",
        "OSAC_PUBLIC_URL": "http://localhost",
        "OSAC_WEB_API_PER_MINUTE": "1000000",
    }


def test_nobody_gets_what_is_not_theirs_nor_is_refused_what_is(
    settings: Settings, engine: Engine
) -> None:
    stage = furnish(settings, engine, few())
    # Each database has every other kind of person.
    turn = DATABASES.index(engine.dialect.name)
    names = [who.name for who in EVERYBODY][turn :: len(DATABASES)]
    found = walk(stage, engine, names, stride=PARTS)
    assert found.leaks == []
    assert found.refusals == []
    assert found.cells > 10_000


def test_route_with_an_id_that_nobody_explained_stops_the_matrix() -> None:
    with pytest.raises(LookupError, match="Add it to SLOTS"):
        slot_of("/reports/<public_id>/ratings/<rating_id>", "rating_id")
