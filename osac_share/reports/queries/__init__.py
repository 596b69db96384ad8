"""Every question the house asks about reports."""

from osac_share.reports.queries.addressing import spelled_recipients, tokens_of
from osac_share.reports.queries.attachments import (
    claimed_digests,
    get_drafted_attachment,
    get_visible_attachment,
    is_attached,
    is_for_everyone,
)
from osac_share.reports.queries.authorship import (
    drafts_of,
    due_to_expire,
    get_draft,
    get_own,
    rejected_lately,
)
from osac_share.reports.queries.countries import first_of_each_country
from osac_share.reports.queries.glances import Changes, Glance, get_glance, latest_changes
from osac_share.reports.queries.links import dead_links
from osac_share.reports.queries.noting import find_strictest, is_noted
from osac_share.reports.queries.reviewing import (
    Waiting,
    about_to_expire,
    due_for_release,
    get_draft_to_read,
    get_for_review,
    get_owed_look,
    names_of,
    overdue_looks,
    told_and_published,
    waiting_for,
)
from osac_share.reports.queries.series import (
    line_of_difference,
    names_of_addressees,
    sight_of,
)
from osac_share.reports.queries.sight import (
    Filters,
    active_alerts,
    count,
    get_visible,
    get_visible_edition,
    listing,
    meets,
    narrowed,
    readable,
    visible,
    visible_editions,
    visible_rows,
)

__all__ = [
    "Changes",
    "Filters",
    "Glance",
    "Waiting",
    "about_to_expire",
    "active_alerts",
    "claimed_digests",
    "count",
    "dead_links",
    "drafts_of",
    "due_for_release",
    "due_to_expire",
    "find_strictest",
    "first_of_each_country",
    "get_draft",
    "get_draft_to_read",
    "get_drafted_attachment",
    "get_for_review",
    "get_glance",
    "get_owed_look",
    "get_own",
    "get_visible",
    "get_visible_attachment",
    "get_visible_edition",
    "is_attached",
    "is_for_everyone",
    "is_noted",
    "latest_changes",
    "line_of_difference",
    "listing",
    "meets",
    "names_of",
    "names_of_addressees",
    "narrowed",
    "overdue_looks",
    "readable",
    "rejected_lately",
    "sight_of",
    "spelled_recipients",
    "tokens_of",
    "told_and_published",
    "visible",
    "visible_editions",
    "visible_rows",
    "waiting_for",
]
