"""What can be done with applications, member organizations and their people. Nothing commits."""

from osac_share.membership.actions.applying import (
    TO_FOLLOW,
    TO_VERIFY,
    answer,
    apply,
    forget,
    hand_in,
    withdraw,
)
from osac_share.membership.actions.belonging import end, restore, suspend
from osac_share.membership.actions.inviting import (
    MASS_INVITATION,
    bring_in,
    confirm,
    invite,
    may_propose_mass_invitation,
    may_second_mass_invitation,
    perform_mass_invitation,
    resend,
    revoke,
)
from osac_share.membership.actions.joining import offer_contact, take, turn_down
from osac_share.membership.actions.keeping import (
    clear_factors,
    end_sessions,
    remove,
    restore_account,
    set_groups,
    suspend_account,
)
from osac_share.membership.actions.organizations import (
    Classification,
    Profile,
    close,
    reclassify,
    renew_all,
    reopen,
    revise,
)
from osac_share.membership.actions.verifying import lapse, remind, verify
from osac_share.membership.actions.vetting import accept, ask, refuse, tick

__all__ = [
    "MASS_INVITATION",
    "TO_FOLLOW",
    "TO_VERIFY",
    "Classification",
    "Profile",
    "accept",
    "answer",
    "apply",
    "ask",
    "bring_in",
    "clear_factors",
    "close",
    "confirm",
    "end",
    "end_sessions",
    "forget",
    "hand_in",
    "invite",
    "lapse",
    "may_propose_mass_invitation",
    "may_second_mass_invitation",
    "offer_contact",
    "perform_mass_invitation",
    "reclassify",
    "refuse",
    "remind",
    "remove",
    "renew_all",
    "reopen",
    "resend",
    "restore",
    "restore_account",
    "revise",
    "revoke",
    "set_groups",
    "suspend",
    "suspend_account",
    "take",
    "tick",
    "turn_down",
    "verify",
    "withdraw",
]
