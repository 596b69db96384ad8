"""The rows of councils: what they cover, who sits on them, and who is reached abroad."""

from osac_share.councils.models.councils import (
    ACTIVE,
    BY_ANYBODY,
    BY_REQUEST,
    CLOSED,
    COMMITTEES,
    DORMANT,
    JOINING,
    STATUSES,
    Council,
    CouncilCountry,
    council_post,
)
from osac_share.councils.models.joining import JoinRequest
from osac_share.councils.models.offices import OfficeCountry, Post, SecurityOffice
from osac_share.councils.models.seats import Clearance, Member, Seat

__all__ = [
    "ACTIVE",
    "BY_ANYBODY",
    "BY_REQUEST",
    "CLOSED",
    "COMMITTEES",
    "DORMANT",
    "JOINING",
    "STATUSES",
    "Clearance",
    "Council",
    "CouncilCountry",
    "JoinRequest",
    "Member",
    "OfficeCountry",
    "Post",
    "Seat",
    "SecurityOffice",
    "council_post",
]
