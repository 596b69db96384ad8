"""A relayed text finds its country, its chapter and its level, and reads well here."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from osac_share.exchange.documents import RelayedText, Unplaced, Wording, place, read_line, word
from osac_share.kernel.errors import RuleBroken
from tests.exchange.archive import ADVISORY, line

NOW = datetime(2025, 9, 1, tzinfo=UTC)


def placed(**changes: object) -> RelayedText:
    return place(1, read_line(json.dumps(line(**changes)).encode()), at=NOW)


def worded(**changes: object) -> Wording:
    return word(placed(**changes))


@pytest.mark.parametrize(
    ("iso2", "country", "places"),
    [
        ("KE", "Kenya", (("KE", ""),)),
        (None, "The Kyrgyz Republic", (("KG", ""),)),
        (None, "Saba", (("BQ", "Saba"),)),
        (None, "French West Indies", (("GP", ""), ("MQ", ""), ("MF", ""), ("BL", ""))),
        ("IL", "Israel, the West Bank and Gaza", (("IL", ""), ("PS", ""))),
        ("KE", "Republic of Somewhere", (("KE", ""),)),
        ("SU", "Sudan", (("SD", ""),)),
    ],
)
def test_text_is_placed_by_name_and_else_by_code(
    iso2: str | None, country: str, places: tuple[tuple[str, str], ...]
) -> None:
    assert placed(iso2=iso2, country=country).places == places


@pytest.mark.parametrize(
    ("iso2", "country", "sentence"),
    [
        (None, "Atlantis", "“Atlantis” is no country or area"),
        ("ZZ", "Atlantis", "“Atlantis” is no country or area"),
        (None, "\u200b", "is no country or area"),
        ("AU", "Austria", "the code AU and the name “Austria” are two countries"),
    ],
)
def test_text_that_cannot_be_placed_is_not_filed_somewhere(
    iso2: str | None, country: str, sentence: str
) -> None:
    with pytest.raises(Unplaced, match=sentence):
        placed(iso2=iso2, country=country)


def test_two_names_of_one_country_lead_to_one_report() -> None:
    assert placed(iso2="CZ", country="Czechia").source_key == (
        placed(iso2="CZ", country="Czech Republic").source_key
    )


def test_islands_of_one_country_have_reports_of_their_own() -> None:
    saba, bonaire = (placed(iso2=None, country=name) for name in ("Saba", "Bonaire"))
    assert saba.source_key != bonaire.source_key


def test_headings_without_a_latin_letter_are_kept_apart() -> None:
    keys = {placed(section=heading).source_key for heading in (None, "健康", "安全")}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("section", "markdown", "chapter", "title"),
    [
        ("Health", "# Health\n\nText.", "health", "Kenya: Health"),
        ("Advisory", ADVISORY, "advisory", "Kenya Travel Advisory"),
        ("Weather", "# Weather\n\nRain.", "safety-and-security", "Kenya: Weather"),
        (
            None,
            '# \n\n[#### Embassies and Consulates](javascript:void(0); "Embassies")\n\nText.',
            "embassies-and-consulates",
            "Kenya: Embassies and Consulates",
        ),
        ("Mombasa", "# Mombasa\n\n#### Health\n\nText.", "health", "Kenya: Mombasa"),
        ("Mombasa", "# Mombasa\n\nText.", "other", "Kenya: Mombasa"),
    ],
)
def test_chapter_is_found_by_the_heading_or_by_the_page(
    section: str | None, markdown: str, chapter: str, title: str
) -> None:
    text = placed(section=section, markdown=markdown)
    assert (text.chapter.slug, text.title) == (chapter, title)
    assert text.kind == ("advisory" if chapter == "advisory" else "country_information")


@pytest.mark.parametrize(
    ("said", "level"),
    [("Level 4: Do Not Travel", 4), ("Level 1: Exercise Normal Precautions", 1)],
)
def test_level_is_the_one_that_the_publisher_gives(said: str, level: int) -> None:
    assert placed(section="Advisory", level=said, markdown=ADVISORY).level == level


def test_level_is_read_from_the_page_where_the_field_is_empty() -> None:
    assert placed(section="Advisory", markdown=ADVISORY).level == 2


def test_level_of_another_country_on_a_shared_page_is_not_taken() -> None:
    text = placed(iso2="UG", country="Uganda", section="Advisory", markdown=ADVISORY)
    assert text.level is None


@pytest.mark.parametrize("said", [None, "Other"])
def test_country_whose_areas_differ_has_no_level(said: str | None) -> None:
    page = ADVISORY.replace("Kenya - Level 2: Exercise Increased Caution", "See Summaries")
    assert placed(section="Advisory", level=said, markdown=page).level is None


def test_only_advisories_have_a_level() -> None:
    assert placed(section="Health", level="Level 4: Do Not Travel").level is None


@pytest.mark.parametrize("said", ["Level 9: Panic", "Level 0", "high"])
def test_level_that_does_not_exist_is_refused(said: str) -> None:
    with pytest.raises(RuleBroken, match="that is none of the four"):
        placed(section="Advisory", level=said)


def test_text_of_tomorrow_is_refused() -> None:
    with pytest.raises(RuleBroken, match="is dated 2025-09-02, which is yet to come"):
        placed(published_at="2025-09-02T00:00:00+00:00")


def test_page_title_goes_and_its_date_becomes_the_heading() -> None:
    wording = worded(section="Advisory", markdown=ADVISORY)
    (section,) = wording.sections
    assert section["heading"] == "Travel Advisory March 3, 2025"
    assert section["body"].startswith("### Kenya - Level 2")
    assert wording.summary.startswith("Exercise increased caution near the coast due to crime.")


def test_chapter_keeps_its_own_heading_and_its_words() -> None:
    (section,) = worded().sections
    assert section == {"heading": "Health", "body": "Drink bottled water only."}


def test_page_without_heading_is_headed_by_its_chapter() -> None:
    (section,) = worded(section=None, markdown="#### Health\n\nDrink.").sections
    assert section == {"heading": "Health", "body": "Drink."}
    (section,) = worded(section="Health", markdown="Drink.").sections
    assert section == {"heading": "Health", "body": "Drink."}


def test_page_that_was_published_without_text_is_kept_as_it_was() -> None:
    wording = worded(markdown="# Health\n\nnull")
    assert wording.sections == [{"heading": "Health", "body": ""}]
    assert wording.summary == ""


def test_text_of_page_furniture_alone_is_refused() -> None:
    with pytest.raises(RuleBroken, match="has no text"):
        worded(markdown='[O](javascript:void(0); "Tool Tip: Other")\n\nnull')


def test_links_lead_to_the_publisher_or_nowhere() -> None:
    html = worded(section="Advisory", markdown=ADVISORY).html
    assert 'href="https://travel.state.gov/content/checklist.html"' in html
    assert html.count("<a ") == 1
    assert "near the coast due to" in html
    assert "Write to us" in html
    assert "javascript" not in html
