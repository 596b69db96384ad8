"""Who belongs, who says so, and what is looked at before. Pure."""

from osac_share.membership.policy.checks import CHECKS, US_BASES, Check, missing_checks
from osac_share.membership.policy.domains import (
    canonical_domain,
    domain_of,
    is_free_mail,
    is_within,
)
from osac_share.membership.policy.findings import Finding, Known, findings_about
from osac_share.membership.policy.names import canonical_name, resembled, skeleton
from osac_share.membership.policy.pasted import (
    MOST_AT_ONCE,
    Invitee,
    is_address,
    read_invitees,
)
from osac_share.membership.policy.rights import may_administer, may_end_for, may_vet
from osac_share.membership.policy.verifying import (
    ACTIVE,
    EVERY,
    LAPSED,
    REMIND_DAYS,
    SUSPENDED,
    reminder_due,
)

__all__ = [
    "ACTIVE",
    "CHECKS",
    "EVERY",
    "LAPSED",
    "MOST_AT_ONCE",
    "REMIND_DAYS",
    "SUSPENDED",
    "US_BASES",
    "Check",
    "Finding",
    "Invitee",
    "Known",
    "canonical_domain",
    "canonical_name",
    "domain_of",
    "findings_about",
    "is_address",
    "is_free_mail",
    "is_within",
    "may_administer",
    "may_end_for",
    "may_vet",
    "missing_checks",
    "read_invitees",
    "reminder_due",
    "resembled",
    "skeleton",
]
