"""The Common Alerting Protocol 1.2 of OASIS."""

from __future__ import annotations

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
from osac_share.relays.documents.signing import signature_words
from osac_share.relays.documents.trees import children, local, words
from osac_share.reports.models import ALL_CLEAR, CANCELLED, HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

    from osac_share.reports.models import Section

NAMESPACE = "urn:oasis:names:tc:emergency:cap:"
DRILL = "Exercise"
MOST_REFERENCES = 20
PASSED_OVER = frozenset({"System", "Test", "Draft"})
"""Statuses of messages between machines, of trials that all are to disregard (CAP 1.2 section
3.2.1), and of what is not issued."""

MESSAGES = frozenset({"Alert", "Update", "Cancel"})
OVER = "AllClear"
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
    name, sender = _named(alert)
    infos = _infos(alert)
    info = next((one for one in infos if not _is_over(one)), infos[0])
    title = title_of(words(info, "headline", "event"))
    if message == "Cancel" and not title:
        title = "Canceled"
    outcome = _outcome(message, infos)
    sections = _sections(alert, infos, info, outcome)
    if not title or not sections:
        raise RuleBroken(f"The CAP alert {name[:80]} has no headline or no text.")
    return Entry(
        guid=_guid(sender, name),
        title=title,
        sections=sections,
        link=link_of(words(info, "web"), address),
        published_at=moment(words(alert, "sent")),
        severity=_severity(info),
        outcome=outcome,
        is_exercise=status == DRILL,
        signature=signature_words(alert),
        begins_at=moment(words(info, "onset")),
        expires_at=moment(words(info, "expires")),
        replaces=_references(words(alert, "references")) if message != "Alert" else (),
    )


def _named(alert: etree._Element) -> tuple[str, str]:
    """Return the identifier and the sender of what everybody may know."""
    name, sender = words(alert, "identifier"), words(alert, "sender")
    if not name or not sender:
        raise RuleBroken("A CAP alert has no identifier or no sender.")
    if words(alert, "scope") != "Public":
        raise RuleBroken(f"The CAP alert {name[:80]} is not for the public, and is not relayed.")
    return name, sender


def _infos(alert: etree._Element) -> list[etree._Element]:
    """Return the parts in English, else those in the language of the first.

    A message has several parts in one language where what holds differs from place to place. A
    cancellation may have none at all.
    """
    found = children(alert, "info")
    if not found:
        return [alert]
    spoken = [words(one, "language").lower() for one in found]
    english = next((one for one in spoken if one.startswith("en")), "")
    language = english or ("" if "" in spoken else spoken[0])
    return [one for one, said in zip(found, spoken, strict=True) if said == language]


def _is_over(info: etree._Element) -> bool:
    """Tell whether a part says that what was warned of is over in its places."""
    return OVER in {"".join(one.itertext()).strip() for one in children(info, "responseType")}


def _sections(
    alert: etree._Element, infos: Sequence[etree._Element], info: etree._Element, outcome: str
) -> list[Section]:
    """Return the text under the headings that alerts have here."""
    holding = [one for one in infos if outcome != HOLDS or not _is_over(one)] or infos
    said = {
        "Location": "\n".join(_places(infos, outcome)),
        "Event": _each(holding, "description") or words(alert, "note") or words(info, "event"),
        "Actions to take": _each(holding, "instruction"),
        "Assistance": _each(holding, "contact"),
    }
    bodies = {heading: markdown_of_plain(text) for heading, text in said.items()}
    if sum(map(len, bodies.values())) > LONGEST_TEXT:
        raise RuleBroken("A CAP alert is too long to be relayed.")
    return [{"heading": heading, "body": body} for heading, body in bodies.items() if body]


def _places(infos: Iterable[etree._Element], outcome: str) -> Iterator[str]:
    for info in infos:
        lifted = " (lifted)" if outcome == HOLDS and _is_over(info) else ""
        for area in children(info, "area"):
            if described := words(area, "areaDesc"):
                yield f"{described}{lifted}"


def _each(infos: Iterable[etree._Element], name: str) -> str:
    """Return what the parts say, each text once."""
    return "\n\n".join(filter(None, dict.fromkeys(words(info, name) for info in infos)))


def _severity(info: etree._Element) -> str:
    severity = words(info, "severity")
    is_now = words(info, "urgency") == NOW[0] and words(info, "certainty") in NOW[1]
    if severity == "Severe" and is_now:
        return "emergency"
    return SEVERITIES.get(severity, "routine" if severity else "")


def _outcome(message: str, infos: Sequence[etree._Element]) -> str:
    if message == "Cancel":
        return CANCELLED
    return ALL_CLEAR if message == "Update" and all(map(_is_over, infos)) else HOLDS


def _guid(sender: str, identifier: str) -> str:
    # The same identifier of two senders is two alerts (CAP 1.2 section 3.2.1).
    return name_of(f"{sender},{identifier}")


def _references(said: str) -> list[str]:
    """Return the names of the messages referred to, the newest last: `sender,identifier,sent`."""
    triples = (one.split(",") for one in said.split()[-MOST_REFERENCES:])
    return [_guid(one[0], one[1]) for one in triples if len(one) == 3]  # noqa: PLR2004
