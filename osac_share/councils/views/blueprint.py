"""The blueprint that all views of councils belong to, and who may come."""

from __future__ import annotations

from flask import Blueprint

from osac_share.councils import policy
from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotAllowed

blueprint = Blueprint("councils", __name__)

RUNNERS = "councils.policy.may_run_councils"


def require_runner() -> None:
    """Refuse everybody but administrators.

    Raises:
        NotAllowed: with the words that they are told.

    """
    if not policy.may_run_councils(current_actor().standing):
        raise NotAllowed("This is for the program's administrators.")
