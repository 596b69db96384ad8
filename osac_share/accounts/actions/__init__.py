"""What can be done with accounts and sessions. None of these commits."""

from osac_share.accounts.actions.opening import HASHER, join_organization, open_account
from osac_share.accounts.actions.sessions import sign_out, touch
from osac_share.accounts.actions.signing_in import Attempt, check_pair, sign_in

__all__ = [
    "HASHER",
    "Attempt",
    "check_pair",
    "join_organization",
    "open_account",
    "sign_in",
    "sign_out",
    "touch",
]
