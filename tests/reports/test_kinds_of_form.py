"""One form for every kind of report: what comes back from a draft, updates, and words of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from osac_share.reports.forms import (
    MOST_TOPICS,
    DraftForm,
    answers_of,
    form_for,
    words_of,
)
from osac_share.reports.models import (
    COUNCIL,
    LIFTED,
    PUBLISHED,
    RELAY,
    Contents,
    Edition,
    Place,
    Report,
)
from osac_share.taxonomy import queries as taxonomy
from tests.reports.typed import KENYA, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/reports/new", method="POST"):
        yield


def draft_of(form: DraftForm) -> tuple[Report, Edition]:
    report = Report(kind=form.kind.code, origin=form.origin, council_id=1)
    draft = Edition(title="", number=1, lock=3)
    empty = Contents(title="", sections=[])
    draft.take(form.contents(empty))
    return report, draft


def shown_again(report: Report, draft: Edition) -> DraftForm:
    form = form_for(report.kind, report.origin)
    words = words_of(report, draft, ZoneInfo(KENYA.time_zone))
    return form([KENYA], report, draft, formdata=None, data=words)


def test_draft_comes_back_into_the_form_as_it_was_typed() -> None:
    form = typed(topics=["crime", "civil-unrest"][:MOST_TOPICS], event_from="2026-03-08T12:00")
    again = shown_again(*draft_of(form))
    assert answers_of(again) == answers_of(form)
    assert again.places.data == "Nairobi, Kenya\nUganda"
    assert (again.lock.data, again.edition.data) == (3, 1)


def filled(kind: str) -> DraftForm:
    """Return the form of a kind with every question answered."""
    form = form_for(kind, COUNCIL)([KENYA], formdata=None)
    fields: dict[str, str | list[str]] = {"council": "1", "places": "Kenya", "marking": "GREEN"}
    for field in form:
        if field.type == "SectionField":
            fields[field.name] = f"- About {field.label.text}"
        elif field.name.startswith("rating_"):
            fields[field.name] = "HIGH"
        elif field.type == "MomentField":
            fields[field.name] = "2026-03-09T18:00:00"
    fields |= {"title": "A title", "severity": "routine", "alert_kind": "health"}
    return form_for(kind, COUNCIL)([KENYA], formdata=MultiDict(fields))


@pytest.mark.parametrize("kind", [kind.code for kind in taxonomy.written(COUNCIL)])
def test_every_kind_can_be_written_and_comes_back(kind: str) -> None:
    form = filled(kind)
    assert form.validate(), form.errors
    report, draft = draft_of(form)
    headings = [section.heading for section in taxonomy.kind(kind).sections]
    assert [one["heading"] for one in draft.sections] == headings
    assert all(one["body"] for one in draft.sections)
    assert answers_of(shown_again(report, draft)) == answers_of(form)


def test_kind_asks_only_what_the_taxonomy_says() -> None:
    assert "severity" not in filled("analysis")
    assert "event_from" not in filled("situation_report")
    assert "expires" not in filled("reward_notice")
    assert "stock" in filled("situation_report")
    assert "alert_kind" not in filled("evacuation_notice")


def test_no_section_is_called_like_a_question_of_the_form() -> None:
    for kind in taxonomy.kinds():
        names = [section.field for section in kind.sections]
        assert len(set(names)) == len(names)
        assert not [name for name in names if hasattr(DraftForm, name)]


def test_chapters_of_a_country_report_keep_their_ratings() -> None:
    _, draft = draft_of(filled("country_security_report"))
    ratings = {one["heading"]: one.get("rating") for one in draft.sections}
    assert ratings["Crime"] == "HIGH"
    assert ratings["Emergency numbers"] is None


def update_of(draft: Edition, report: Report) -> Edition:
    """Return the draft of an update that begins with the words of an edition."""
    draft.id, draft.update_no, draft.published_at = 1, 0, datetime(2026, 3, 2, tzinfo=UTC)
    report.editions, report.current_edition_id, report.state = [draft], 1, PUBLISHED
    update = Edition(number=2, title="", lock=1)
    update.take(Contents.of(draft))
    return update


def test_title_of_an_update_is_numbered_and_names_what_still_holds() -> None:
    report, first = draft_of(typed(title="", subject="march"))
    update = update_of(first, report)
    form = shown_again(report, update)
    assert form.title.data == (
        "Demonstration Alert Update 1: Nairobi (Kenya) and Widespread (Uganda), march"
    )
    form.lifted.data = ["KE:Nairobi"]
    assert form.chosen_title() == "Demonstration Alert Update 1: Widespread (Uganda), march"
    assert form.located() == [Place("KE", "Nairobi", LIFTED), Place("UG")]
    form.weight.data = "minor"
    assert form.chosen_title() == "Demonstration Alert: Widespread (Uganda), march"
    assert form.contents(Contents.of(update)).is_major is False


def test_what_a_form_does_not_ask_stays_as_it_was() -> None:
    source = "https://example.org/original"
    before = Contents(title="", sections=[], source_url=source, outcome="all_clear")
    after = typed().contents(before)
    assert (after.source_url, after.outcome) == (source, "all_clear")


def test_section_of_another_kind_is_not_lost() -> None:
    report, draft = draft_of(typed())
    draft.sections = [*draft.sections, {"heading": "Annex", "body": "More."}]
    assert shown_again(report, draft).written_sections()[-1] == draft.sections[-1]


RELAYED: dict[str, str | list[str]] = {
    "council": "1",
    "issuer": "U.S. Embassy Nairobi",
    "source_url": "https://example.org/alert",
    "title": "Security Alert: Nairobi",
    "text": "Location:  Nairobi\n\n\n\nEvent: a march.",
    "places": "Nairobi, Kenya",
    "marking": "CLEAR",
    "severity": "security",
    "alert_kind": "security",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", ""),
        ("source_url", ""),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "example.org/alert"),
        ("source_url", "https://[broken"),
        ("title", ""),
        ("text", ""),
    ],
)
def test_words_of_others_come_whole_or_not_at_all(field: str, value: str) -> None:
    form = form_for("alert", RELAY)([KENYA], formdata=MultiDict(RELAYED | {field: value}))
    assert not form.validate()
    assert list(form.errors) == [field]


def test_words_of_others_are_locked_once_they_are_kept() -> None:
    form = form_for("alert", RELAY)([KENYA], formdata=MultiDict(RELAYED))
    assert form.validate(), form.errors
    report, draft = draft_of(form)
    sent = MultiDict(RELAYED | {"title": "Mine", "text": "Mine", "places": "Mombasa, Kenya"})
    again = form_for("alert", RELAY)([KENYA], report, draft, formdata=sent)
    assert again.validate()
    after = again.contents(Contents.of(draft))
    assert (after.title, after.sections) == (RELAYED["title"], draft.sections)
    assert after.source_url == RELAYED["source_url"]
    assert after.places == [Place("KE", "Mombasa")]
