"""No input makes the query language fail, and none is dear."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.search.index import highlight, parse, sought_by
from osac_share.search.index.grammar import MAX_TERMS
from osac_share.search.models import AnyOf, Filter, Phrase, Prefix, Word
from tests.support.editions import EVERYONE, built, random_library

if TYPE_CHECKING:
    from osac_share.search.index import Reader
    from osac_share.search.models import Clause

ABUSE = (
    *("?*?*?*", "*" * 40 + "x", "[a TO z]", "word~9", "*a*", "*", "aud:red OR *", "dt:[0000 TO 9]"),
    *("(" * 3000, "NOT " * 1000, 'r"("', "((", '"unbalanced', "-", "--", "OR", "OR OR", "- OR -"),
    *("a OR b OR " * 500, "country:" * 300, "country::::", "after:9999-99-99", "before:", ":", '"'),
    *("x" * 10_000, "word " * 2_000, '"' + "word " * 2_000 + '"', "-word " * 2_000, '""' * 500),
    *("\x00\x01\x1f", "\ud800", "\U0001f600" * 500, "\u202e\u200b\u00ad", "a\u0301" * 5_000),
    *("__", "'", "’", "İ" * 500, "ﬁ" * 500, "ß*", "漢字" * 300, "aaa*" * 100, "aaa* " * 100),
    *("country:KE " * 400, "in:title " * 400, "in:nothing", "http://a.b/c?d=e&f=g#h", "1:2:3"),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return built(tmp_path_factory.mktemp("index"), random_library(seed=31))


@pytest.mark.parametrize("text", ABUSE, ids=range(len(ABUSE)))
def test_abuse_is_answered(reader: Reader, text: str) -> None:
    began = perf_counter()
    query = parse(text)
    reader.search(query, EVERYONE)
    reader.did_you_mean(query, EVERYONE)
    highlight(text, sought_by(query))
    assert perf_counter() - began < 2


@given(st.text(max_size=600))
def test_any_text_is_answered(reader: Reader, text: str) -> None:
    query = parse(text)
    reader.search(query, EVERYONE)
    highlight(text, sought_by(query))


@given(
    st.lists(
        st.sampled_from(
            [
                *("OR", "NOT", "-", '"', "*", "road", "night*", "country:", "KE", "in:title"),
                *("after:", "2025", ":", "-road", '"civil unrest"', " ", "(", "topic:crime", "|"),
            ]
        ),
        max_size=60,
    )
)
def test_any_mixture_of_the_grammar_is_answered(reader: Reader, parts: list[str]) -> None:
    query = parse(" ".join(parts))
    reader.search(query, EVERYONE)
    terms = sum(map(_size, (*query.clauses, *query.excluded)))
    assert terms <= MAX_TERMS


def _size(clause: Clause) -> int:
    if isinstance(clause, AnyOf):
        return sum(map(_size, clause.leaves))
    return len(clause.words) if isinstance(clause, Phrase) else 1


def test_the_grammar_reads_what_people_write() -> None:
    query = parse('Robberies "road blocks" -rumor kidnap* fuel OR petrol country:ke in:title')
    assert query.clauses == (
        Word("robberi", "Robberies", 0, in_title=True),
        Phrase(((0, "road"), (1, "block")), in_title=True),
        Prefix("kidnap", in_title=True),
        AnyOf((Word("fuel", "fuel", 5, in_title=True), Word("petrol", "petrol", 6, in_title=True))),
    )
    assert query.excluded == (Word("rumor", "rumor", 3),)
    assert query.filters == (Filter("country", "KE"),)
    assert query.notices == ()


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("ab*", "Give at least 3 letters before “*”."),
        ("the of", "These words are too common to search for."),
        ("after:tomorrow x", "“tomorrow” is not a date such as 2025-03-31, 2025-03 or 2025."),
        ("color:red", "“color:” is not a filter; it was searched for as a word."),
        ("word " * 81, "Only the first 400 characters were searched for."),
        ("w " * 40, "Only the first 32 words were searched for."),
    ],
)
def test_what_was_not_understood_is_said(text: str, notice: str) -> None:
    assert notice in parse(text).notices


def test_an_unknown_value_leaves_the_filter_out_and_says_so() -> None:
    query = parse("curfew country:Atlantis", lambda _name, _value: None)
    assert query.filters == ()
    assert [word.term for word in query.words] == ["curfew"]
    assert query.notices == ("There is no country called “Atlantis”; that filter was left out.",)


def test_a_minus_excludes_a_filter() -> None:
    assert parse("-country:FR").filters == (Filter("country", "FR", excluded=True),)
