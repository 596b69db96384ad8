"""The rows of accounts: who is who, and how they prove it."""

from osac_share.accounts.models.attempts import AttemptEntry, Device
from osac_share.accounts.models.factors import (
    Authenticator,
    Passkey,
    RecoveryCode,
    SpentChallenge,
)
from osac_share.accounts.models.people import Membership, Organization, Person
from osac_share.accounts.models.sessions import UserSession
from osac_share.accounts.models.sso import Identity

__all__ = [
    "AttemptEntry",
    "Authenticator",
    "Device",
    "Identity",
    "Membership",
    "Organization",
    "Passkey",
    "Person",
    "RecoveryCode",
    "SpentChallenge",
    "UserSession",
]
