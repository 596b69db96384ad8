"""Who may do what to a report, when, and what it must have. Pure."""

from osac_share.reports.policy.completeness import is_narrowed, missing, require_ready
from osac_share.reports.policy.life import DRAFTING, HOLDING, STEPS, Who, may_take, require
from osac_share.reports.policy.restricted import READ, RESTRICTED, is_restricted
from osac_share.reports.policy.rights import (
    WRITTEN_HERE,
    audience_of,
    is_widened,
    may_act_alone,
    may_decide,
    may_edit,
    may_know,
    may_review,
    may_withdraw,
)
from osac_share.reports.policy.screening import held_by, is_spill, screened

__all__ = [
    "DRAFTING",
    "HOLDING",
    "READ",
    "RESTRICTED",
    "STEPS",
    "WRITTEN_HERE",
    "Who",
    "audience_of",
    "held_by",
    "is_narrowed",
    "is_restricted",
    "is_spill",
    "is_widened",
    "may_act_alone",
    "may_decide",
    "may_edit",
    "may_know",
    "may_review",
    "may_take",
    "may_withdraw",
    "missing",
    "require",
    "require_ready",
    "screened",
]
