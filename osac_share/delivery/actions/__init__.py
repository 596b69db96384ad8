"""Matching, claiming and sending. None of these commits."""

from __future__ import annotations

from osac_share.delivery.actions.calling import (
    call_about_expiry,
    call_about_overdue_look,
    call_authors,
    call_for_second_look,
    call_reviewers,
)
from osac_share.delivery.actions.claiming import Claim, claim, renew, take_back
from osac_share.delivery.actions.matching import MAIL, match
from osac_share.delivery.actions.sending import Batch, Outcome, address, record, send

__all__ = [
    "MAIL",
    "Batch",
    "Claim",
    "Outcome",
    "address",
    "call_about_expiry",
    "call_about_overdue_look",
    "call_authors",
    "call_for_second_look",
    "call_reviewers",
    "claim",
    "match",
    "record",
    "renew",
    "send",
    "take_back",
]
