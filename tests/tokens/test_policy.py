from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.tokens.models import API, FEED, AccessToken
from osac_share.tokens.policy import (
    ALPHABET,
    BODY,
    completed,
    digest_of,
    has_ended,
    is_living,
    kind_of,
    may_do,
    network_of,
    tokens_in,
)

bodies = st.text(ALPHABET, min_size=BODY, max_size=BODY)


def test_a_token_says_what_it_is_and_holds_160_bits_and_more() -> None:
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY))
    for kind, prefix in ((FEED, "osacf_"), (API, "osaca_")):
        token = completed(kind, body)
        assert re.fullmatch(prefix + "[0-9A-Za-z]{36}", token)
        assert kind_of(token) == kind
    assert len(ALPHABET) ** BODY > 2**160


def test_the_checksum_is_that_of_scanners() -> None:
    # CRC-32 of the 36 characters before it, in base 62 with digits, capitals, small letters.
    assert completed(FEED, "0" * BODY) == f"osacf_{'0' * BODY}08Pa9l"


@given(bodies, st.integers(0, 41), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_known_without_the_database(
    body: str, place: int, character: str
) -> None:
    token = completed(API, body)
    mistyped = token[:place] + character + token[place + 1 :]
    assert (kind_of(mistyped) is not None) == (mistyped == token)


@given(st.text())
def test_nothing_else_is_taken_for_a_token(text: str) -> None:
    assert kind_of(text) is None
    assert tokens_in(text) == []


@given(bodies, bodies)
def test_tokens_are_found_in_the_text_around_them(one: str, other: str) -> None:
    first, second = completed(FEED, one), completed(API, other)
    text = f'url = "https://share.example.org/feeds/private/{first}.atom" # {second}\n{first}'
    assert tokens_in(text) == [first, second]
    assert tokens_in(f"{first}x") == []
    # One with another checksum was never ours, nor is what lacks our prefix.
    wrong = first[:-1] + ("a" if first[-1] != "a" else "b")
    assert tokens_in(wrong) == []
    assert kind_of(completed(FEED, f"{one}!")) is None


def test_the_kept_form_depends_on_the_key_of_the_installation() -> None:
    token = completed(FEED, "a" * BODY)
    assert re.fullmatch("[0-9a-f]{64}", digest_of("one key", token))
    assert digest_of("one key", token) != digest_of("another key", token)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_a_network_is_as_wide_as_a_site(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_scope_must_be_the_tokens_own() -> None:
    assert may_do(["reports:read"], "reports:read")
    assert may_do([], "")
    assert not may_do([], "reports:read")
    assert not may_do(["reports:read"], "reports:write")


AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_token_lives_until_it_is_revoked_or_runs_out() -> None:
    assert is_living(AccessToken(expires_at=AT + HOUR), AT) is True
    assert not is_living(AccessToken(expires_at=AT + HOUR), AT + HOUR)
    assert not is_living(AccessToken(expires_at=AT + HOUR, revoked_at=AT), AT)
    assert has_ended(None, AT, AT) is has_ended(AT, AT + HOUR, AT) is True
    assert not has_ended(None, AT + HOUR, AT)
