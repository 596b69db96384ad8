from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from osac_share.exchange.cli import import_file
from osac_share.feeds.documents import Publisher
from osac_share.feeds.queries import ALL_REPORTS, get_scope, news_feed
from tests.exchange.archive import REAL_TEXTS, history, packed
from tests.feeds.examples import SITE
from tests.feeds.test_readers import agree

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

COUNTRIES = ("KE", "MX", "UA")


def relayed() -> list[dict[str, Any]]:
    """Return made-up texts and, where they are at hand, the published ones of some countries."""
    if not REAL_TEXTS.is_file():
        return history()
    with gzip.open(REAL_TEXTS, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    return [text for text in texts if text["iso2"] in COUNTRIES]


@pytest.mark.one_database
def test_relayed_texts_make_feeds_that_every_reader_understands(
    session: Session, tmp_path: Path, at: datetime
) -> None:
    texts = relayed()
    import_file(session, packed(tmp_path / "texts.jsonl", texts))
    scopes = [get_scope(session, "countries", iso2) for iso2 in {text["iso2"] for text in texts}]
    for scope in (ALL_REPORTS, *scopes):
        feed = news_feed(session, scope, Publisher("OSAC Share", SITE), at=at)
        assert feed.entries
        agree(feed)
