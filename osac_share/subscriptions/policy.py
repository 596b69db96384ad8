"""The order of severities, and who may subscribe. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.policy import MEMBERS

if TYPE_CHECKING:
    from osac_share.councils.policy import Actor

ANY = "*"
"""The wildcard in a term: any country, or any topic."""

SEVERITY_RANK = {"routine": 1, "security": 2, "emergency": 3}


def may_subscribe(actor: Actor) -> bool:
    """Tell whether this person may subscribe: members in good standing may."""
    return MEMBERS in actor.clearance
