"""What editions become: pages, plain text, titles, comparisons, sentences, short messages."""

from osac_share.reports.documents.bodies import (
    body_html,
    keep_rendered,
    plain_of,
    render,
    summary_of,
)
from osac_share.reports.documents.changes import Comparison
from osac_share.reports.documents.comparison import changed_headings, compare
from osac_share.reports.documents.differences import Difference, differences
from osac_share.reports.documents.notices import (
    drill_notice,
    end_notice,
    end_notice_of,
    relay_notice,
    state_with,
)
from osac_share.reports.documents.series import (
    Standing,
    edition_name,
    find_known_to_all,
    find_predecessor,
    is_relayed,
    place_name,
    standings,
)
from osac_share.reports.documents.short_text import WITHHELD, sms_text
from osac_share.reports.documents.sight_words import sight_words
from osac_share.reports.documents.times_there import span_there, time_there, zone_of
from osac_share.reports.documents.titles_shown import (
    ENDS,
    EXERCISE,
    full_title,
    headline,
    kind_and_number,
    kind_of,
    marked_drill,
    shown_title,
)
from osac_share.reports.documents.wording import word_runs

__all__ = [
    "ENDS",
    "EXERCISE",
    "WITHHELD",
    "Comparison",
    "Difference",
    "Standing",
    "body_html",
    "changed_headings",
    "compare",
    "differences",
    "drill_notice",
    "edition_name",
    "end_notice",
    "end_notice_of",
    "find_known_to_all",
    "find_predecessor",
    "full_title",
    "headline",
    "is_relayed",
    "keep_rendered",
    "kind_and_number",
    "kind_of",
    "marked_drill",
    "place_name",
    "plain_of",
    "relay_notice",
    "render",
    "shown_title",
    "sight_words",
    "sms_text",
    "span_there",
    "standings",
    "state_with",
    "summary_of",
    "time_there",
    "word_runs",
    "zone_of",
]
