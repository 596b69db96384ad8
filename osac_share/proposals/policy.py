"""What every proposal keeps to, whatever is proposed. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from osac_share.proposals.models import OPEN

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.proposals.models import Proposal

LASTS = timedelta(hours=72)
"""How long a proposal waits; somebody who was asked three days ago decides about other facts."""


class Party(Protocol):
    """Somebody who proposes or decides: an actor, as far as proposals need to know."""

    @property
    def id(self) -> int | None:
        """Return the person's id, None for a stranger."""

    @property
    def name_in_record(self) -> tuple[int | None, str]:
        """Return the id and name that the record keeps."""


def is_open(proposal: Proposal, at: datetime) -> bool:
    """Tell whether a proposal can still be decided about at `at`."""
    return proposal.state == OPEN and at < proposal.expires_at


def is_own(proposal: Proposal, person_id: int | None) -> bool:
    """Tell whether this person made the proposal: nobody is the second of themselves."""
    return person_id is not None and person_id == proposal.proposed_by
