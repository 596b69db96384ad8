"""How two editions look side by side: told by words and strokes, safe, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from lxml import html

from osac_share.reports.documents import compare
from tests.reports.editions import ALERT, EVENT, HELP, sections
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from osac_share.reports.documents import Comparison

PAGE = '{% from "macros/changes.html" import changes %}{{ changes(found, "First", "Update 1") }}'


def shown(found: Comparison) -> HtmlElement:
    pages = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    return html.fragment_fromstring(pages.from_string(PAGE).render(found=found))


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_removed_and_added_words_are_marked_on_their_own_side() -> None:
    later = sections(("Event", EVENT.replace("16", "18")), ("Assistance", HELP))
    page = shown(compare([ALERT[0], ALERT[2]], later))
    (row,) = page.find_class("change")
    before, after = row.find_class("change__side")
    assert words(before).startswith("First: A march is planned for removed: June 16, 2026,")
    assert words(after).startswith("Update 1: A march is planned for added: June 18, 2026,")
    assert [one.tag for one in row.iter("del", "ins")] == ["del", "ins"]


def test_unchanged_sections_are_folded_away() -> None:
    page = shown(compare(ALERT, [ALERT[0], {"heading": "Assistance", "body": "Nobody answers."}]))
    folded = [words(one) for one in page.iter("summary")]
    assert folded == ["Event unchanged"]
    assert not page.xpath("//details[@open]")


def test_each_change_can_be_reached_from_the_top() -> None:
    page = shown(compare(ALERT, [ALERT[2], ALERT[0], *sections(("Weather", "Heavy rain."))]))
    links = page.xpath("//ul/li/a")
    assert [words(one.getparent()) for one in links] == [
        "Assistance moved",
        "Actions to take removed",
        "Weather added",
    ]
    for link in links:
        (place,) = page.xpath(f"//section[@id='{link.get('href')[1:]}']")
        assert words(link) in words(place.find("h2"))


def test_moved_paragraph_says_from_where() -> None:
    old = sections(("Event", f"{EVENT}\n\n{HELP}"), ("Assistance", "Ask the front desk."))
    new = sections(("Event", EVENT), ("Assistance", f"Ask the front desk.\n\n{HELP}"))
    notes = [words(one) for one in shown(compare(old, new)).find_class("change__note")]
    assert notes == ["Moved to “Assistance”.", "Moved here from “Event”."]


def test_link_that_leads_elsewhere_is_said() -> None:
    old, new = sections(("Map", "See [the map](/a).")), sections(("Map", "See [the map](/b)."))
    (note,) = shown(compare(old, new)).find_class("change__note")
    assert words(note) == "“the map” now leads to added: /b, not to removed: /a."
    assert not note.xpath(".//a")


def test_nothing_that_was_written_becomes_markup() -> None:
    evil = "<script>alert(1)</script>"
    page = shown(compare(sections((evil, "Old.")), sections((f"{evil} again", f"Old. {evil}"))))
    assert not page.xpath("//script")
    assert evil in page.text_content()


def test_equal_editions_say_so() -> None:
    page = shown(compare(ALERT, ALERT))
    assert words(page.find_class("changes__summary")[0]) == "Nothing changed."
    assert not page.find_class("change")
