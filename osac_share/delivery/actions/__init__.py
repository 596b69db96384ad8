"""Matching, claiming and sending. None of these commits."""

from __future__ import annotations

from osac_share.delivery.actions.calling import (
    call_about_expiry,
    call_about_overdue_look,
    call_authors,
    call_for_second_look,
    call_reviewers,
)
from osac_share.delivery.actions.claiming import claim, kept, take_back
from osac_share.delivery.actions.digest_mail import send_digests
from osac_share.delivery.actions.digests import make_digests, roll_up_bursts, roll_up_overflows
from osac_share.delivery.actions.matching import match
from osac_share.delivery.actions.sending import address, record, send
from osac_share.delivery.actions.watching import tell_watch, watch

__all__ = [
    "address",
    "call_about_expiry",
    "call_about_overdue_look",
    "call_authors",
    "call_for_second_look",
    "call_reviewers",
    "claim",
    "kept",
    "make_digests",
    "match",
    "record",
    "roll_up_bursts",
    "roll_up_overflows",
    "send",
    "send_digests",
    "take_back",
    "tell_watch",
    "watch",
]
