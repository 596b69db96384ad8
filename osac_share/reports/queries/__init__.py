"""Every question the house asks about reports."""

from osac_share.reports.queries.authorship import drafts_of, due_to_expire, get_draft, get_own
from osac_share.reports.queries.sight import (
    Filters,
    Glance,
    active_alerts,
    count,
    get_glance,
    get_visible,
    get_visible_edition,
    latest_changes,
    listing,
    meets,
    narrowed,
    visible,
    visible_editions,
    visible_rows,
)

__all__ = [
    "Filters",
    "Glance",
    "active_alerts",
    "count",
    "drafts_of",
    "due_to_expire",
    "get_draft",
    "get_glance",
    "get_own",
    "get_visible",
    "get_visible_edition",
    "latest_changes",
    "listing",
    "meets",
    "narrowed",
    "visible",
    "visible_editions",
    "visible_rows",
]
