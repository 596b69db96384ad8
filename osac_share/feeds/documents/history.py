"""How the documents of a feed hang together: complete ones, and archives (RFC 5005)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from osac_share.feeds.documents.writing import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from osac_share.feeds.documents.entries import Format

Mark: TypeAlias = Literal["", "complete", "archive"]
Relation: TypeAlias = Literal["prev-archive", "next-archive", "current"]

_NAMESPACE = "http://purl.org/syndication/history/1.0"


@dataclass(frozen=True, slots=True)
class History:
    """Where a document of a feed stands among the others.

    Attributes:
        mark: `complete` if what is not in it is no part of the feed, `archive` if nothing will
            be added to it any more.
        links: the absolute addresses of its neighbors, in each format.

    """

    mark: Mark = ""
    links: Mapping[Relation, Mapping[Format, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )


NO_HISTORY = History()


def write_history(history: History, kind: Literal["atom", "rss"]) -> str:
    """Return the elements that say so in the head of a feed."""
    name = "link" if kind == "atom" else "atom:link"
    links = "".join(
        f'<{name} rel="{relation}" type="application/{kind}+xml" href="{escaped(there[kind])}"/>'
        for relation, there in history.links.items()
    )
    return f'<fh:{history.mark} xmlns:fh="{_NAMESPACE}"/>{links}' if history.mark else links


def members_of(history: History) -> dict[str, object]:
    """Return what the extension of a JSON feed says of it, which has no such words itself."""
    said: dict[str, object] = {history.mark: True} if history.mark else {}
    return said | {
        relation.replace("-", "_"): there["json"] for relation, there in history.links.items()
    }
