"""What a text seems to be about: a proposal, which the person who takes it in corrects."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.kernel.text import plain_text
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.reports.models import Section

GLANCE = 4_000
"""How many characters of a text are looked at; what it is about stands at its beginning."""

LONGEST_NAME = 4
MOST_TOPICS = 3
MOST_PLACES = 5
_WORD = re.compile(r"[^\W_][\w’'.-]*")
_MONTH = re.compile(r"\b(?:\d{1,2}(?:[a-z]{2})?\s+(?:March|May)\b|(?:March|May)\s+\d)")
"""A month is neither a procession nor a permission."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Places as `(iso2, name or "")`, topics, kind of alert, and how bad."""

    places: Sequence[tuple[str, str]]
    topics: Sequence[str]
    alert_kind: str
    severity: str
    kind: str


def proposal_for(
    title: str, sections: Sequence[Section], *, severity: str, home: Sequence[str]
) -> Proposal:
    """Return what a text seems to be about.

    Args:
        title: its title, which counts most.
        sections: its text.
        severity: what the issuer said, or nothing.
        home: the countries of the council, of which one is meant if no other is named.

    """
    text = plain_text("\n\n".join(one["body"] for one in sections)[:GLANCE])
    alert_kind = _alert_kind(title)
    return Proposal(
        places=_places(title, text, home),
        topics=_topics(title, text),
        alert_kind=alert_kind,
        severity=severity or ("routine" if alert_kind == "message" else "security"),
        kind="advisory" if "travel advisory" in title.casefold() else "alert",
    )


def _alert_kind(title: str) -> str:
    said = title.casefold()
    kinds = taxonomy.alert_kinds()
    return next((one.code for one in kinds if one.label.casefold() in said), "security")


def _places(title: str, text: str, home: Sequence[str]) -> list[tuple[str, str]]:
    named = dict.fromkeys(place for phrase in _phrases(title) for place in _located(phrase))
    at_home = [
        place
        for phrase in _phrases(text)
        for place in _located(phrase)
        if place[0] in home and place[1]
    ]
    found = list(named | dict.fromkeys(at_home)) or [(country, "") for country in home]
    parts = {country for country, name in found if name}
    return [one for one in found if one[1] or one[0] not in parts][:MOST_PLACES]


def _located(phrase: str) -> list[tuple[str, str]]:
    # Names are written with a capital; "turkey" and "chad" in lower case are something else,
    # and two capitals are rather an abbreviation than a country's code.
    if not phrase[0].isupper() or len(phrase) < 4:  # noqa: PLR2004
        return []
    places = taxonomy.located(phrase)
    return [one for one in places if one[0] != "US"]


def _topics(title: str, text: str) -> list[str]:
    weights: Counter[str] = Counter()
    for said, weight in ((title, 3), (text, 1)):
        for phrase in _phrases(_MONTH.sub(" ", said)):
            if topic := taxonomy.find_topic(phrase):
                weights[topic.slug] += weight
    strong = [slug for slug, weight in weights.most_common() if weight > 1]
    return (strong or list(weights))[:MOST_TOPICS]


def _phrases(text: str) -> Iterator[str]:
    words = [word.rstrip(".-’'") for word in _WORD.findall(text)]
    for length in range(LONGEST_NAME, 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
