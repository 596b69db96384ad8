"""The objects that reports refer to: markings, the publisher, and every country."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from osac_share.taxii.documents.naming import MARKINGS, marking_ref
from osac_share.taxii.documents.regions import region_of
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.taxii.documents.naming import Site, StixObject

_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""What makes a marking definition one of TLP 2.0 (OASIS, STIX 2.1 common objects)."""

_TLP_SINCE = "2022-10-01T00:00:00.000Z"
_SINCE = "2026-01-01T00:00:00.000Z"
"""From when on the other objects count. Their words are part of their ids: none ever changes."""


@lru_cache(maxsize=4)
def furniture(site: Site) -> tuple[StixObject, ...]:
    """Return the objects that reports refer to, always in the same order."""
    return (*_markings(), _identity(site), *_locations(site))


def _markings() -> Iterator[StixObject]:
    for marking, (_uuid, level) in MARKINGS.items():
        yield {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": marking_ref(marking),
            "created": _TLP_SINCE,
            "name": taxonomy.marking(marking).label,
            "extensions": {_TLP: {"extension_type": "property-extension", "tlp_2_0": level}},
        }


def _identity(site: Site) -> StixObject:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": site.identity_id,
        "created": _SINCE,
        "modified": _SINCE,
        "name": site.name,
        "identity_class": "organization",
        "external_references": [{"source_name": site.name, "url": site.url}],
        "object_marking_refs": [marking_ref("CLEAR")],
    }


def _locations(site: Site) -> Iterator[StixObject]:
    for country in sorted(taxonomy.all_countries(), key=lambda one: one.iso2):
        location = {
            "type": "location",
            "spec_version": "2.1",
            "id": site.location_id(country.iso2),
            "created_by_ref": site.identity_id,
            "created": _SINCE,
            "modified": _SINCE,
            "name": country.name,
            "region": region_of(country.iso2),
            "object_marking_refs": [marking_ref("CLEAR")],
        }
        # Kosovo has a code in general use, and none in ISO 3166-1, which STIX asks for.
        yield location | ({"country": country.iso2} if country.numeric else {})
