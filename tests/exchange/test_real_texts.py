"""The real country information, where it is present: all of it comes in, and none of it harms."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from lxml import html

from osac_share.exchange import actions
from osac_share.exchange.actions import Outcome
from osac_share.exchange.documents import lines_of, opened
from tests.exchange.archive import REAL_TEXTS, history

if TYPE_CHECKING:
    from osac_share.exchange.documents import RelayedText

NOW = datetime(2025, 9, 1, tzinfo=UTC)
SCHEMES = {"http", "https", "mailto", "tel"}
SAMPLE = 40
"""In the quick tests every 40th text is rendered."""


def sifted(outcome: Outcome) -> list[RelayedText]:
    """Return the real texts, or made-up ones where the real ones are not at hand."""
    if not REAL_TEXTS.is_file():
        made_up = [(number, json.dumps(one).encode()) for number, one in enumerate(history(), 1)]
        return actions.sift(made_up, {}, outcome, at=NOW)
    with opened(str(REAL_TEXTS)) as file:
        return actions.sift(lines_of(file), {}, outcome, at=NOW)


def schemes_in(texts: list[RelayedText]) -> Counter[str]:
    outcome = Outcome()
    links: Counter[str] = Counter()
    for wording in actions.word(texts, outcome):
        page = html.fragment_fromstring(wording.html, create_parent=True)
        links.update(str(address).partition(":")[0] for address in page.xpath("//@href | //@src"))
    assert outcome.is_complete
    return links


def test_every_text_finds_its_place() -> None:
    outcome = Outcome()
    texts = sifted(outcome)
    assert texts
    assert outcome == Outcome()
    assert "other" not in {text.chapter.slug for text in texts}


def test_every_advisory_has_the_level_that_its_own_page_gives() -> None:
    advisories = [text for text in sifted(Outcome()) if text.kind == "advisory"]
    unrated = {text.country for text in advisories if text.level is None}
    # Their pages rate regions, or are shared with another country.
    assert unrated <= {"Israel, the West Bank and Gaza", "Mexico", "Hong Kong", "Macau"}


def test_links_of_some_texts_are_safe() -> None:
    links = schemes_in(sifted(Outcome())[::SAMPLE])
    assert set(links) <= SCHEMES


@pytest.mark.slow
def test_links_of_all_texts_are_safe() -> None:
    links = schemes_in(sifted(Outcome()))
    assert links["https"]
    assert set(links) <= SCHEMES
