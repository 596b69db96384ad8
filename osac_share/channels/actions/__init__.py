"""What can be done with endpoints. None of these commits."""

from osac_share.channels.actions.keeping import (
    Wanted,
    add,
    change,
    end,
    opened,
    renew_code,
    renew_secret,
    verify,
)
from osac_share.channels.actions.noting import note_answer

__all__ = [
    "Wanted",
    "add",
    "change",
    "end",
    "note_answer",
    "opened",
    "renew_code",
    "renew_secret",
    "verify",
]
