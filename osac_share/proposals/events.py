"""What can happen to a proposal that others must hear of."""

from __future__ import annotations

from dataclasses import dataclass

from osac_share.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class ProposalMade(Event):
    """Something waits for a second person: ask those who may be it."""

    proposal_id: int
