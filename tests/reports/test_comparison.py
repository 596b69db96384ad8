"""What changed between two editions, in sections that may have moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.reports.documents import changed_headings, compare
from tests.reports.editions import ACTIONS, ALERT, EVENT, HELP, body, only, said, sections

if TYPE_CHECKING:
    from osac_share.reports.documents import Comparison
    from osac_share.reports.models import Section


def outline(comparison: Comparison) -> list[tuple[str, str]]:
    """Return the name of each passage and what became of it."""
    return [
        (one.name, f"{one.status} and moved" if one.moved else one.status)
        for one in comparison.passages
    ]


def test_equal_editions_have_no_change() -> None:
    comparison = compare(ALERT, ALERT)
    assert comparison.summary == "Nothing changed"
    assert comparison.is_empty
    assert changed_headings(comparison) == []


def test_changed_words_are_found_in_their_section() -> None:
    later = sections(
        ("Event", EVENT.replace("16", "18")), ("Actions to take", ACTIONS), ("Assistance", HELP)
    )
    comparison = compare(ALERT, later)
    assert comparison.summary == "1 section changed"
    assert changed_headings(comparison) == ["Event"]
    (block,) = only(comparison).blocks
    assert said(block) == (
        "A march is planned for [-June 16, 2026-]{+June 18, 2026+},"
        " from the harbor to the town hall."
    )


def test_section_that_moved_is_the_only_one_that_did() -> None:
    comparison = compare(ALERT, [ALERT[2], ALERT[0], ALERT[1]])
    assert comparison.summary == "1 section moved"
    assert outline(comparison) == [
        ("Assistance", "same and moved"),
        ("Event", "same"),
        ("Actions to take", "same"),
    ]


def test_section_may_move_and_change_at_once() -> None:
    moved = sections(("Assistance", HELP.replace("any hour", "office hours")))
    comparison = compare(ALERT, [*moved, *ALERT[:2]])
    assert comparison.summary == "1 section changed"
    assert outline(comparison)[0] == ("Assistance", "changed and moved")


def test_removed_section_stands_where_it_stood_and_an_added_one_where_it_stands() -> None:
    weather = sections(("Weather", "Heavy rain will flood the underpasses near the stadium."))
    comparison = compare(ALERT, [*weather, ALERT[0], ALERT[2]])
    assert comparison.summary == "1 section added, 1 removed"
    assert outline(comparison) == [
        ("Weather", "added"),
        ("Event", "same"),
        ("Actions to take", "removed"),
        ("Assistance", "same"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        (ALERT, ALERT[:1], "2 sections removed"),
        (ALERT[:1], ALERT, "2 sections added"),
        ([], ALERT, "3 sections added"),
        (ALERT, [], "3 sections removed"),
        ([], [], "Nothing changed"),
        (ALERT, [*ALERT, {"heading": "Empty", "body": " \n"}], "Nothing changed"),
    ],
)
def test_summary_counts_sections_in_plain_english(
    old: list[Section], new: list[Section], summary: str
) -> None:
    assert compare(old, new).summary == summary


def test_renamed_section_is_known_by_what_it_says() -> None:
    comparison = compare(ALERT, [{"heading": "What happens", "body": EVENT}, *ALERT[1:]])
    passage = only(comparison)
    assert passage.renamed
    assert (passage.old_heading, passage.new_heading) == ("Event", "What happens")
    assert [block.status for block in passage.blocks] == ["same"]
    assert comparison.summary == "1 section changed"


def test_sections_of_the_same_name_are_told_apart_by_what_they_say() -> None:
    north = ("Area", "The northern valley is closed to all travel after the landslide.")
    south = ("Area", "Southern beaches reopened once the oil was cleared away.")
    reopened = ("Area", "The northern valley is open to all travel after the landslide.")
    comparison = compare(sections(north, south), sections(south, reopened))
    assert comparison.counts.changed == 1
    assert not comparison.counts.added
    (changed,) = [one for one in comparison.passages if one.status == "changed"]
    assert "[-closed-]{+open+}" in said(changed.blocks[0])


def test_heading_that_differs_in_case_or_punctuation_alone_is_the_same() -> None:
    comparison = compare(
        sections(("ACTIONS TO TAKE:", ACTIONS)), sections(("Actions to take", ACTIONS))
    )
    assert comparison.is_empty


def test_body_is_taken_apart_at_its_headings() -> None:
    crime, health = f"## Crime\n\n{EVENT}", f"**Health**\n\n{HELP}"
    terrorism = "### Terrorism\n\nNone known."
    old = f"Intro words.\n\n{crime}\n\n{health}\n\n{terrorism}"
    new = f"Intro words.\n\n{terrorism}\n\n{crime}\n\n**Health:**\n\n{HELP}"
    comparison = body(old, new)
    assert comparison.summary == "1 section moved"
    assert outline(comparison) == [
        ("Report", "same"),
        ("Terrorism", "same and moved"),
        ("Crime", "same"),
        ("Health", "same"),
    ]
    assert comparison.passages[2].path == ("Report",)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("**Coast road – Level 4: Do Not Travel**", "Coast road – Level 4: Do Not Travel"),
        ("**Crime:** Theft from parked cars is common in all of the towns.", "Crime"),
        ("**Crime**: Theft from parked cars is common in all of the towns.", "Crime"),
        ("**Unrest**Protests block the coast road on most of the holidays.", "Unrest"),
        ("**Coast road  \nDo not travel there for any reason.**", "Coast road"),
    ],
)
def test_bold_line_or_beginning_acts_as_a_heading(line: str, heading: str) -> None:
    comparison = body(f"First.\n\n{line}", "First.")
    assert [one.name for one in comparison.passages] == ["Report", heading]


@pytest.mark.parametrize(
    "line",
    [
        "**Reissued after periodic review.**",
        "***Updated with information on the coast road***",
        "**Telephone:** +1 202 555 0100",
        "**Violent crime** is common in all of the towns along the coast road.",
        "- **Coast road**",
    ],
)
def test_bold_words_that_head_nothing_are_no_heading(line: str) -> None:
    comparison = body(f"First.\n\n{line}", "First.")
    assert [one.name for one in comparison.passages] == ["Report"]


def test_line_that_is_a_heading_in_either_edition_is_one_in_both() -> None:
    comparison = body(f"First.\n\n**If you go:**\n\n{ACTIONS}", f"First.\n\nIf you go\n\n{ACTIONS}")
    assert comparison.is_empty
    assert [one.name for one in comparison.passages] == ["Report", "If you go"]


def test_heading_put_into_a_section_moves_nothing() -> None:
    comparison = body(f"{EVENT}\n\n{ACTIONS}", f"{EVENT}\n\n**What to do**\n\n{ACTIONS}")
    assert comparison.summary == "1 section added"
    assert all(block.is_same for one in comparison.passages for block in one.blocks)


def test_passage_without_heading_still_has_a_name() -> None:
    comparison = compare(sections(("", "Old words.")), sections(("", "Wholly different text.")))
    assert changed_headings(comparison) == ["Opening text"]
