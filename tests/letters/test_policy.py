"""Links that open once and for a time, and how often a letter is tried. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from osac_share.letters import policy
from osac_share.letters.models import Link

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "a key of the installation"


def link(**facts: datetime) -> Link:
    return Link(purpose="reset", public_id="abc", **({"expires_at": AT + HOUR} | facts))


def test_link_opens_until_it_is_used_ended_or_too_old() -> None:
    assert policy.is_living(link(), AT)
    assert not policy.is_living(link(), AT + HOUR)
    assert not policy.is_living(link(used_at=AT), AT)
    assert not policy.is_living(link(ended_at=AT), AT)


def test_token_names_its_link_for_its_own_purpose_and_under_its_own_key() -> None:
    token = policy.link_token(SECRET, link())
    assert policy.link_named_by(SECRET, token, "reset") == "abc"
    assert policy.link_named_by(SECRET, token, "invitation") is None
    assert policy.link_named_by("another key", token, "reset") is None
    assert policy.link_named_by(SECRET, "abc.", "reset") is None
    assert policy.link_named_by(SECRET, f"abd{token[3:]}", "reset") is None
    assert policy.link_named_by(SECRET, "\ud800.\ud800", "reset") is None


def test_link_leads_to_the_page_of_its_purpose() -> None:
    url = policy.link_url(SECRET, "https://share.example.org", link())
    assert url == f"https://share.example.org/reset/{policy.link_token(SECRET, link())}"


def test_letter_has_one_message_id() -> None:
    name = policy.message_id(SECRET, "share.example.org", "abc")
    assert name == policy.message_id(SECRET, "share.example.org", "abc")
    assert name.endswith("@share.example.org>")
    assert len({name, policy.message_id(SECRET, "share.example.org", "abd")}) == 2


def test_moment_is_written_out_in_utc() -> None:
    nairobi = timezone(timedelta(hours=3))
    assert policy.written_out(AT.astimezone(nairobi)) == "2 Mar 2026, 09:30 UTC"
