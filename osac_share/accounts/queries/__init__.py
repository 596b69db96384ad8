"""Every question the house asks about people and their sessions."""

from osac_share.accounts.queries.devices import (
    DEVICE_LASTS,
    find_device,
    is_device_of_anybody,
)
from osac_share.accounts.queries.factors import (
    Factor,
    FactorCounts,
    factor_counts,
    factors_of,
    find_half_session,
    get_factor,
    has_factor,
    is_fresh,
    passkeys_of,
    recovery_codes_left,
)
from osac_share.accounts.queries.known import (
    FACTS,
    Known,
    about_person,
    membership_at,
    organization_in_good_order,
)
from osac_share.accounts.queries.living import living_sessions
from osac_share.accounts.queries.people import (
    find_person_by_email,
    get_person,
    organizations,
    staff_with,
    suspended_among,
    words_about,
)
from osac_share.accounts.queries.sessions import (
    SIGNED_IN,
    SignedIn,
)
from osac_share.accounts.queries.sso import find_identity, identities_of

__all__ = [
    "DEVICE_LASTS",
    "FACTS",
    "SIGNED_IN",
    "Factor",
    "FactorCounts",
    "Known",
    "SignedIn",
    "about_person",
    "factor_counts",
    "factors_of",
    "find_device",
    "find_half_session",
    "find_identity",
    "find_person_by_email",
    "get_factor",
    "get_person",
    "has_factor",
    "identities_of",
    "is_device_of_anybody",
    "is_fresh",
    "living_sessions",
    "membership_at",
    "organization_in_good_order",
    "organizations",
    "passkeys_of",
    "recovery_codes_left",
    "staff_with",
    "suspended_among",
    "words_about",
]
