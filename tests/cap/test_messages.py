"""What an edition says in CAP: valid, complete, and never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from osac_share.cap.documents import cap_time
from osac_share.reports.models import ALL_CLEAR, CANCELLED, Place, Window
from tests.support.machines.alerts import all_words, check_message, is_signed_by, words
from tests.support.machines.desk import WORDS, saying

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient

    from osac_share.cap.models import CapMessage
    from tests.support.machines.desk import Desk

HOUR = timedelta(hours=1)


def root_of(message: CapMessage) -> etree._Element:
    return check_message(message.document.encode())


def test_alert_says_all_that_the_edition_does(desk: Desk) -> None:
    report = desk.publish()
    (message,) = desk.messages(report)
    root = root_of(message)
    assert words(root, "identifier") == report.editions[0].entry_uuid.urn
    assert words(root, "sender") == "alerts@example.org"
    assert words(root, "sent") == "2026-03-02T12:30:00+03:00"
    assert (words(root, "status"), words(root, "msgType")) == ("Actual", "Alert")
    assert (words(root, "scope"), all_words(root, "code")) == (
        "Public",
        ["UNCLASSIFIED", "TLP:CLEAR"],
    )
    info = root.iterfind("{*}info/*")
    said = {etree.QName(one).localname: one.text for one in info if not len(one)}
    assert said == {
        "language": "en-US",
        "category": "Safety",
        "event": "Demonstration Alert",
        "responseType": "Monitor",
        "urgency": "Expected",
        "severity": "Moderate",
        "certainty": "Possible",
        "effective": "2026-03-02T12:30:00+03:00",
        "expires": "2026-03-09T12:30:00+03:00",
        "senderName": "OSAC Share, Kenya",
        "headline": "Demonstration Alert: Nairobi and Mombasa: marches to the parliament",
        "description": "LOCATION\n\nNairobi and Mombasa, the city centers.\n\n"
        "EVENT\n\nA march is expected.\n\nRoads will be closed.",
        "instruction": "- Avoid the area.\n- Monitor local media for updates.",
        "web": f"http://share.example.org/reports/{report.public_id}",
        "contact": "Call +254 20 363 6000.",
    }
    assert all_words(root, "info", "responseType") == ["Avoid", "Monitor"]
    assert all_words(root, "info", "area", "areaDesc") == ["Nairobi, Kenya", "Mombasa, Kenya"]
    assert all_words(root, "info", "area", "geocode", "value") == ["KE", "Nairobi", "KE", "Mombasa"]
    assert not list(root.iter("{*}polygon", "{*}circle"))


def test_update_refers_to_all_before_it_and_speaks_of_lifted_places_by_themselves(
    desk: Desk,
) -> None:
    report = desk.publish()
    desk.update(report)
    desk.update(report, lifted=["Mombasa"])
    roots = list(map(root_of, desk.messages(report)))
    assert [words(one, "msgType") for one in roots] == ["Alert", "Update", "Update"]
    third = roots.pop()
    parts = ("sender", "identifier", "sent")
    refers = [",".join(words(one, part) for part in parts) for one in roots]
    assert words(third, "references").split() == refers
    holds, over = third.findall("{*}info")
    assert all_words(third, "info", "area", "areaDesc") == ["Nairobi, Kenya", "Mombasa, Kenya"]
    assert [one.findtext("{*}responseType") for one in (holds, over)] == ["Avoid", "AllClear"]
    assert (over.findtext("{*}urgency"), over.findtext("{*}certainty")) == ("Past", "Observed")
    assert (over.findtext("{*}headline") or "").startswith("ALL CLEAR for Mombasa, Kenya: ")


@pytest.mark.parametrize(
    ("outcome", "kind", "response"),
    [(ALL_CLEAR, "Update", "AllClear"), (CANCELLED, "Cancel", "None")],
)
def test_end_says_so_in_kind_headline_and_urgency(
    desk: Desk, outcome: str, kind: str, response: str
) -> None:
    report = desk.publish()
    desk.end(report, outcome)
    last = root_of(desk.messages(report)[-1])
    assert words(last, "msgType") == kind
    assert all_words(last, "info", "responseType") == [response]
    assert words(last, "info", "urgency") == "Past"
    assert words(last, "info", "headline").split(":")[0] in {"ALL CLEAR", "CANCELED"}
    assert "It is over." in words(last, "info", "description")
    assert words(last, "info", "expires") == "2026-03-04T12:30:00+03:00"


def test_withdrawal_cancels_and_keeps_the_words_to_itself(desk: Desk) -> None:
    report = desk.publish()
    desk.withdraw(report)
    last = desk.messages(report)[-1]
    assert words(root_of(last), "msgType") == "Cancel"
    assert "Roads will be closed" not in last.document
    assert "It was wrong." in last.document


def test_drill_is_never_actual_and_says_so_in_every_text(desk: Desk) -> None:
    report = desk.publish(is_exercise=True)
    desk.update(report, lifted=["Mombasa"])
    desk.end(report, ALL_CLEAR)
    for root in map(root_of, desk.messages(report)):
        assert words(root, "status") == "Exercise"
        assert all(one.startswith("EXERCISE") for one in all_words(root, "info", "description"))
        assert all("EXERCISE" in one for one in all_words(root, "info", "headline"))


def test_hidden_edition_has_no_message_and_leaves_no_trace(desk: Desk) -> None:
    hidden = replace(WORDS, marking="GREEN", change_note="zqhiddenzq")
    report = desk.publish(hidden)
    assert desk.messages(report) == []
    desk.update(report)
    desk.update(report, hidden)
    desk.update(report)
    first, second = desk.messages(report)
    assert (words(root_of(first), "msgType"), words(root_of(first), "references")) == ("Alert", "")
    assert words(root_of(second), "references").count(",") == 2
    assert "zqhiddenzq" not in first.document + second.document


def test_end_of_what_nobody_was_told_of_cancels_nothing(desk: Desk) -> None:
    hidden = replace(WORDS, marking="GREEN")
    report = desk.publish(hidden)
    desk.end(report, CANCELLED)
    assert desk.messages(report) == []
    other = desk.publish(hidden)
    desk.end(other, ALL_CLEAR)
    (said,) = map(root_of, desk.messages(other))
    assert (words(said, "msgType"), words(said, "info", "responseType")) == ("Alert", "AllClear")


def test_message_once_issued_is_never_issued_again(desk: Desk, at: datetime) -> None:
    report = desk.publish()
    (before,) = [one.document for one in desk.messages(report)]
    desk.at = at + HOUR
    assert desk.issue(report) == 0
    (after,) = [one.document for one in desk.messages(report)]
    assert after == before


@pytest.mark.parametrize(
    ("severity", "begins", "ends", "expected"),
    [
        ("emergency", None, None, ("Immediate", "Extreme", "Likely")),
        ("emergency", -1, None, ("Immediate", "Extreme", "Observed")),
        ("emergency", 0.5, None, ("Expected", "Extreme", "Likely")),
        ("emergency", 30, 40, ("Future", "Extreme", "Likely")),
        ("security", -1, 5, ("Expected", "Moderate", "Observed")),
        ("security", -5, -1, ("Past", "Moderate", "Observed")),
        ("security", 1, None, ("Expected", "Moderate", "Likely")),
        ("routine", None, None, ("Unknown", "Minor", "Unknown")),
        ("routine", None, 4, ("Expected", "Minor", "Observed")),
    ],
)
def test_urgency_follows_the_hours_and_severity_the_word(
    desk: Desk,
    at: datetime,
    severity: str,
    begins: float | None,
    ends: float | None,
    expected: tuple[str, ...],
) -> None:
    hours = [None if one is None else at + one * HOUR for one in (begins, ends)]
    report = desk.publish(replace(WORDS, severity=severity, event=Window(*hours)))
    root = root_of(desk.messages(report)[0])
    names = ("urgency", "severity", "certainty")
    assert tuple(words(root, "info", name) for name in names) == expected


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("UTC", "2026-03-02T09:30:00-00:00"),
        ("Africa/Accra", "2026-03-02T09:30:00-00:00"),
        ("America/St_Johns", "2026-03-02T06:00:00-03:30"),
        ("Asia/Kathmandu", "2026-03-02T15:15:00+05:45"),
    ],
)
def test_moment_has_an_offset_and_never_a_letter(at: datetime, zone: str, written: str) -> None:
    assert cap_time(at, zone) == written


HOSTILE = (
    "a\x00b\x0bc\ud800d ]]> <b>&amp;</b> &#0; \u202e \U0001f6a8 \ufffe é",
    "x" * 299,
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "'\"><script>alert(1)</script>",
)


@pytest.mark.one_database  # What PostgreSQL cannot hold, a NUL, is refused before it gets there.
@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_stay_words(desk: Desk, said: str) -> None:
    kept = said.replace("\ud800", "")  # No database keeps half a character.
    hostile = replace(saying(kept), places=[Place("KE", kept[:100])])
    report = desk.publish(hostile)
    desk.update(report, hostile)
    for message in desk.messages(report):
        root_of(message)


def test_independent_verifier_finds_the_signature_right_until_a_letter_changes(
    desk: Desk, client: FlaskClient
) -> None:
    report = desk.publish()
    answer = client.get(f"/cap/{report.public_id}/1.xml")
    assert answer.content_type == "application/cap+xml; charset=utf-8"
    certificate = client.get("/verify/certificates.pem").data
    assert is_signed_by(answer.data, certificate)
    assert not is_signed_by(answer.data.replace(b"Nairobi", b"Nairobj", 1), certificate)
