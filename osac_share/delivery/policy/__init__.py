"""Who still gets a mail, when, how fast, and whose link is whose. Pure."""

from osac_share.delivery.policy.brakes import BURST_SIZE, BURST_WITHIN, is_burst
from osac_share.delivery.policy.links import (
    acknowledged_by,
    acknowledgement_token,
    message_id,
    named_by,
    signed,
    subscription_named_by,
    unsubscribe_token,
)
from osac_share.delivery.policy.rights import (
    DECIDED,
    EXPIRY,
    OBSOLETE_STATES,
    OVERDUE,
    REVIEW,
    SECOND_LOOK,
    URGENCY,
    Facts,
    Work,
    is_withheld,
    reason_not_to_call,
    reason_to_skip,
)
from osac_share.subscriptions.policy import EMERGENCY

__all__ = [
    "BURST_SIZE",
    "BURST_WITHIN",
    "DECIDED",
    "EMERGENCY",
    "EXPIRY",
    "OBSOLETE_STATES",
    "OVERDUE",
    "REVIEW",
    "SECOND_LOOK",
    "URGENCY",
    "Facts",
    "Work",
    "acknowledged_by",
    "acknowledgement_token",
    "is_burst",
    "is_withheld",
    "message_id",
    "named_by",
    "reason_not_to_call",
    "reason_to_skip",
    "signed",
    "subscription_named_by",
    "unsubscribe_token",
]
