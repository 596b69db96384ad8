"""Titles in the grammar of the field, made from the parts that a form asks for anyway.

An alert: `<Kind> Alert [Update N]: <City | Widespread> (<Country>), <subject> [(date)]`. Other
news: `<Kind> [Update N]: <places>, <subject>`. A register: `<Countries> <Kind>[: <subject>]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from osac_share.reports.models import ALERT, LIFTED, Place
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LONGEST = 300
WIDESPREAD = "Widespread"
MOST_NAMED = 4
"""More countries or cities than these are counted, not named: a title is one line."""

REPEATED = re.compile(r"\s*(?:update\s*\d{0,4})?\s*")
"""What may follow a label that a subject repeats."""


def propose_title(
    kind: str,
    alert_kind: str | None,
    update_no: int,
    places: Sequence[Place],
    subject: str,
    on: date | None = None,
) -> str:
    """Return the title that these parts make, or nothing as long as parts are missing.

    Args:
        kind: the code of the kind of report.
        alert_kind: the code of the kind of alert, for alerts.
        update_no: 0 for the first edition, then the number of the update.
        places: where; lifted ones are named only when all are lifted.
        subject: what about, in a few words; a beginning that repeats the title's own is dropped.
        on: the day of the event, where it has one.

    """
    frame = _frame(kind, alert_kind, update_no, places, on)
    about = _bare(subject, frame, _label(kind, alert_kind))
    if not places or not (about or taxonomy.kind(kind).is_register):
        return ""
    if not about:
        return frame.before.removesuffix(": ")
    room = LONGEST - len(frame.before) - len(frame.after)
    return f"{frame.before}{about[: max(room, 0)].rstrip()}{frame.after}"[:LONGEST]


def find_subject(
    title: str,
    kind: str,
    alert_kind: str | None,
    places: Sequence[Place],
    on: date | None = None,
    *,
    updates: Iterable[int] = (0,),
) -> str | None:
    """Return the subject of a title that was made of these parts; None when it was not.

    Args:
        title: the title as it stands.
        kind: the code of the kind of report.
        alert_kind: the code of the kind of alert, for alerts.
        places: where.
        on: the day of the event, where it has one.
        updates: the numbers that the title may have been made for.

    """
    for update_no in updates:
        frame = _frame(kind, alert_kind, update_no, places, on)
        is_framed = title.startswith(frame.before) and title.endswith(frame.after)
        subject = title[len(frame.before) : len(title) - len(frame.after)] if is_framed else ""
        if title == propose_title(kind, alert_kind, update_no, places, subject, on):
            return subject
    return None


class _Frame(NamedTuple):
    """What stands before and after the subject."""

    before: str
    after: str


def _frame(
    kind: str, alert_kind: str | None, update_no: int, places: Sequence[Place], on: date | None
) -> _Frame:
    label = _label(kind, alert_kind)
    if taxonomy.kind(kind).is_register:
        return _Frame(f"{_countries(places)} {label}: ", "")
    update = f" Update {update_no}" if update_no else ""
    where = _where(places, whole=WIDESPREAD if kind == ALERT else "")
    after = f" ({on.day} {on:%B %Y})" if on else ""
    return _Frame(f"{label}{update}: {where}, ", after)


def _label(kind: str, alert_kind: str | None) -> str:
    if kind == ALERT and alert_kind:
        return taxonomy.alert_kind(alert_kind).label
    return taxonomy.kind(kind).label


def _bare(subject: str, frame: _Frame, label: str) -> str:
    """Return a subject without what the title says already."""
    about = subject.strip().rstrip(".")
    if frame.after:
        about = about.removesuffix(frame.after).strip()
    shorter = _beheaded(about, frame.before, label)
    while shorter != about:
        about, shorter = shorter, _beheaded(shorter, frame.before, label)
    return about


def _beheaded(about: str, before: str, label: str) -> str:
    folded = about.casefold()
    if folded.startswith(before.casefold()):
        return about[len(before) :].strip()
    head, colon, rest = about.partition(":")
    is_repeated = REPEATED.fullmatch(head.casefold().removeprefix(label.casefold()))
    repeats = head.casefold().startswith(label.casefold()) and is_repeated
    return rest.strip() if colon and repeats else about


def _where(places: Sequence[Place], *, whole: str) -> str:
    active = [place for place in places if place.status != LIFTED] or list(places)
    named: dict[str, list[str]] = {}
    for place in active:
        cities = named.setdefault(place.country, [])
        if place.name:
            cities.append(place.name)
    if len(named) > MOST_NAMED or not any(named.values()):
        countries = _countries(active)
        return f"{whole} ({countries})" if whole else countries
    return _listed([_within(code, cities, whole=whole) for code, cities in named.items()])


def _within(country: str, cities: list[str], *, whole: str) -> str:
    name = taxonomy.country(country).name
    if len(cities) > MOST_NAMED:
        return f"{len(cities)} places ({name})"
    if cities:
        return f"{_listed(cities)} ({name})"
    return f"{whole} ({name})" if whole else name


def _countries(places: Sequence[Place]) -> str:
    names = list(dict.fromkeys(taxonomy.country(place.country).name for place in places))
    return f"{len(names)} countries" if len(names) > MOST_NAMED else _listed(names)


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:  # noqa: PLR2004 -- one word needs no "and".
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
