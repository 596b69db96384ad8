"""The resources of TAXII 2.1 (OASIS Standard, 10 June 2021) as JSON."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from http import HTTPStatus

    from osac_share.taxii.documents.naming import StixObject

TAXII = "application/taxii+json;version=2.1"
"""The media type of every answer."""

STIX = "application/stix+json;version=2.1"
"""The media type of every object."""

Resource = dict[str, Any]


def discovery_json(title: str, roots: Sequence[str]) -> Resource:
    """Return what a server offers: the addresses of its API roots, the usual one first."""
    words = "Security reports as STIX 2.1. Read only; reads what the owner of the token may see."
    return {"title": title, "description": words, "default": roots[0], "api_roots": list(roots)}


def root_json(title: str, words: str, largest: int) -> Resource:
    """Return what an API root is; `largest` is the most bytes that a request may have."""
    return {
        "title": title,
        "description": words,
        "versions": [TAXII],
        "max_content_length": largest,
    }


def collection_json(collection_id: str, alias: str, title: str, words: str) -> Resource:
    """Return what a collection is. None can be written to."""
    return {
        "id": collection_id,
        "title": title,
        "description": words,
        "alias": alias,
        "can_read": True,
        "can_write": False,
        "media_types": [STIX],
    }


def envelope_json(objects: Sequence[StixObject], following: str | None) -> Resource:
    """Return objects in an envelope, an empty one if there are none."""
    return _page("objects", objects, following)


def manifest_json(records: Iterable[tuple[str, datetime, str]], following: str | None) -> Resource:
    """Return what is said about objects: `(id, when it was added, version)` of each."""
    said = [
        {"id": one, "date_added": added(at), "version": version, "media_type": STIX}
        for one, at, version in records
    ]
    return _page("objects", said, following)


def versions_json(versions: Sequence[str], following: str | None) -> Resource:
    """Return the versions that there are of an object."""
    return _page("versions", versions, following)


def error_json(
    status: HTTPStatus, words: str, details: Mapping[str, str] | None = None
) -> Resource:
    """Return what went wrong."""
    said: Resource = {
        "title": status.phrase,
        "description": words,
        "http_status": str(status.value),
    }
    return said | ({"details": dict(details)} if details else {})


def added(at: datetime) -> str:
    """Return when an object was added, to the microsecond and in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _page(name: str, said: Sequence[object], following: str | None) -> Resource:
    page: Resource = {} if following is None else {"more": True, "next": following}
    return page | ({name: list(said)} if said else {})
