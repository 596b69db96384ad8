"""What an endpoint may be, what is kept of it, and how long it is believed in. Pure."""

from osac_share.channels.policy.addresses import (
    chat_address,
    push_address,
    shown_address,
    telephone_number,
    webhook_address,
)
from osac_share.channels.policy.contents import Contents, sealed, unsealed
from osac_share.channels.policy.health import (
    AFTER_MINUTES,
    KINDS,
    SEVERITIES,
    begins_anew,
    is_gone,
    is_hopeless,
    rests_until,
    telling,
)
from osac_share.channels.policy.signing import message_id, new_signing_secret, signed_headers

__all__ = [
    "AFTER_MINUTES",
    "KINDS",
    "SEVERITIES",
    "Contents",
    "begins_anew",
    "chat_address",
    "is_gone",
    "is_hopeless",
    "message_id",
    "new_signing_secret",
    "push_address",
    "rests_until",
    "sealed",
    "shown_address",
    "signed_headers",
    "telephone_number",
    "telling",
    "unsealed",
    "webhook_address",
]
