"""Which messages there are, which of them hold, and what holds now of what somebody was sent."""

from osac_share.cap.queries.certificates import acknowledged, get_certificate, known_certificates
from osac_share.cap.queries.listing import generation, message_index
from osac_share.cap.queries.messages import (
    IMPORTED,
    Kept,
    find_by_identifier,
    find_kept,
    newest_kept,
    read_document,
    references_of,
    reports_without,
    unissued,
)
from osac_share.cap.queries.standing import Standing, find_edition, standing_of

__all__ = [
    "IMPORTED",
    "Kept",
    "Standing",
    "acknowledged",
    "find_by_identifier",
    "find_edition",
    "find_kept",
    "generation",
    "get_certificate",
    "known_certificates",
    "message_index",
    "newest_kept",
    "read_document",
    "references_of",
    "reports_without",
    "standing_of",
    "unissued",
]
