"""The words that the life of a report is told in, and the values that are stored for them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

ALERT = "alert"

DRAFT = "draft"
IN_REVIEW = "in_review"
PUBLISHED = "published"
ALL_CLEAR = "all_clear"
CANCELLED = "cancelled"
EXPIRED = "expired"
WITHDRAWN = "withdrawn"
ENDED = frozenset({ALL_CLEAR, CANCELLED, EXPIRED, WITHDRAWN})

WRITING = "writing"
SCHEDULED = "scheduled"
REJECTED = "rejected"
DISCARDED = "discarded"
OPEN = frozenset({WRITING, IN_REVIEW, SCHEDULED})
"""The stages of an edition that may still be published."""

HOLDS = "holds"
CLOSING = frozenset({ALL_CLEAR, CANCELLED, WITHDRAWN})
"""The outcomes of editions that end their report."""

ACTIVE = "active"
LIFTED = "lifted"

COUNCIL = "council"
RELAY = "embassy_relay"
"""Origins: a council's own words, and an issuer's words passed on verbatim."""


class Section(TypedDict):
    """One typed part of an edition: a heading that the house prints, and Markdown."""

    heading: str
    body: str
    rating: NotRequired[str]
