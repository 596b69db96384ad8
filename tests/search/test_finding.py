"""The index finds exactly what a plain reading of every edition finds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from osac_share.search.index import Folder, Writer, parse
from osac_share.search.models import AnyOf, Phrase, Query, Tag, Word
from tests.support.editions import (
    EVERYONE,
    TOKENS,
    answers,
    built,
    edition,
    matching,
    may_see,
    random_library,
    random_question,
)

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.search.index import Reader
    from osac_share.search.models import Document, Sort


@pytest.fixture(params=["one segment", "many segments"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[list[Document], Reader]:
    """Return a library and its index, written at once or in many small batches with changes."""
    library = random_library(seed=11)
    if request.param == "one segment":
        return library, built(tmp_path, library)
    reader = built(tmp_path, random_library(seed=12, reports=40))
    writer = Writer(Folder(tmp_path))
    reports = sorted({one.report_id for one in library})
    for start in range(0, len(reports), 5):
        batch = set(reports[start : start + 5])
        writer.put([one for one in library if one.report_id in batch])
    return library, reader


def test_every_query_of_every_clearance_finds_what_reading_finds(
    shelf: tuple[list[Document], Reader],
) -> None:
    library, reader = shelf
    chance = Random(5)  # noqa: S311
    compared = 0
    for _ in range(400):
        clearance = frozenset(chance.sample(TOKENS, chance.choice((1, 2, 3))))
        query = parse(random_question(chance))
        answer = reader.search(query, clearance, limit=1000)
        expected = matching(library, query, clearance)
        if answer.loosened:
            assert not expected or len(query.words) > 3
            continue
        compared += bool(expected)
        assert {hit.report_id for hit in answer.hits} == expected, query.text
        assert answer.total == len(expected)
    assert compared > 150


def test_each_hit_is_an_edition_that_may_be_seen_and_answers(
    shelf: tuple[list[Document], Reader],
) -> None:
    library, reader = shelf
    by_id = {one.edition_id: one for one in library}
    for clearance in (frozenset({token}) for token in TOKENS):
        for text in ("robbery", '"civil unrest"', "kidn* in:history", "road OR night", "-curfew"):
            query = parse(text)
            for hit in reader.search(query, clearance, limit=1000).hits:
                shown = by_id[hit.edition_id]
                assert may_see(shown, clearance)
                assert answers(shown, query)
                assert (hit.report_id, hit.number) == (shown.report_id, shown.number)
                assert hit.current is shown.current


def test_facets_count_reports_with_a_matching_edition(
    shelf: tuple[list[Document], Reader],
) -> None:
    library, reader = shelf
    clearance = frozenset({"public", "members"})
    query = parse("robbery")
    facets = reader.search(query, clearance).facets
    found = [one for one in library if may_see(one, clearance) and answers(one, query)]
    for country, count in facets["country"]:
        assert count == len({one.report_id for one in found if country in one.countries})
    assert dict(facets["year"]) == {"2025": len({one.report_id for one in found})}
    assert {name for name, _ in facets["topic"]} == {topic for one in found for topic in one.topics}


def test_pages_follow_each_other_without_gap_or_repeat(
    shelf: tuple[list[Document], Reader],
) -> None:
    _, reader = shelf
    query, clearance = parse("night"), frozenset(TOKENS)
    sorts: tuple[Sort, ...] = ("relevance", "date")
    for sort in sorts:
        whole = reader.search(query, clearance, sort=sort, limit=1000).hits
        pages = [
            reader.search(query, clearance, sort=sort, offset=at, limit=7).hits
            for at in range(0, len(whole) + 7, 7)
        ]
        assert [hit for page in pages for hit in page] == list(whole)


def test_by_date_the_newest_comes_first(shelf: tuple[list[Document], Reader]) -> None:
    library, reader = shelf
    moments = {one.edition_id: one.published_at for one in library}
    hits = reader.search(parse("road"), frozenset(TOKENS), sort="date", limit=50).hits
    dates = [moments[hit.edition_id] for hit in hits]
    assert dates == sorted(dates, reverse=True)


def test_the_current_edition_is_preferred_when_both_answer_alike(tmp_path: Path) -> None:
    old = edition(1, report_id=9, number=1, current=False, title="Curfew", text="curfew tonight")
    new = edition(2, report_id=9, number=2, title="Curfew", text="curfew tonight")
    reader = built(tmp_path, [old, new])
    assert [hit.number for hit in reader.search(parse("curfew in:history"), EVERYONE).hits] == [2]


def test_what_an_older_edition_said_is_found_on_request(tmp_path: Path) -> None:
    old = edition(1, report_id=9, number=1, current=False, text="roadblock on the ring road")
    new = edition(2, report_id=9, number=2, text="all is calm")
    reader = built(tmp_path, [old, new])
    assert reader.search(parse("roadblock"), EVERYONE).total == 0
    (hit,) = reader.search(parse("roadblock in:history"), EVERYONE).hits
    assert (hit.number, hit.current) == (1, False)


def test_a_file_is_found_under_its_report_beside_the_words_of_that(tmp_path: Path) -> None:
    thick = " ".join(f"row{n}" for n in range(5_000))
    library = [
        edition(1, text="Curfew tonight. The annex lists the checkpoints."),
        edition(1, title="", text=f"annex.pdf {thick} the bridge", attachment_id=5, first_page=3),
        *(edition(number, text="Curfew, as many said, and more of it") for number in range(2, 9)),
    ]
    reader = built(tmp_path, library)
    (hit,) = reader.search(parse("bridge"), EVERYONE).hits
    assert (hit.edition_id, hit.attachment_id, hit.first_page) == (1, 5, 3)
    assert {hit.attachment_id for hit in reader.search(parse("curfew"), EVERYONE).hits} == {0}
    assert reader.search(parse("curfew in:files"), EVERYONE).total == 0
    assert reader.search(parse("bridge in:files"), EVERYONE).total == 1
    assert dict(reader.search(parse("curfew"), EVERYONE).facets["kind"]) == {"alert": 8}


def burma(name: str) -> Tag | None:
    names = {"burma": "MM", "ivory coast": "CI", "trinidad and tobago": "TT"}
    if name.lower() == "demo":
        return Tag("topic", "demonstrations")
    code = names.get(name.lower())
    return Tag("country", code) if code else None


def test_a_name_is_met_by_the_word_or_by_the_country_it_stands_for(tmp_path: Path) -> None:
    library = [
        edition(1, text="Curfew in Burma"),
        edition(2, text="Curfew in Yangon", countries=frozenset({"MM"})),
        edition(3, text="Curfew in Lagos", countries=frozenset({"NG"})),
        edition(4, text="Quiet at the coast", countries=frozenset({"CI"})),
        edition(5, text="Ivory from the coast"),
    ]
    reader = built(tmp_path, library)

    def found(text: str) -> set[int]:
        answer = reader.search(parse(text, meant=burma), EVERYONE)
        assert not answer.loosened
        return {hit.edition_id for hit in answer.hits}

    assert found("burma curfew") == {1, 2}
    assert found('"burma" curfew') == {1}
    assert found("Ivory Coast") == {4}
    assert found("burma in:title") == set()


def test_names_are_read_whole_and_where_they_stand() -> None:
    query = parse("storm Trinidad and Tobago Burma port", meant=burma)
    assert query.leads == (Tag("country", "TT"), Tag("country", "MM"))
    storm, trinidad, myanmar, port = query.clauses
    assert isinstance(storm, Word)
    assert trinidad == AnyOf((Phrase(((0, "trinidad"), (2, "tobago"))), Tag("country", "TT")))
    assert myanmar == AnyOf((Word("burma", "Burma", 4), Tag("country", "MM")))
    assert port == Word("port", "port", 5)


def test_a_topic_stands_for_its_word_only_when_asked_broadly() -> None:
    assert parse("demo", meant=burma).clauses == (Word("demo", "demo"),)
    assert parse("demo", meant=burma).leads == (Tag("topic", "demonstrations"),)
    broad = parse("demo", meant=burma, broadly=True)
    assert broad.clauses == (AnyOf((Word("demo", "demo"), Tag("topic", "demonstrations"))),)


def test_a_pasted_sentence_means_its_words(tmp_path: Path) -> None:
    text = "nine words of a sentence in which Burma stands"
    assert parse(text, meant=burma).leads == ()


def test_more_like_this_shares_the_telling_words(tmp_path: Path) -> None:
    library = [
        edition(1, text="Cholera cases rise near the river camp; wells are closed."),
        edition(2, text="Two wells closed after cholera at the river camp."),
        edition(3, text="A march to parliament; roads are closed at noon."),
        *(edition(number, text="Roads are closed at noon.") for number in range(4, 30)),
    ]
    reader = built(tmp_path, library)
    words = reader.telling_words(library[0].text, EVERYONE)
    assert {"cholera", "river", "camp"} <= {word.term for word in words}
    assert "rise" not in {word.term for word in words}
    query = Query(clauses=words, loosely=True, besides=1)
    hits = reader.search(query, EVERYONE).hits
    assert hits[0].edition_id == 2
    assert 1 not in {hit.edition_id for hit in hits}


def test_no_phrase_reaches_from_the_title_into_the_text(tmp_path: Path) -> None:
    reader = built(tmp_path, [edition(1, title="Civil", text="unrest")])
    assert reader.search(parse('"civil unrest"'), EVERYONE).total == 0


def test_words_are_found_with_and_without_accents_dots_and_endings(tmp_path: Path) -> None:
    reader = built(tmp_path, [edition(1, text="The U.S. Embassy in São Tomé warns of robberies.")])
    for text in ("US", "u.s.", "embassies", "sao tome", "SÃO", "robbery", "sa\u0303o", "embassy’s"):
        assert reader.search(parse(text), EVERYONE).total == 1, text


def test_an_exact_title_is_not_buried_by_newer_and_graver_reports(tmp_path: Path) -> None:
    library = [edition(1, title="Cholera in Chad", text="Cholera cases are rising.")]
    library += [
        edition(
            n, severity="emergency", text="Chad: troops move. A case of cholera was denied." * 2
        )
        for n in range(2, 40)
    ]
    hits = built(tmp_path, library).search(parse("cholera chad"), EVERYONE).hits
    assert hits[0].edition_id == 1


def test_of_equal_matches_the_graver_and_the_newer_come_first(tmp_path: Path) -> None:
    library = [
        edition(1, text="curfew"),
        edition(2, text="curfew", severity="emergency"),
        edition(3, text="curfew"),
    ]
    hits = built(tmp_path, library).search(parse("curfew"), EVERYONE).hits
    assert [hit.edition_id for hit in hits] == [2, 3, 1]


def test_a_pasted_sentence_brings_up_the_text_it_came_from(tmp_path: Path) -> None:
    chance = Random(3)  # noqa: S311
    words = [f"word{n}" for n in range(80)]
    texts = [" ".join(chance.choices(words, k=120)) for _ in range(150)]
    reader = built(tmp_path, [edition(n, text=text) for n, text in enumerate(texts, 1)])
    for number, text in enumerate(texts[:40], 1):
        sentence = " ".join(text.split()[30:48])
        answer = reader.search(parse(sentence), EVERYONE)
        assert answer.hits[0].edition_id == number


def test_few_words_that_no_report_has_together_are_loosened(tmp_path: Path) -> None:
    library = [edition(1, text="curfew in the north"), edition(2, text="cholera in the south")]
    answer = built(tmp_path, library).search(parse("curfew cholera"), EVERYONE)
    assert answer.loosened
    assert {hit.edition_id for hit in answer.hits} == {1, 2}
