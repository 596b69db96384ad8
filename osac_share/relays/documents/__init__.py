"""What sources say: feeds and CAP alerts read without trust, their HTML turned into Markdown."""

from osac_share.relays.documents.entries import Entry, Reading
from osac_share.relays.documents.proposals import Proposal, proposal_for
from osac_share.relays.documents.reading import read

__all__ = ["Entry", "Proposal", "Reading", "proposal_for", "read"]
