"""What staff ask about the whole house, and what people ask about themselves."""

from osac_share.admin.queries.desk import (
    Queue,
    RecordState,
    failed_letters,
    quarantined,
    queues,
    record_state,
)
from osac_share.admin.queries.held import held_about
from osac_share.admin.queries.people import find_person_wanted

__all__ = [
    "Queue",
    "RecordState",
    "failed_letters",
    "find_person_wanted",
    "held_about",
    "quarantined",
    "queues",
    "record_state",
]
