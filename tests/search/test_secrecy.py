"""Nothing hidden changes a byte of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.search.index import Folder, Writer, highlight, parse, sought_by
from tests.support.editions import (
    EVERYONE,
    SECRET,
    built,
    edition,
    everything_said,
    hidden_library,
    random_library,
)

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.search.models import Clearance

MEMBER = frozenset({"public", "members"})


@pytest.mark.parametrize("clearance", [EVERYONE, MEMBER], ids=["stranger", "member"])
def test_a_hundred_hidden_editions_change_no_byte(tmp_path: Path, clearance: Clearance) -> None:
    library = random_library(seed=21)
    reader = built(tmp_path, library)
    before = everything_said(reader, clearance)
    Writer(Folder(tmp_path)).put(hidden_library(100))
    assert reader.refresh()
    assert reader.search(parse("zanzibar"), SECRET).total > 50
    assert everything_said(reader, clearance) == before


def test_hidden_editions_indexed_first_change_no_byte(tmp_path: Path) -> None:
    library = random_library(seed=22)
    alone = built(tmp_path / "alone", library)
    among = built(tmp_path / "among", [*hidden_library(100), *library])
    assert everything_said(among, MEMBER) == everything_said(alone, MEMBER)


def test_merging_segments_changes_no_byte(tmp_path: Path) -> None:
    library = random_library(seed=23)
    whole = built(tmp_path / "whole", library)
    pieces = built(tmp_path / "pieces", library[:1])
    writer = Writer(Folder(tmp_path / "pieces"))
    for report in range(1, 61):
        writer.put([one for one in library if one.report_id == report])
    assert pieces.refresh()
    assert everything_said(pieces, MEMBER) == everything_said(whole, MEMBER)


def test_a_word_is_suggested_only_if_two_visible_editions_have_it(tmp_path: Path) -> None:
    library = [
        edition(1, text="zanzibar", audience=SECRET, sight=SECRET),
        edition(2, text="zanzibar"),
        edition(3, text="pemba"),
    ]
    reader = built(tmp_path, library)
    query = parse("zanzibr port")
    assert reader.did_you_mean(query, EVERYONE) is None
    assert reader.did_you_mean(query, EVERYONE | SECRET) == "zanzibar port"


def test_an_old_edition_hides_when_the_current_one_is_hidden(tmp_path: Path) -> None:
    old = edition(1, report_id=5, current=False, text="ransom", sight=SECRET)
    new = edition(2, report_id=5, number=2, text="ransom", audience=SECRET, sight=SECRET)
    reader = built(tmp_path, [old, new])
    assert reader.search(parse("ransom in:history"), EVERYONE).total == 0
    assert reader.search(parse("ransom in:history"), SECRET).hits[0].number == 2
    # Whoever was not addressed by the old edition does not see it through the new one.
    assert [
        hit.edition_id for hit in reader.search(parse("ransom in:history"), SECRET, limit=9).hits
    ] == [2]


def test_nobody_sees_anything_without_clearance(tmp_path: Path) -> None:
    reader = built(tmp_path, random_library(seed=24))
    answer = reader.search(parse("night"), frozenset())
    assert (answer.hits, answer.total) == ((), 0)
    assert not any(answer.facets.values())


def test_highlights_come_from_the_text_that_is_given() -> None:
    sought = sought_by(parse('kidnap* "civil unrest" robberies'))
    text = "Calm. " * 60 + "Civil  unrest and a robbery; the kidnapper fled. " + "Calm. " * 60
    pieces = highlight(text, sought)
    assert [words for words, found in pieces if found] == [
        "Civil",
        "unrest",
        "robbery",
        "kidnapper",
    ]
    assert len("".join(words for words, _ in pieces)) < 300


def test_highlights_find_words_with_accents() -> None:
    pieces = highlight("Embassy closed in São Tomé today", sought_by(parse("sao tome")))
    assert [words for words, found in pieces if found] == ["São", "Tomé"]
