"""A new edition meets a saved search exactly if searching for it alone would find it."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from osac_share.search.index import parse
from osac_share.search.index.canonical import canonical
from osac_share.search.index.pages import Page, found_in
from osac_share.search.index.percolation import Standing, meets
from osac_share.search.models import Tag
from tests.support.editions import (
    EVERYONE,
    built,
    edition,
    random_library,
    random_question,
)

if TYPE_CHECKING:
    from osac_share.search.models import Document, Query

pytestmark = pytest.mark.one_database

MORE = (
    *('"civil unrest" in:title', "road* in:title", "-road*", '-"civil road"', "NOT night"),
    *("-country:KE", "severity:security OR", "before:2025-01-02", "in:files", "in:history"),
    *("curfew OR kidnap*", "topic:crime topic:health", "kidnap OR country:FR night", '"of the'),
)
NAMES = {"nairobi": Tag("country", "KE"), "unrest": Tag("topic", "crime")}


def questions(chance: Random, count: int) -> list[Query]:
    """Return queries, each with something to look for, that leave no word to chance."""
    texts = [f"{random_question(chance)} {chance.choice(('', *MORE))}" for _ in range(count)]
    read = [parse(text, meant=lambda name: NAMES.get(name.lower())) for text in texts]
    return [replace(query, strictly=True) for query in read if query.asks]


def library(seed: int) -> list[Document]:
    """Return editions that are alone in their reports, some of them files."""
    return [
        replace(one, report_id=one.edition_id, current=True, audience=EVERYONE, sight=EVERYONE)
        if one.edition_id % 3
        else replace(
            one, report_id=1, current=True, sight=EVERYONE, attachment_id=1, audience=EVERYONE
        )
        for one in random_library(seed, reports=1)[:1]
    ]


@given(some.integers(0, 10_000))
def test_saved_search_is_met_just_by_what_searching_for_it_finds(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    (document,) = library(seed)
    reader = built(tmp_path_factory.mktemp("index"), [document])
    asked = questions(Random(seed), 40)  # noqa: S311 -- the same queries every time.
    standing = Standing()
    for number, query in enumerate(asked):
        standing.add(str(number), query)
    met = standing.met_by([Page(document)])
    sight = document.audience & document.sight or EVERYONE
    for number, query in enumerate(asked):
        found = reader.search(query, sight, facets=False).total > 0
        assert (query.text, str(number) in met) == (query.text, found)
        assert meets(query, [Page(document)]) == found


@given(some.integers(0, 10_000))
def test_canonical_text_asks_for_what_was_typed(seed: int) -> None:
    for query in questions(Random(seed), 40):  # noqa: S311 -- the same queries every time.
        again = parse(canonical(query), meant=lambda name: NAMES.get(name.lower()))
        assert (query.text, sense(again)) == (query.text, sense(query))
        assert canonical(again) == canonical(query)


def sense(query: Query) -> tuple[object, ...]:
    """Return what a query asks for, however it is spelled."""
    days = (query.after, query.before)
    inside = (query.history, query.in_files)
    return (query.clauses, query.excluded, {*query.filters}, days, inside, query.notices)


def test_what_was_found_is_told_as_it_stands_in_the_text() -> None:
    page = Page(
        edition(1, title="Road blocks", text="Blocked road. ROAD BLOCK cleared", countries={"KE"})
    )
    asked = parse('"road block" clear* NOT curfew nairobi', meant=NAMES.get)
    assert meets(asked, [page])
    assert found_in(page, asked) == ["Road blocks", "cleared", Tag("country", "KE")]
