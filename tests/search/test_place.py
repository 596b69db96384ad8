"""Where the index is kept, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import Misconfigured
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.search.homes import RowsHome

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from osac_share.settings import Settings
    from tests.support.cast import Cast


def test_a_database_server_keeps_the_index_and_sqlite_has_a_folder_beside_it(
    settings: Settings, engine: Engine, cast: Cast, client: FlaskClient
) -> None:
    with Worker(settings, engine) as worker:
        worker.drain()
    page = client.get("/search?q=curfew")
    assert page.status_code == 200
    assert "is being repaired" not in page.text
    has_server = engine.dialect.name == "postgresql"
    assert (settings.data.dir / "search").exists() is not has_server
    assert len(RowsHome(engine).parts()) == (2 if has_server else 0)


@pytest.mark.parametrize(
    ("address", "chosen", "place"),
    [
        ("", "", "whoosh:"),
        ("", "database:", "database:"),
        ("postgresql://osac@db.example.org/osac", "", "database:"),
        ("postgresql+psycopg://osac@db.example.org/osac", "", "database:"),
        ("postgresql://osac@db.example.org/osac", "whoosh:", "whoosh:"),
    ],
)
def test_the_place_can_be_chosen(address: str, chosen: str, place: str) -> None:
    settings = load_settings({"OSAC_DATABASE_URL": address, "OSAC_SEARCH_URL": chosen})
    assert settings.search_url == place


@pytest.mark.parametrize("url", ["tantivy:", "postgresql://osac@db.example.org/osac", "database"])
def test_any_other_place_is_refused_with_a_sentence(url: str) -> None:
    wanted = r"OSAC_SEARCH_URL cannot be used: must be empty, whoosh: .* or database:"
    with pytest.raises(Misconfigured, match=wanted):
        load_settings({"OSAC_SEARCH_URL": url})
