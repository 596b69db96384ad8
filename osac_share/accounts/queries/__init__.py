"""Every question the house asks about people and their sessions."""

from osac_share.accounts.queries.people import find_person_by_email, get_person, organizations
from osac_share.accounts.queries.sessions import SIGNED_IN, SignedIn, membership_at

__all__ = [
    "SIGNED_IN",
    "SignedIn",
    "find_person_by_email",
    "get_person",
    "membership_at",
    "organizations",
]
