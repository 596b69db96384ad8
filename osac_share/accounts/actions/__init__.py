"""What can be done with accounts and sessions. None of these commits."""

from osac_share.accounts.actions.addresses import ask_address, confirm_address
from osac_share.accounts.actions.devices import know_device, meet_device
from osac_share.accounts.actions.ending import end_session, end_sessions, restore, suspend
from osac_share.accounts.actions.factors import (
    add_authenticator,
    clear_factors,
    hold_for_first_factor,
    propose_secret,
    proposed_secret,
    remove_factor,
    rename_factor,
    renew_recovery_codes,
    use_code,
)
from osac_share.accounts.actions.hashing import HASHER, hashed
from osac_share.accounts.actions.inviting import accept_invitation, invite
from osac_share.accounts.actions.opening import join_organization, open_account
from osac_share.accounts.actions.passkeys import NOT_MADE, add_passkey, use_passkey
from osac_share.accounts.actions.passphrases import (
    ask_reset,
    change_passphrase,
    reset_passphrase,
)
from osac_share.accounts.actions.sessions import (
    BY_PASSKEY,
    Proof,
    begin_session,
    end_other_sessions,
    end_weak_sessions,
    freshen,
    sign_out,
    strengthen,
    touch,
)
from osac_share.accounts.actions.signing_in import Attempt, check_pair, sign_in
from osac_share.accounts.actions.spending import spend
from osac_share.accounts.actions.sso import (
    link_identity,
    recognize,
    refuse_sign_on,
    unlink_identities,
)

__all__ = [
    "BY_PASSKEY",
    "HASHER",
    "NOT_MADE",
    "Attempt",
    "Proof",
    "accept_invitation",
    "add_authenticator",
    "add_passkey",
    "ask_address",
    "ask_reset",
    "begin_session",
    "change_passphrase",
    "check_pair",
    "clear_factors",
    "confirm_address",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "end_weak_sessions",
    "freshen",
    "hashed",
    "hold_for_first_factor",
    "invite",
    "join_organization",
    "know_device",
    "link_identity",
    "meet_device",
    "open_account",
    "propose_secret",
    "proposed_secret",
    "recognize",
    "refuse_sign_on",
    "remove_factor",
    "rename_factor",
    "renew_recovery_codes",
    "reset_passphrase",
    "restore",
    "sign_in",
    "sign_out",
    "spend",
    "strengthen",
    "suspend",
    "touch",
    "unlink_identities",
    "use_code",
    "use_passkey",
]
