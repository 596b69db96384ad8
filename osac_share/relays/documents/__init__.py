"""What sources say: feeds and CAP alerts read without trust, their HTML turned into Markdown."""

from osac_share.relays.documents.entries import Entry, Linked, Reading
from osac_share.relays.documents.proposals import Proposal, proposal_for
from osac_share.relays.documents.reading import read, read_message

__all__ = ["Entry", "Linked", "Proposal", "Reading", "proposal_for", "read", "read_message"]
