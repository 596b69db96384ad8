"""What is said by TAXII 2.1, and the STIX 2.1 objects that it carries."""

from osac_share.taxii.documents.furniture import furniture
from osac_share.taxii.documents.naming import Site, StixObject, moment
from osac_share.taxii.documents.reports import Root, modified_at, report_object
from osac_share.taxii.documents.resources import (
    STIX,
    TAXII,
    added,
    collection_json,
    discovery_json,
    envelope_json,
    error_json,
    manifest_json,
    root_json,
    versions_json,
)

__all__ = [
    "STIX",
    "TAXII",
    "Root",
    "Site",
    "StixObject",
    "added",
    "collection_json",
    "discovery_json",
    "envelope_json",
    "error_json",
    "furniture",
    "manifest_json",
    "modified_at",
    "moment",
    "report_object",
    "root_json",
    "versions_json",
]
