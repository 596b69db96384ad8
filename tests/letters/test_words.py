"""What the letters about signing in say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.mail import opened
from osac_share.letters.messages import Writer
from osac_share.letters.models import Letter, Link
from osac_share.letters.policy import PATHS
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

OWN = {
    "address": ("email",),
    "address_changed": ("email", "changed"),
    "invitation": ("inviter", "name", "email"),
    "new_device": ("email", "browser", "network", "signed_in"),
    "passphrase_changed": ("email", "changed"),
    "reset": ("email",),
    "sessions_ended": ("ended", "reason"),
}
"""The words of the letters about signing in."""


@pytest.mark.parametrize("name", OWN)
def test_letter_begins_with_a_subject_and_says_what_to_do(at: datetime, name: str) -> None:
    settings = load_settings({"OSAC_SECRET_KEY": "a key of thirty-two characters or more"})
    link = Link(purpose=name, public_id="x", expires_at=at) if name in PATHS else None
    letter = Letter(
        purpose=name,
        public_id="x",
        address="dora@example.org",
        words={word: f"({word})" for word in OWN[name]},
        link=link,
        created_at=at,
    )
    mail = opened(Writer(settings).envelope(letter))
    body, separator, foot = mail.text.partition("\n-- \n")
    assert "OSAC Share" in mail.subject
    assert separator
    assert "security@example.org" in foot
    assert all(f"({word})" in body for word in OWN[name])
    assert ("2 Mar 2026, 09:30 UTC" in body) == (link is not None)
