"""How much a program may ask, and which requests are the same. Pure."""

from osac_share.api.policy.metering import Left, Meter
from osac_share.api.policy.repeating import KEPT_FOR, print_of

__all__ = ["KEPT_FOR", "Left", "Meter", "print_of"]
