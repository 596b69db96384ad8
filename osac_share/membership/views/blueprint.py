"""The blueprint that all views of membership belong to, and who comes to which of them."""

from __future__ import annotations

from flask import Blueprint

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotAllowed
from osac_share.membership.policy import may_vet

blueprint = Blueprint("membership", __name__)

STAFF = "membership.policy.may_vet"
OWN = "the point of contact of the organization, in the query"
INVITED = "the person invited, in the query"


def require_staff() -> None:
    """Let only the program's administrators pass.

    Raises:
        NotAllowed: this is somebody else.

    """
    if not may_vet(current_actor().standing):
        raise NotAllowed("This is for the program's administrators.")
