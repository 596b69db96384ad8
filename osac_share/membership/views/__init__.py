"""Applying, vetting, the point of contact's console, and the staff's view of all members."""

from osac_share.membership.views import (
    accounts,
    applying,
    console,
    joining,
    organizations,
    verification,
    vetting,
)
from osac_share.membership.views.blueprint import blueprint

__all__ = [
    "accounts",
    "applying",
    "blueprint",
    "console",
    "joining",
    "organizations",
    "verification",
    "vetting",
]
