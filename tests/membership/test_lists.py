"""Lists of people as they are pasted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.membership.policy import Invitee, is_address, read_invitees

ADA = Invitee("Ada Example", "ada@example.org")


@pytest.mark.parametrize(
    "line",
    [
        "Ada Example <ada@example.org>",
        '"Ada Example" <ADA@example.org>',
        "Ada Example, ada@example.org",
        "Ada Example; ada@example.org",
        "Ada Example\tada@example.org",
        "Ada Example ada@example.org",
        "  Ada   Example  < ada@example.org >  ",
    ],
)
def test_line_names_somebody(line: str) -> None:
    assert read_invitees(line) == ((ADA,), ())


def test_each_address_counts_once() -> None:
    found, unread = read_invitees("Ada Example <ada@example.org>\n\nAda <ada@EXAMPLE.org>")
    assert (found, unread) == ((ADA,), ())


@pytest.mark.parametrize(
    "line", ["Ada", "<ada@example.org>", "Ada <ada@>", "Ada <a b@example.org>"]
)
def test_line_that_names_nobody_is_given_back(line: str) -> None:
    assert read_invitees(line) == ((), (line,))


@pytest.mark.parametrize(
    "text", ["a@b@example.org", "a@example", "a\n@example.org", "a,b@example.org", "@example.org"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)


@given(st.text(max_size=300))
def test_any_text_can_be_pasted(text: str) -> None:
    found, _ = read_invitees(text)
    assert all(is_address(one.email) and one.name for one in found)
