"""What a feed is about, and for whose eyes it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid5

from osac_share.councils.policy import PUBLIC
from osac_share.councils.queries import get_council
from osac_share.kernel.errors import NotFound
from osac_share.reports.queries import Filters
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session


BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed that never held anything."""

_FEEDS = UUID("0b0c7f3e-6c43-4f0e-9d3c-3a0c1f1f9a52")
"""The namespace of the identifiers of feeds."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed is about: its path below `/feeds`, the page it mirrors, and its filters.

    That of a search has its `words`, and holds, of the `editions` that these found, those that
    are current.
    """

    path: str
    page: str
    title: str
    filters: Filters
    words: str = ""
    editions: tuple[int, ...] = ()

    @property
    def asked(self) -> str:
        """Return what follows the path in the address of the public feed."""
        return f"?{urlencode({'q': self.words})}" if self.words else ""


def path_of(scope: Scope, private: str | None) -> str:
    """Return what a feed's address holds below `/feeds`, of the public one or of somebody's own."""
    return scope.path if private is None else f"private/{private}"


def uuid_of(address: str) -> UUID:
    """Return the identifier of what is at an address below `/feeds`."""
    return uuid5(_FEEDS, address)


SEARCH = "search"
"""The path of the feeds of searches."""


def scope_of_search(words: str, editions: Sequence[int]) -> Scope:
    """Return the scope of the feed of a search.

    Args:
        words: those of the search, in canonical form.
        editions: the newest that it finds.

    """
    page = f"/search?{urlencode({'q': words, 'sort': 'date'})}"
    return Scope(SEARCH, page, f"Search: {words}", Filters(), words, tuple(editions))


ALL_REPORTS = Scope("reports", "/reports", "All reports", Filters())


@dataclass(frozen=True, slots=True)
class Sight:
    """For whose eyes a feed is.

    Attributes:
        clearance: that of the reader.
        in_full: the markings of what is shown with its words.
        in_brief: the markings of what is only said to be there.

    """

    clearance: AbstractSet[str]
    in_full: AbstractSet[str]
    in_brief: AbstractSet[str]


PUBLIC_SIGHT = Sight(frozenset({PUBLIC}), frozenset({"CLEAR"}), frozenset())
"""The sight of a public feed, whoever fetches it."""


def private_sight(clearance: AbstractSet[str]) -> Sight:
    """Return what the private feed of somebody with this clearance shows.

    Feed readers keep, copy and publish what they fetch. So what is not for the whole community
    is only said to be there, and TLP:RED, for the eyes of those it names, is not even that.
    """
    return Sight(clearance, frozenset({"CLEAR", "GREEN"}), frozenset({"AMBER", "AMBER_STRICT"}))


def get_scope(session: Session, shelf: str, key: str) -> Scope:
    """Return the scope of the feed at `/feeds/<shelf>/<key>`.

    Raises:
        NotFound: there is no such shelf, or nothing of that key on it.

    """
    try:
        return SHELVES[shelf](session, key)
    except (KeyError, NotFound):
        # One sentence for all, where the vocabularies have each their own.
        raise NotFound from None


def _country(_session: Session, key: str) -> Scope:
    country = taxonomy.country(key)
    filters = Filters(countries=(country.iso2,))
    return Scope(f"countries/{key}", f"/countries/{key}", country.name, filters)


def _region(_session: Session, key: str) -> Scope:
    region = taxonomy.region(key)
    within = [country.iso2 for country in taxonomy.all_countries() if country.region == key]
    page = f"/reports?region={key}"
    return Scope(f"regions/{key}", page, region.label, Filters(countries=within))


def _topic(_session: Session, key: str) -> Scope:
    topic = taxonomy.topic(key)
    return Scope(f"topics/{key}", f"/topics/{key}", topic.label, Filters(topics=(topic.slug,)))


def _council(session: Session, key: str) -> Scope:
    council = get_council(session, key)
    filters = Filters(council_id=council.id)
    return Scope(f"councils/{key}", f"/councils/{key}", council.name, filters)


SHELVES: Mapping[str, Callable[[Session, str], Scope]] = {
    "countries": _country,
    "regions": _region,
    "topics": _topic,
    "councils": _council,
}
