"""A source's answer, whatever it is: a feed, an alert, or a feed of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.relays.documents.alerts import alert_entry, is_alert
from osac_share.relays.documents.entries import Reading
from osac_share.relays.documents.feeds import elements_of, entry_of, linked_alert
from osac_share.relays.documents.trees import tree_of
from osac_share.relays.models import CAP, RSS

if TYPE_CHECKING:
    from lxml import etree

    from osac_share.relays.documents.entries import Entry

MOST_ENTRIES = 200
"""How many texts are taken from one answer: the first, which in feeds are the newest."""

BROKEN = "It is not well-formed XML, and was read as far as possible."
CUT_OFF = "It ends too early; its last text was left out."


def read(body: bytes, charset: str | None, address: str) -> Reading:
    """Return what a source says. A text that cannot be read does not cost the others.

    Args:
        body: the bytes that came.
        charset: how they are encoded, as the server says.
        address: where they came from.

    Raises:
        RuleBroken: there is no feed and no alert in them.

    """
    tree = tree_of(body, charset)
    alerts = [one for one in tree.root.iter() if is_alert(one)]
    found = alerts or list(elements_of(tree.root))
    problems = [CUT_OFF if tree.is_cut_off else BROKEN] if tree.is_broken else []
    if tree.is_cut_off:
        found = found[:-1]
    found = found[:MOST_ENTRIES]
    links = [None if alerts else linked_alert(one, address) for one in found]
    entries: dict[str, Entry] = {}
    for element, link in zip(found, links, strict=True):
        if link is not None:
            continue
        try:
            entry = _entry(element, address)
        except RuleBroken as problem:
            problems.append(problem.message)
        else:
            if entry is not None:
                entries.setdefault(entry.guid, entry)
    linked = tuple(filter(None, links))
    kind = CAP if alerts or linked else RSS
    return Reading(kind, list(entries.values()), problems, linked)


def read_message(body: bytes, charset: str | None, address: str) -> Reading:
    """Return what the document says that a list of CAP messages linked to.

    Raises:
        RuleBroken: it is no CAP message.

    """
    tree = tree_of(body, charset)
    if not is_alert(tree.root):
        raise RuleBroken("There is no CAP alert at this address.")
    return read(body, charset, address)


def _entry(element: etree._Element, address: str) -> Entry | None:
    return alert_entry(element, address) if is_alert(element) else entry_of(element, address)
