"""What accounts accept. Pure."""

from osac_share.accounts.policy.addresses import canonical_email
from osac_share.accounts.policy.passphrases import (
    LONGEST,
    SHORTEST,
    canonical_password,
    problem_with,
)

__all__ = ["LONGEST", "SHORTEST", "canonical_email", "canonical_password", "problem_with"]
