"""What differs between two editions besides their texts: places, times, gravity, marking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from osac_share.reports.documents.comparison import changed_headings, compare
from osac_share.reports.documents.series import place_name
from osac_share.reports.documents.times_there import span_there, time_there
from osac_share.reports.models import CLOSING, LIFTED, Section
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.reports.documents.changes import Comparison
    from osac_share.reports.models import Edition

_UPDATE = re.compile(r" Update \d{1,4}(?=:)")

KEPT_IN_MEMORY = 64
"""How many comparisons of texts a process remembers."""

NAMED = 4
"""How many sections a line names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two editions of a report differ: their texts, and everything else, in sentences."""

    texts: Comparison
    facts: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Return how much differs: "3 sections changed, and 2 details"."""
        count = len(self.facts)
        details = f"{count} detail{'' if count == 1 else 's'}"
        if self.texts.is_empty and count:
            return f"{details} changed"
        return f"{self.texts.summary}, and {details}" if count else self.texts.summary

    @property
    def line(self) -> str:
        """Return it in a line: "3 sections changed: Event, Actions to take. Tijuana lifted."."""
        headings = changed_headings(self.texts)
        named = headings[:NAMED]
        if len(headings) > NAMED:
            named.append(f"{len(headings) - NAMED} more")
        said = [f"{self.texts.summary}: {', '.join(named)}."] if headings else []
        return " ".join([*said, *self.facts])


def differences(before: Edition, after: Edition, *, zone: str) -> Difference:
    """Return how an edition differs from an earlier one of the same report.

    Args:
        before: the earlier edition.
        after: the later one.
        zone: the IANA zone in which times are said, besides UTC.

    """
    return Difference(
        texts=_compared(_parts(before.sections), _parts(after.sections)),
        facts=tuple(_facts(before, after, zone)),
    )


def _parts(sections: Sequence[Section]) -> tuple[tuple[str, str], ...]:
    return tuple((one["heading"], one["body"]) for one in sections)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _compared(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> Comparison:
    # Remembered by the words themselves, so that nothing here can ever be out of date.
    return compare(
        [Section(heading=heading, body=body) for heading, body in old],
        [Section(heading=heading, body=body) for heading, body in new],
    )


def _facts(before: Edition, after: Edition, zone: str) -> Iterator[str]:
    yield from _places(before, after)
    for name, old, new in (*_words(before, after), *_times(before, after, zone)):
        if old != new:
            yield f"{name}: {new or 'none'}, was {old or 'none'}."
    yield from _ratings(before, after)


def _places(before: Edition, after: Edition) -> Iterator[str]:
    old = {(one.country, one.place): one.status for one in before.places}
    new = {(one.country, one.place): one.status for one in after.places}
    for key, status in new.items():
        if key not in old:
            yield f"{place_name(*key)}: added{', lifted' if status == LIFTED else ''}."
        elif status != old[key]:
            yield f"{place_name(*key)}: {'lifted' if status == LIFTED else 'active again'}."
    for key in old:
        if key not in new:
            yield f"{place_name(*key)}: no longer named."


def _words(before: Edition, after: Edition) -> Iterator[tuple[str, str, str]]:
    # That an update has another number than the one before says nothing new.
    if _UPDATE.sub("", before.title) != _UPDATE.sub("", after.title):
        yield "Title", f"“{before.title}”", f"“{after.title}”"
    severity, marking = taxonomy.severity, taxonomy.marking
    yield "Severity", severity(before.severity).label, severity(after.severity).label
    yield "Level", str(before.level or ""), str(after.level or "")
    yield "Marking", marking(before.marking).label, marking(after.marking).label


def _times(before: Edition, after: Edition, zone: str) -> Iterator[tuple[str, str, str]]:
    for name, field in (("When", "event"), ("Keep away", "advised")):
        begins, ends = f"{field}_from", f"{field}_until"
        yield (
            name,
            span_there(getattr(before, begins), getattr(before, ends), zone),
            span_there(getattr(after, begins), getattr(after, ends), zone),
        )
    if after.outcome in CLOSING:
        return
    yield (
        "Holds until",
        time_there(before.expires_at, zone) if before.expires_at else "",
        time_there(after.expires_at, zone) if after.expires_at else "",
    )


def _ratings(before: Edition, after: Edition) -> Iterator[str]:
    old = {one["heading"]: one.get("rating", "") for one in before.sections}
    for section in after.sections:
        was, rating = old.get(section["heading"], ""), section.get("rating", "")
        if rating != was:
            yield f"{section['heading']} rated {rating or 'no longer'}, was {was or 'not rated'}."
