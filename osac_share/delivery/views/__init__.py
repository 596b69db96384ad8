"""The pages of delivery: stopping mail, seeing what goes out, and the demonstration's mail box."""

from osac_share.delivery.views import (
    acknowledging,
    mailboxes,
    outbox,
    previews,
    reach,
    sent,
    telephoning,
    unsubscribing,
    why,
)
from osac_share.delivery.views.blueprint import blueprint
from osac_share.delivery.views.unsubscribing import one_click

__all__ = [
    "acknowledging",
    "blueprint",
    "mailboxes",
    "one_click",
    "outbox",
    "previews",
    "reach",
    "sent",
    "telephoning",
    "unsubscribing",
    "why",
]
