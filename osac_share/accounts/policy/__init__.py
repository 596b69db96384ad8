"""What accounts accept. Pure."""

from osac_share.accounts.policy.addresses import canonical_email
from osac_share.accounts.policy.attempts import (
    ADDRESS,
    CONFIRM,
    FACTOR,
    LINK,
    RESET,
    SIGN_IN,
)
from osac_share.accounts.policy.browsers import browser_name
from osac_share.accounts.policy.factors import (
    CODE_LENGTH,
    ENROLL_WITHIN,
    FEW_CODES,
    FRESH_FOR,
    RECOVERY_CODES,
    app_address,
    fitting_step,
    grouped,
    is_app_code,
    plain_code,
)
from osac_share.accounts.policy.passkeys import (
    ANSWER_WITHIN,
    LONGEST_ANSWER,
    Site,
    answered_challenge,
    creation_options,
    in_letters,
    known_transports,
    made_passkey,
    named_passkey,
    request_options,
    site_of,
)
from osac_share.accounts.policy.passphrases import (
    LONGEST,
    SHORTEST,
    canonical_password,
    problem_with,
)

__all__ = [
    "ADDRESS",
    "ANSWER_WITHIN",
    "CODE_LENGTH",
    "CONFIRM",
    "ENROLL_WITHIN",
    "FACTOR",
    "FEW_CODES",
    "FRESH_FOR",
    "LINK",
    "LONGEST",
    "LONGEST_ANSWER",
    "RECOVERY_CODES",
    "RESET",
    "SHORTEST",
    "SIGN_IN",
    "Site",
    "answered_challenge",
    "app_address",
    "browser_name",
    "canonical_email",
    "canonical_password",
    "creation_options",
    "fitting_step",
    "grouped",
    "in_letters",
    "is_app_code",
    "known_transports",
    "made_passkey",
    "named_passkey",
    "plain_code",
    "problem_with",
    "request_options",
    "site_of",
]
