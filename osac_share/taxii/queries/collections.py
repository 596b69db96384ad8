"""What collections there are: all reports, and those of each region, council and country."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5

from osac_share.councils.queries import all_councils
from osac_share.feeds.queries import ALL_REPORTS, get_scope
from osac_share.kernel.errors import NotFound
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from osac_share.reports.queries import Filters

_COLLECTIONS = UUID("b9d1c5c2-50f4-4a0e-9f2e-0a6f4f5a8e31")
"""The namespace of the ids of collections, which are the same wherever this runs."""


class ApiRoot(NamedTuple):
    """A group of collections with an address of its own."""

    name: str
    title: str
    words: str


class Collection(NamedTuple):
    """What a client follows: its id, a name to call it by in addresses, and what is in it."""

    id: str
    alias: str
    title: str
    shelf: str
    key: str

    def filters(self, session: Session) -> Filters:
        """Return what the collection is narrowed to."""
        if not self.shelf:
            return ALL_REPORTS.filters
        return get_scope(session, self.shelf, self.key).filters


ROOTS = {
    root.name: root
    for root in (
        ApiRoot("reports", "Reports", "All reports, and those about each region."),
        ApiRoot("councils", "Councils", "The reports of each council."),
        ApiRoot("countries", "Countries", "The reports about each country."),
    )
}
"""The API roots by name, the usual one first."""


def get_root(name: str) -> ApiRoot:
    """Return the API root of a name.

    Raises:
        NotFound: there is none.

    """
    if name not in ROOTS:
        raise NotFound
    return ROOTS[name]


def collections_of(session: Session, root: ApiRoot) -> Sequence[Collection]:
    """Return the collections of an API root."""
    return list(_COLLECTIONS_OF[root.name](session))


def get_collection(session: Session, root: ApiRoot, name: str) -> Collection:
    """Return a collection by its id or its alias.

    Raises:
        NotFound: there is none.

    """
    for one in _COLLECTIONS_OF[root.name](session):
        if name in {one.id, one.alias}:
            return one
    raise NotFound


def _collection(shelf: str, key: str, title: str) -> Collection:
    name = f"{shelf}/{key}" if shelf else key
    return Collection(str(uuid5(_COLLECTIONS, name)), key.lower(), title, shelf, key)


def _of_reports(_session: Session) -> Iterator[Collection]:
    yield _collection("", "all", "All reports")
    for region in taxonomy.regions():
        yield _collection("regions", region.code, region.label)


def _of_councils(session: Session) -> Iterator[Collection]:
    for council in all_councils(session):
        yield _collection("councils", council.slug, council.name)


def _of_countries(_session: Session) -> Iterator[Collection]:
    for country in taxonomy.all_countries():
        yield _collection("countries", country.iso2, country.name)


_COLLECTIONS_OF = {
    "reports": _of_reports,
    "councils": _of_councils,
    "countries": _of_countries,
}
