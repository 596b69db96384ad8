"""The rows of accounts: who is who, and how they prove it."""

from osac_share.accounts.models.people import Membership, Organization, Person
from osac_share.accounts.models.sessions import UserSession

__all__ = ["Membership", "Organization", "Person", "UserSession"]
