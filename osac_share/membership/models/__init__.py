"""The rows of membership: who asks to belong, and who is asked to represent a member."""

from osac_share.membership.models.applications import (
    ACCEPTED,
    ASKED,
    OPEN,
    REFUSED,
    STATES,
    UNVERIFIED,
    WAITING,
    WITHDRAWN,
    Answers,
    Application,
    ApplicationMessage,
)
from osac_share.membership.models.invitations import (
    CONTACT,
    LIVING,
    REPRESENTATIVE,
    REVOKED,
    SENT,
    TAKEN,
    TO_CONFIRM,
    TURNED_DOWN,
    Invitation,
)

__all__ = [
    "ACCEPTED",
    "ASKED",
    "CONTACT",
    "LIVING",
    "OPEN",
    "REFUSED",
    "REPRESENTATIVE",
    "REVOKED",
    "SENT",
    "STATES",
    "TAKEN",
    "TO_CONFIRM",
    "TURNED_DOWN",
    "UNVERIFIED",
    "WAITING",
    "WITHDRAWN",
    "Answers",
    "Application",
    "ApplicationMessage",
    "Invitation",
]
