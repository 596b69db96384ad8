"""A report in 160 characters that every telephone can show."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from osac_share.kernel.text import plain_text
from osac_share.reports.documents.series import place_name
from osac_share.reports.documents.titles_shown import ENDS, EXERCISE, kind_and_number
from osac_share.reports.models import LIFTED
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.reports.models import Edition, Report

ROOM = 160
"""Characters of one message in the alphabet of GSM 03.38."""

WITHHELD = frozenset({"AMBER_STRICT", "RED"})
"""Markings whose words never travel by mail or telephone; only the fact of a report does."""

WAITING = "A new report is waiting for you."

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table of GSM 03.38. What stands in its extension counts double, and is left out."""

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u02bc`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2013\u2014\u2212~", "-")
    | dict.fromkeys("[{", "(")
    | dict.fromkeys("]}", ")")
    | {"œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\u0131": "i", "|": "/"}
)
"""Letters and signs that do not come apart into one of the alphabet, and what stands for them."""

_PERSONAL = re.compile(r"@|\d(?:[ ().-]{0,2}\d){4}")
"""Mail addresses, and runs of digits that may be somebody's number."""

WHAT_TO_DO = "Actions to take"


def sms_text(report: Report, edition: Edition, url: str) -> str:
    """Return an edition as at most 160 characters of GSM 03.38, the link whole and last.

    Kind, city, one action, link; no source, nothing personal. A drill says so first, then how
    it ended. What does not fit is left out: the action before the city.

    Args:
        report: what is told of.
        edition: its edition.
        url: where to read it, as short as there is.

    """
    drill = f"{EXERCISE}: " if report.is_exercise else ""
    if edition.marking in WITHHELD:
        return _fitted([f"{drill}{WAITING}"], url)
    end = f"{ENDS[edition.outcome]}: " if edition.outcome in ENDS else ""
    kind = _gsm(f"{drill}{end}{kind_and_number(report, edition)}")
    where = _where(edition)
    opening = f"{kind}: {where}." if where else f"{kind}."
    action = "" if end else next(_actions(edition), "")
    return _fitted([f"{opening} {action}".strip(), opening, f"{kind}."], url)


def _fitted(wordings: list[str], url: str) -> str:
    """Return the fullest wording that leaves room for the link; the shortest, cut, if none does."""
    link = f" {url}" if url and set(url) <= GSM and len(url) < ROOM // 2 else ""
    room = ROOM - len(link)
    return f"{next((one for one in wordings if len(one) <= room), wordings[-1][:room])}{link}"


def _where(edition: Edition) -> str:
    active = [one for one in edition.places if one.status != LIFTED] or list(edition.places)
    if not active:
        return ""
    first = active[0]
    name = _gsm(first.place) or _gsm(place_name(first.country, ""))
    return f"{name} and {len(active) - 1} more" if len(active) > 1 else name


def _actions(edition: Edition) -> Iterator[str]:
    """Yield what to do: advice in the field's own words first, then the author's lines."""
    told = next((one["body"] for one in edition.sections if one["heading"] == WHAT_TO_DO), "")
    lines = [line.strip().removeprefix("- ") for line in plain_text(told).splitlines()]
    stock = {word.label.casefold().rstrip("."): word.label for word in taxonomy.stock_actions()}
    for line in lines:
        if found := stock.get(line.casefold().rstrip(".")):
            yield found
    for line in lines:
        if line and not _PERSONAL.search(line):
            yield _gsm(line)


def _gsm(text: str) -> str:
    """Return text in the basic alphabet, letters without their accents where it lacks them.

    Words in other scripts leave nothing but gaps: they are dropped whole.
    """
    kept = "".join(map(_letter, text.translate(_ALIKE)))
    words = [word for word in kept.split() if any(map(str.isalnum, word))]
    return " ".join(words)


def _letter(char: str) -> str:
    if char in GSM:
        return char
    apart = unicodedata.normalize("NFKD", char)
    return "".join(one for one in apart if one in GSM and not unicodedata.combining(one))
