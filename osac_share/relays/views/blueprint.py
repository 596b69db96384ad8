"""The blueprint that all views of relays belong to."""

from __future__ import annotations

from flask import Blueprint

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotAllowed
from osac_share.relays import policy

blueprint = Blueprint("relays", __name__)

READERS = "relays.policy.may_relay_for, in the query"


def require_reader() -> None:
    """Refuse those who relay for nobody.

    Raises:
        NotAllowed: with the words that they are told.

    """
    if not policy.may_relay(current_actor().standing):
        raise NotAllowed("This is for the chairs and secretaries of councils.")
