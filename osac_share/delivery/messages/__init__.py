"""The mails of delivery: of an edition, of many in a digest, and of work that waits."""

from osac_share.delivery.messages.calls import CALLS, Calls
from osac_share.delivery.messages.digests import DigestWriter
from osac_share.delivery.messages.editions import Letters

__all__ = ["CALLS", "Calls", "DigestWriter", "Letters"]
