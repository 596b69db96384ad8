"""The Common Alerting Protocol 1.2 of OASIS."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.relays.documents.entries import (
    LONGEST_TEXT,
    Entry,
    link_of,
    name_of,
    title_of,
)
from osac_share.relays.documents.feeds import moment
from osac_share.relays.documents.markup import markdown_of_plain
from osac_share.relays.documents.trees import children, local, words
from osac_share.reports.models import ALL_CLEAR, CANCELLED, HOLDS

if TYPE_CHECKING:
    from lxml import etree

    from osac_share.reports.models import Section

NAMESPACE = "urn:oasis:names:tc:emergency:cap:"
DRILLS = frozenset({"Exercise", "Test"})
MOST_REFERENCES = 20
PASSED_OVER = frozenset({"System", "Draft"})
"""Statuses of messages between machines, and of what is not issued."""

MESSAGES = frozenset({"Alert", "Update", "Cancel"})
SEVERITIES = {"Extreme": "emergency", "Severe": "security", "Moderate": "security"}
NOW = ("Immediate", {"Observed", "Likely"})
"""The urgency and certainty with which even what is merely severe is an emergency."""


def is_alert(element: etree._Element) -> bool:
    """Tell whether an element is a CAP alert, of whatever version."""
    is_root = element.getparent() is None
    return local(element) == "alert" and (is_root or NAMESPACE in str(element.tag))


def alert_entry(alert: etree._Element, address: str) -> Entry | None:
    """Return a CAP alert in the house's terms; None for messages that are no news to people.

    Args:
        alert: its element.
        address: that of the source, for relative links.

    Raises:
        RuleBroken: something that the standard asks for is missing, or not everybody may know.

    """
    status, message = words(alert, "status"), words(alert, "msgType")
    if status in PASSED_OVER or message not in MESSAGES:
        return None
    name, sender = words(alert, "identifier"), words(alert, "sender")
    if not name or not sender:
        raise RuleBroken("A CAP alert has no identifier or no sender.")
    if words(alert, "scope") != "Public":
        raise RuleBroken(f"The CAP alert {name[:80]} is not for the public, and is not relayed.")
    info = _info(alert)
    title = title_of(words(info, "headline", "event"))
    if message == "Cancel" and not title:
        title = "Canceled"
    sections = _sections(alert, info)
    if not title or not sections:
        raise RuleBroken(f"The CAP alert {name[:80]} has no headline or no text.")
    return Entry(
        guid=_guid(sender, name),
        title=title,
        sections=sections,
        link=link_of(words(info, "web"), address),
        published_at=moment(words(alert, "sent")),
        severity=_severity(info),
        outcome=_outcome(message, info),
        is_exercise=status in DRILLS,
        begins_at=moment(words(info, "onset")),
        expires_at=moment(words(info, "expires")),
        replaces=_references(words(alert, "references")) if message != "Alert" else (),
    )


def _info(alert: etree._Element) -> etree._Element:
    """Return the part in English, else the first; a cancellation may have none at all."""
    found = children(alert, "info")
    english = (one for one in found if words(one, "language").lower().startswith("en"))
    unsaid = (one for one in found if not words(one, "language"))
    return next(chain(english, unsaid, found), alert)


def _sections(alert: etree._Element, info: etree._Element) -> list[Section]:
    """Return the text under the headings that alerts have here."""
    areas = [words(area, "areaDesc") for area in children(info, "area")]
    said = {
        "Location": "\n".join(filter(None, areas)),
        "Event": words(info, "description") or words(alert, "note") or words(info, "event"),
        "Actions to take": words(info, "instruction"),
        "Assistance": words(info, "contact"),
    }
    bodies = {heading: markdown_of_plain(text) for heading, text in said.items()}
    if sum(map(len, bodies.values())) > LONGEST_TEXT:
        raise RuleBroken("A CAP alert is too long to be relayed.")
    return [{"heading": heading, "body": body} for heading, body in bodies.items() if body]


def _severity(info: etree._Element) -> str:
    severity = words(info, "severity")
    is_now = words(info, "urgency") == NOW[0] and words(info, "certainty") in NOW[1]
    if severity == "Severe" and is_now:
        return "emergency"
    return SEVERITIES.get(severity, "routine" if severity else "")


def _outcome(message: str, info: etree._Element) -> str:
    if message == "Cancel":
        return CANCELLED
    responses = {"".join(one.itertext()).strip() for one in children(info, "responseType")}
    return ALL_CLEAR if message == "Update" and "AllClear" in responses else HOLDS


def _guid(sender: str, identifier: str) -> str:
    # The same identifier of two senders is two alerts (CAP 1.2 section 3.2.1).
    return name_of(f"{sender},{identifier}")


def _references(said: str) -> list[str]:
    """Return the names of the messages referred to, the newest last: `sender,identifier,sent`."""
    triples = (one.split(",") for one in said.split()[-MOST_REFERENCES:])
    return [_guid(one[0], one[1]) for one in triples if len(one) == 3]  # noqa: PLR2004
