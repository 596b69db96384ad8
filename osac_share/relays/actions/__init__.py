"""What can be done with sources and with what came from them. None of it but the poll commits."""

from osac_share.relays.actions.deciding import Choice, set_aside, take
from osac_share.relays.actions.polling import poll_due
from osac_share.relays.actions.sources import add_source, check_now, pause, resume

__all__ = [
    "Choice",
    "add_source",
    "check_now",
    "pause",
    "poll_due",
    "resume",
    "set_aside",
    "take",
]
