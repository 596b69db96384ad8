"""CAP 1.2: one alert in the language of its readers, with all that the standard says of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from osac_share.relays.documents import Entry, Reading, proposal_for, read
from osac_share.relays.documents.markup import markdown_of
from tests.relays.samples import TITLE, cap


def reading(source: str) -> Reading:
    return read(source.encode(), None, "https://met.example.org/cap")


def only(source: str) -> Entry:
    (entry,) = reading(source).entries
    return entry


def test_alert_is_read_in_english_under_the_headings_of_alerts() -> None:
    entry = only(cap())
    assert entry == Entry(
        guid="met@example.org,KE-1",
        title="Flood warning for the Tana River, Kenya",
        sections=[
            {"heading": "Location", "body": "Garissa  \nTana River"},
            {"heading": "Event", "body": "The river rises.  \nBridges are closed."},
            {"heading": "Actions to take", "body": "Move to higher ground."},
            {"heading": "Assistance", "body": "Call 999."},
        ],
        link="https://met.example.org/KE-1",
        published_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        severity="security",
        begins_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        expires_at=datetime(2026, 3, 4, 8, tzinfo=UTC),
    )
    assert reading(cap()).kind == "cap"


def test_alert_in_another_language_alone_is_read_in_that() -> None:
    start, _, rest = cap().partition("<info><language>en-US")
    assert only(start + rest.partition("</info>")[2]).title == "Mafuriko"


@pytest.mark.parametrize(
    ("severity", "urgency", "certainty", "meant"),
    [
        ("Extreme", "Future", "Possible", "emergency"),
        ("Severe", "Immediate", "Observed", "emergency"),
        ("Severe", "Expected", "Observed", "security"),
        ("Severe", "Immediate", "Possible", "security"),
        ("Moderate", "Immediate", "Observed", "security"),
        ("Minor", "Immediate", "Observed", "routine"),
        ("Unknown", "Unknown", "Unknown", "routine"),
        ("", "", "", ""),
    ],
)
def test_severity_is_that_of_the_alert(
    severity: str, urgency: str, certainty: str, meant: str
) -> None:
    source = cap(severity=severity, urgency=urgency, certainty=certainty)
    assert only(source).severity == meant


def test_drill_is_a_drill() -> None:
    assert only(cap(status="Exercise")).is_exercise


@pytest.mark.parametrize("wording", [{"status": "System"}, {"status": "Draft"}, {"status": "Test"}])
@pytest.mark.parametrize("message", ["Alert", "Update"])
def test_message_between_machines_is_no_news(wording: dict[str, str], message: str) -> None:
    assert not reading(cap(message=message, **wording)).entries


@pytest.mark.parametrize("message", ["Ack", "Error", ""])
def test_receipt_is_no_news(message: str) -> None:
    assert not reading(cap(message=message)).entries


@pytest.mark.parametrize("scope", ["Restricted", "Private", ""])
def test_alert_that_is_not_for_the_public_is_not_relayed(scope: str) -> None:
    found = reading(cap(scope=scope))
    assert not found.entries
    assert "not for the public" in found.problems[0]


def test_update_and_cancellation_name_what_they_replace() -> None:
    update = only(cap("KE-2", message="Update", refers_to="KE-1"))
    assert (update.outcome, update.replaces) == ("holds", ["met@example.org,KE-1"])
    assert only(cap("KE-3", message="Cancel", refers_to="KE-2")).outcome == "cancelled"
    clear = cap("KE-4", message="Update", refers_to="KE-1", response="AllClear")
    assert only(clear).outcome == "all_clear"


def test_first_alert_replaces_nothing_whatever_it_says() -> None:
    assert only(cap("KE-2", refers_to="KE-1", response="AllClear")).replaces == ()
    assert only(cap("KE-2", response="AllClear")).outcome == "holds"


def test_cancellation_without_a_word_of_its_own_is_one_all_the_same() -> None:
    source = cap("KE-3", message="Cancel", refers_to="KE-1")
    bare = source[: source.index("<info>")] + "<note>No flood came.</note></alert>"
    entry = only(bare)
    assert (entry.title, entry.sections[0]["body"]) == ("Canceled", "No flood came.")


@pytest.mark.parametrize("name", ["identifier", "sender"])
def test_alert_without_a_name_is_a_sentence(name: str) -> None:
    source = cap().replace(f"<{name}>", f"<x{name}>").replace(f"</{name}>", f"</x{name}>")
    assert "no identifier or no sender" in reading(source).problems[0]


def test_alerts_within_a_feed_are_read_as_alerts() -> None:
    entries = "".join(f"<entry><content>{cap(f'KE-{n}')}</content></entry>" for n in (1, 2))
    found = reading(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>")
    assert (found.kind, len(found.entries)) == ("cap", 2)


def test_proposal_names_place_topics_and_kind_of_alert() -> None:
    sections = only(cap()).sections
    flood = proposal_for(only(cap()).title, sections, severity="", home=["KE"])
    assert (flood.places, flood.severity, flood.kind) == ([("KE", "")], "security", "alert")
    assert "natural-disaster" in flood.topics or "weather" in flood.topics
    march = proposal_for(TITLE, sections, severity="emergency", home=["UG"])
    assert (march.places, march.alert_kind) == ([("KE", "")], "demonstration")
    assert march.topics[0] == "demonstrations"
    assert march.severity == "emergency"


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("Security Alert: Update 7, Guadalajara, Mexico", [("MX", "")]),
        ("Security Alert: Zanzibar", [("TZ", "Zanzibar")]),
        ("Avoid the turkey market", [("KE", "")]),
        ("Message for U.S. Citizens: voting in the United States", [("KE", "")]),
    ],
)
def test_places_are_names_with_a_capital_and_else_the_council_s_own(
    title: str, places: list[tuple[str, str]]
) -> None:
    assert proposal_for(title, [], severity="", home=["KE"]).places == places


def test_month_is_no_march() -> None:
    body = markdown_of("The office is closed on March 2 and 3 March.", "")
    found = proposal_for("Closure", [{"heading": "x", "body": body}], severity="", home=["KE"])
    assert "demonstrations" not in found.topics
