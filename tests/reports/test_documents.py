"""What an edition says, as HTML for pages and as text for search and mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.text import RENDERER
from osac_share.reports import documents
from osac_share.reports.models import Edition, RenderedEdition, Report, Section

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SECTIONS: list[Section] = [
    {"heading": "Location", "body": "Nairobi <city>"},
    {"heading": "Event", "body": "A **march** is planned. See [the map](/maps/7)."},
    {"heading": "Assistance", "body": "  \n"},
]


@pytest.fixture
def edition(session: Session, at: datetime) -> Edition:
    """Return a draft that is kept in the database."""
    report = Report(kind="alert", created_at=at, changed_at=at)
    edition = Edition(report=report, title="March", sections=list(SECTIONS), updated_at=at)
    session.add(report)
    session.flush()
    return edition


def kept(session: Session, edition: Edition, html: str, *, renderer: int = RENDERER) -> None:
    session.merge(RenderedEdition(edition_id=edition.id, renderer=renderer, html=html))
    session.flush()


def test_sections_become_headed_html_and_empty_ones_are_left_out(
    session: Session, edition: Edition
) -> None:
    html = documents.body_html(session, edition)
    assert html.startswith("<h2>Location</h2>\n<p>Nairobi &lt;city&gt;</p>")
    assert "<strong>march</strong>" in html
    assert "Assistance" not in html


def test_heading_is_text_whatever_it_holds() -> None:
    html = documents.render([{"heading": "<script>alert(1)</script>", "body": "Text."}])
    assert html.startswith("<h2>&lt;script&gt;")


def test_relative_links_of_relayed_texts_lead_to_their_source() -> None:
    html = documents.render(SECTIONS, base_url="https://example.org/alerts/")
    assert 'href="https://example.org/maps/7"' in html


def test_published_edition_is_read_from_where_its_html_is_kept(
    session: Session, edition: Edition, at: datetime
) -> None:
    edition.published_at = at
    kept(session, edition, "<p>Kept.</p>")
    assert documents.body_html(session, edition) == "<p>Kept.</p>"


def test_draft_is_rendered_as_it_is_now(session: Session, edition: Edition) -> None:
    kept(session, edition, "<p>Kept.</p>")
    edition.sections = [{"heading": "Event", "body": "The march is off."}]
    assert "The march is off." in documents.body_html(session, edition)


def test_html_made_by_earlier_rules_is_made_anew(
    session: Session, edition: Edition, at: datetime
) -> None:
    edition.published_at = at
    kept(session, edition, "<p>Old.</p>", renderer=RENDERER - 1)
    assert "march" in documents.body_html(session, edition)
    documents.keep_rendered(session, edition)
    rendered = session.get_one(RenderedEdition, edition.id)
    assert (rendered.renderer, rendered.html) == (RENDERER, documents.render(SECTIONS))


def test_reading_writes_nothing(session: Session, edition: Edition, at: datetime) -> None:
    edition.published_at = at
    session.flush()
    documents.body_html(session, edition)
    assert not session.new
    assert not session.dirty
    assert session.get(RenderedEdition, edition.id) is None


@pytest.mark.one_database
def test_plain_text_has_the_headings_and_no_markup(edition: Edition) -> None:
    assert documents.plain_of(edition) == (
        "Location\n\nNairobi <city>\n\nEvent\n\nA march is planned. See the map."
    )


@pytest.mark.parametrize(
    ("sections", "summary"),
    [
        (SECTIONS, "A march is planned. See the map."),
        (SECTIONS[:1], "Nairobi <city>"),
        (SECTIONS[2:], ""),
        ([], ""),
    ],
)
def test_summary_tells_what_happened_before_where(sections: list[Section], summary: str) -> None:
    assert documents.summary_of(sections) == summary
