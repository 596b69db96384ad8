"""Titles as readers meet them: the kind and the number said once, a drill never taken for real."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from osac_share.reports.models import ALERT, ALL_CLEAR, CANCELLED, COUNCIL, WITHDRAWN
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Edition, Report

EXERCISE = "EXERCISE"
"""What stands before every word of a drill, in every list and on every channel."""

ENDS = {ALL_CLEAR: "ALL CLEAR", CANCELLED: "CANCELED", WITHDRAWN: "WITHDRAWN"}
"""How an end that somebody declared begins a subject line, by the outcome of its edition."""

_NUMBERED = re.compile(r"[\s,:\u2013-]*update\s*(?:no\.?\s*|#)?\d", re.IGNORECASE)
_END_SAID = re.compile(
    r"\A(?:all[ -]clear|cancel(?:ed|led)|withdrawn)\s*[:\u2013-]\s*", re.IGNORECASE
)


def shown_title(report: Report, edition: Edition) -> str:
    """Return an edition's title as people may see it: with EXERCISE in front when it is a drill.

    Whatever shows a title shows this one: pages, lists, feeds, mail, search results.
    """
    return marked_drill(report, edition.title)


def marked_drill(report: Report, words: str) -> str:
    """Return words about a report, with EXERCISE in front when it is a drill."""
    opening = f"{EXERCISE}: "
    return f"{opening}{words}" if report.is_exercise and not words.startswith(opening) else words


def kind_of(report: Report, edition: Edition) -> str:
    """Return what an edition is, as a title begins with it: "Security Alert", "Analysis"."""
    if report.kind == ALERT and edition.alert_kind:
        return taxonomy.alert_kind(edition.alert_kind).label
    return taxonomy.kind(report.kind).label


def kind_and_number(report: Report, edition: Edition) -> str:
    """Return what an edition is and which of its series: "Security Alert Update 3".

    An end that somebody declared has a word of its own and no number.
    """
    kind = kind_of(report, edition)
    return f"{kind} Update {edition.update_no}" if _is_update(edition) else kind


def _is_update(edition: Edition) -> bool:
    return edition.update_no > 0 and edition.outcome not in ENDS


def headline(report: Report, edition: Edition) -> str:
    """Return one line for subjects: how it ended, kind, number and title, each said once.

    `<Kind> [Update N]: <title>` is the field's own grammar; what the title says already is
    not said again. Words that are passed on keep their own number.
    """
    line = _numbered(report, edition)
    if edition.outcome in ENDS:
        line = f"{ENDS[edition.outcome]}: {line}"
    elif edition.severity == "emergency" and "emergency" not in line.casefold():
        line = f"Emergency: {line}"
    return marked_drill(report, line)


def full_title(report: Report, edition: Edition) -> str:
    """Return kind, number and title in a line as `headline` has them, for below its words."""
    return marked_drill(report, _numbered(report, edition))


def _numbered(report: Report, edition: Edition) -> str:
    title = _END_SAID.sub("", edition.title, count=1) if edition.outcome in ENDS else edition.title
    said = next((label for label in _labels(report, edition) if _begins(title, label)), None)
    if said is None:
        return f"{kind_and_number(report, edition)}: {title}"
    rest = title[len(said) :]
    if report.origin != COUNCIL or not _is_update(edition) or _NUMBERED.match(rest):
        return title
    return f"{title[: len(said)]} Update {edition.update_no}{rest}"


def _labels(report: Report, edition: Edition) -> list[str]:
    # An embassy may call its alert otherwise than it was filed here.
    others = [one.label for one in taxonomy.alert_kinds()] if report.kind == ALERT else []
    return [kind_of(report, edition), *others]


def _begins(title: str, label: str) -> bool:
    after = title[len(label) : len(label) + 1]
    return title.casefold().startswith(label.casefold()) and not after.isalnum()
