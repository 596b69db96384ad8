"""What a client of TAXII asks for, of what, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from osac_share.taxii.documents import Site, StixObject, moment

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from osac_share.reports.queries import Filters

LAST, FIRST, ALL = "last", "first", "all"
"""Which versions of an object may be asked for by a word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for.

    Attributes:
        limit: how many objects at most.
        following: the word that its last page ended with, None for the first page.
        added_after: only what was added after this moment.
        ids: of which objects; none means all.
        types: of which types; none means all.
        versions: `last`, `first`, `all`, or moments at which an object was modified.
        knows_spec: whether the client wants objects of STIX 2.1 at all.

    """

    limit: int
    following: str | None = None
    added_after: datetime | None = None
    ids: Collection[str] = ()
    types: Collection[str] = ()
    versions: Collection[str | datetime] = (LAST,)
    knows_spec: bool = True

    def wants(self, made: StixObject) -> bool:
        """Tell whether one of the objects that never change is asked for."""
        return (
            self.knows_spec
            and (not self.ids or made["id"] in self.ids)
            and (not self.types or made["type"] in self.types)
            and any(
                made.get("modified", made["created"]) == moment(one)
                if isinstance(one, datetime)
                else True
                for one in self.versions
            )
        )


@dataclass(frozen=True, slots=True)
class View:
    """For whose eyes a collection is opened, what is in it, and who publishes it."""

    clearance: AbstractSet[str]
    filters: Filters
    site: Site
