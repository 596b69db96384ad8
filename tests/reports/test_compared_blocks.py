"""What changed within a section: paragraphs, items, rows, links."""

from __future__ import annotations

import pytest

from osac_share.reports.documents import compare
from osac_share.reports.documents.changes import LinkChange
from tests.reports.editions import ACTIONS, EVENT, HELP, body, only, said, sections


def test_moved_paragraph_keeps_its_words() -> None:
    old = f"{EVENT}\n\n{HELP}\n\nShops are open.\n\nTrains run."
    new = f"{HELP}\n\nShops are open.\n\nTrains run.\n\n{EVENT}"
    (*others, moved) = only(body(old, new)).blocks
    assert (moved.status, moved.moved, moved.new) == ("same", True, EVENT)
    assert all(block.is_same for block in others)


def test_paragraph_that_went_to_another_section_is_shown_at_both_ends() -> None:
    old = sections(("Event", f"{EVENT}\n\n{HELP}"), ("Assistance", "Ask the front desk."))
    new = sections(("Event", EVENT), ("Assistance", f"Ask the front desk.\n\n{HELP}"))
    event, assistance = compare(old, new).passages
    gone, come = event.blocks[1], assistance.blocks[1]
    assert (gone.status, gone.moved, gone.elsewhere) == ("removed", True, "Assistance")
    assert (come.status, come.moved, come.elsewhere) == ("same", True, "Event")


def test_added_and_removed_items_leave_the_others_alone() -> None:
    new = ACTIONS.replace("- Keep a low profile.\n", "") + "\n- Carry water."
    blocks = only(body(ACTIONS, new)).blocks
    assert [(block.kind, block.status) for block in blocks] == [
        ("item", "same"),
        ("item", "removed"),
        ("item", "same"),
        ("item", "added"),
    ]


def test_items_that_are_numbered_anew_are_the_same() -> None:
    old = "1. Stay inside the hotel.\n2. Call home."
    assert body(old, "1. Lock the doors.\n2. Stay inside the hotel.\n3. Call home.").counts.changed
    assert body(old, old.replace("1.", "-").replace("2.", "-")).is_empty


def test_changed_table_row_is_the_only_change() -> None:
    table = "| Place | Status |\n|---|---|\n| Harbor | Open |\n| Airport | Open |"
    (block,) = [
        block
        for block in only(body(table, table.replace("Harbor | Open", "Harbor | Closed"))).blocks
        if not block.is_same
    ]
    assert (block.kind, said(block)) == ("row", "Harbor | [-Open-]{+Closed+}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Stay **inside** the hotel.", "Stay inside the hotel."),
        ("Stay\ninside  the\u00a0hotel.", "Stay inside the hotel."),
        ("# Crime\n\nTheft.", "### Crime\n\n*Theft.*"),
        ("See [the map](https://example.org/map).", "See [the map](http://example.org/map/)."),
        ("12 Quay  \nHarbor", "12 Quay\n\nHarbor"),
    ],
)
def test_markup_and_white_space_are_no_change(old: str, new: str) -> None:
    assert body(old, new).is_empty


def test_words_that_were_struck_out_are_a_change() -> None:
    (block,) = only(body("The road is closed.", "~~The road is closed.~~")).blocks
    assert block.new == "~~The road is closed.~~"


@pytest.mark.parametrize(
    ("old", "new", "link"),
    [
        ("See [the map](/a).", "See [the map](/b).", LinkChange("the map", "/a", "/b")),
        ("See the map.", "See [the map](/b).", LinkChange("the map", None, "/b")),
        ("See [the map](/a).", "See the map.", LinkChange("the map", "/a", None)),
        ("See [map](/a) (new).", "See [map (new)](/b).", LinkChange("map (new)", "/a", "/b")),
    ],
)
def test_link_that_leads_elsewhere_is_a_change_of_its_own(
    old: str, new: str, link: LinkChange
) -> None:
    (block,) = only(body(old, new)).blocks
    assert block.status == "changed"
    assert [run.kind for run in block.runs] == ["same"]
    assert block.links == (link,)


def test_links_of_the_same_words_are_told_apart_by_where_they_lead() -> None:
    text = "Follow us on [Feed](/a), and the consulate on [Feed](/b)."
    assert body(text, text).is_empty
    (block,) = only(body(text, text.replace("/b", "/c"))).blocks
    assert block.links == (LinkChange("Feed", "/b", "/c"),)


def test_link_that_went_with_its_words_is_not_told_twice() -> None:
    (block,) = only(
        body("Avoid the port. See [the map](/a) of closures.", "Avoid the port and its closures.")
    ).blocks
    assert block.links == ()


def test_reworded_paragraph_is_matched_by_its_words() -> None:
    old = "Violent crime, such as robbery, is common in urban areas at night."
    new = "Violent crime, including robbery, is common in urban areas at all hours."
    comparison = body(f"{EVENT}\n\n{old}\n\n{HELP}", f"{EVENT}\n\n{new}\n\n{HELP}")
    (block,) = [one for one in only(comparison).blocks if not one.is_same]
    assert said(block) == (
        "Violent crime, [-such as-]{+including+} robbery, is common in urban areas at"
        " [-night-]{+all hours+}."
    )


def test_paragraph_made_a_list_says_the_same() -> None:
    crossing = "The only official border crossing is at the northern bridge."
    opening = "It is usually open, but check its status before you go."
    visa = "To enter the next country you need a visa."
    changed = "It is open on most days. Check its status before you go."
    comparison = body(f"{crossing} {opening} {visa}", f"- {crossing}\n- {changed}\n- {visa}")
    assert [block.status for block in only(comparison).blocks] == ["same", "changed", "same"]
    assert body(f"{crossing} {visa}", f"- {crossing}\n- {visa}").is_empty


def test_paragraphs_with_nothing_in_common_are_not_compared_word_by_word() -> None:
    old = "The harbor bridge is closed to trucks until the inspection is over."
    new = "Election results are due on Sunday, and rallies may turn violent."
    statuses = [block.status for block in only(body(old, new)).blocks]
    assert sorted(statuses) == ["added", "removed"]


def test_sections_of_one_text_without_markup_are_compared_by_paragraph() -> None:
    long = "\n\n".join(f"Paragraph {number} of an endless report." for number in range(2000))
    blocks = only(body(long, long.replace("Paragraph 7 ", "Paragraph seven "))).blocks
    assert [said(one) for one in blocks if not one.is_same] == [
        "Paragraph [-7-]{+seven+} of an endless report."
    ]
