"""What is held of what others published, and what others are told of."""

from osac_share.exchange.queries.changes import (
    EYES_ONLY,
    Moved,
    changes_after,
    followed,
    for_programs,
    get_change,
    last_moment,
    told_to,
    untold_editions,
    untold_ends,
)
from osac_share.exchange.queries.holdings import (
    IMPORTED,
    Past,
    Print,
    held_editions,
    histories,
    report_ids,
)

__all__ = [
    "EYES_ONLY",
    "IMPORTED",
    "Moved",
    "Past",
    "Print",
    "changes_after",
    "followed",
    "for_programs",
    "get_change",
    "held_editions",
    "histories",
    "last_moment",
    "report_ids",
    "told_to",
    "untold_editions",
    "untold_ends",
]
