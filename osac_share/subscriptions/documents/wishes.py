"""A subscription in words, the same on every page and in every mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import object_session

from osac_share.councils.models import Council
from osac_share.subscriptions.models import AT_ONCE, DAILY, SITE, WEEKLY
from osac_share.subscriptions.policy import council_in, region_in, wish_of
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from osac_share.subscriptions.models import Subscription, Trip
    from osac_share.subscriptions.policy import Wish

MOST_NAMES = 6
"""A longer enumeration ends with how many there are besides."""

FREQUENCIES = {AT_ONCE: "at once", DAILY: "daily", WEEKLY: "weekly"}
CHANNELS = {
    "mail": "mail",
    "webhook": "webhook",
    "chat": "chat",
    "sms": "SMS",
    "browser": "browser notification",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of "Tell me daily about alerts on any topic in Kenya, security and above".

    What is open is empty; `councils` are those of whom all that they publish is wished for. Of a
    wish for what a `search` finds, only how often and by which ways count besides.
    """

    frequency: str
    kinds: str
    topics: str
    places: str
    councils: str
    severities: str
    channels: str
    search: str = ""


def describe(subscription: Subscription) -> str:
    """Return what a subscription asks for: "Kenya and Uganda, any topic, security and above".

    The usual is not said: every kind of report, at once, by mail. Of a trip it says where to,
    and after a while no longer that.
    """
    if subscription.trip is not None:
        return _describe_trip(subscription.trip)
    session, wish = object_session(subscription), wish_of(subscription)
    words = sentence_of(wish, names_of_councils(session, wish) if session else {})
    if words.search:
        return ", ".join([f"the search “{words.search}”", *_ways(wish, words)])
    councils = f"what {words.councils} publishes" if words.councils else ""
    parts = (
        " and ".join(part for part in (words.places, councils) if part) or "any country",
        words.kinds,
        words.topics or "any topic",
        words.severities,
        *_ways(wish, words),
    )
    return ", ".join(part for part in parts if part)


def _ways(wish: Wish, words: Sentence) -> list[str]:
    often = [words.frequency] if wish.frequency != AT_ONCE else []
    return often + ([f"by {words.channels}"] if list(wish.channels) != ["mail"] else [])


def _describe_trip(trip: Trip) -> str:
    if trip.forgotten_at is not None:
        return "a site that is closed" if trip.kind == SITE else "a trip that is over"
    whose = "your organization's site" if trip.kind == SITE else "your trip to"
    return f"what concerns {whose} {trip.name}"


def sentence_of(wish: Wish, councils: Mapping[int, str]) -> Sentence:
    """Return a wish in the words of its sentence, its councils by these names."""
    regions = [taxonomy.region(code).label for place in wish.places if (code := region_in(place))]
    countries = [taxonomy.country(place).name for place in wish.places if ":" not in place]
    named = [councils.get(one, "a council that is gone") for one in _councils_in(wish)]
    kinds = [taxonomy.kind(kind).plural for kind in wish.kinds]
    topics = [taxonomy.topic(slug).label for slug in wish.topics]
    return Sentence(
        frequency=FREQUENCIES[wish.frequency],
        kinds=enumerate_names(kinds, "kinds"),
        topics=enumerate_names(topics, "topics"),
        places=enumerate_names([*regions, *countries], "places"),
        councils=enumerate_names(named, "councils"),
        severities=_severities(wish.min_severity),
        channels=enumerate_names([CHANNELS[one] for one in wish.channels], "ways"),
        search=wish.words,
    )


def names_of_councils(session: Session, wish: Wish) -> dict[int, str]:
    """Return the names of the councils of which a wish speaks, by id."""
    found = {one: session.get(Council, one) for one in _councils_in(wish)}
    return {one: council.name for one, council in found.items() if council is not None}


def _councils_in(wish: Wish) -> list[int]:
    return [found for place in wish.places if (found := council_in(place)) is not None]


def _severities(lowest: str) -> str:
    # They are listed from grave to slight: the last takes all there is, the first itself alone.
    codes = [severity.code for severity in taxonomy.severities()]
    if lowest == codes[-1]:
        return "any severity"
    label = taxonomy.severity(lowest).label.lower()
    return f"{label} only" if lowest == codes[0] else f"{label} and above"


def name_of_places(places: Iterable[Mapping[str, str]]) -> str:
    """Return what people call a way through these places: "Nairobi and Mombasa"."""
    names = [place["place"] or taxonomy.country(place["country"]).name for place in places]
    return enumerate_names(dict.fromkeys(names), "places")[:120]


def enumerate_names(names: Iterable[str], what: str, *, most: int = MOST_NAMES) -> str:
    """Return names as one says them: "Kenya, Uganda and 3 more countries"; nothing for none."""
    some = [name for name in names if name]
    if len(some) > most:
        rest = len(some) - most + 1
        some = [*some[: most - 1], f"{rest} more {what}"]
    return " and ".join(part for part in (", ".join(some[:-1]), *some[-1:]) if part)
