"""Whose an address is: compared label by label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.membership.policy import canonical_domain, domain_of, is_free_mail, is_within


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("example.org", "example.org"),
        (" @Example.ORG. ", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example", None),
        ("-a.example", None),
        ("a-.example", None),
        ("a..example", None),
        ("a b.example", None),
        ("https://example.org", None),
        (f"{'a' * 64}.example", None),
        ("", None),
    ],
)
def test_domain_is_read_in_the_one_form_in_which_it_is_compared(
    typed: str, name: str | None
) -> None:
    assert canonical_domain(typed) == name


@pytest.mark.parametrize(
    "address",
    [
        "a@notexample.org",
        "a@sub.example.org",
        "a@example.org.evil.test",
        "a@example.organic",
        "example.org",
        "@example.org",
    ],
)
def test_address_that_only_ends_or_begins_alike_is_outside(address: str) -> None:
    assert not is_within(address, ["example.org"])


def test_address_at_exactly_the_domain_is_within() -> None:
    assert is_within("A.B@EXAMPLE.org", ["other.test", "example.org"])


def test_free_mail_is_known_for_what_it_is() -> None:
    assert is_free_mail(domain_of("somebody@gmail.com"))
    assert not is_free_mail("example.org")


@pytest.mark.parametrize(
    "house",
    [
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
        *("yahoo.com", "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "mail.com"),
        *("proton.me", "protonmail.com", "pm.me", "tutanota.com", "fastmail.com", "hey.com"),
        *("gmx.com", "gmx.net", "mail.ru", "yandex.com", "qq.com", "163.com", "126.com"),
        *("zoho.com", "rediffmail.com", "comcast.net", "verizon.net", "duck.com"),
    ],
)
def test_house_that_gives_anybody_an_address_is_one_of_free_mail(house: str) -> None:
    assert is_free_mail(house)


def test_name_is_as_long_as_names_may_be() -> None:
    label = "a" * 63
    longest = f"{label}.{label}.{label}.{'a' * 61}"
    assert canonical_domain(longest) == longest
    assert canonical_domain(f"{longest}a") is None
    assert domain_of("no address") is None
    assert domain_of("a@b@example.org") == "example.org"


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_a_domain_or_none(typed: str) -> None:
    name = canonical_domain(typed)
    assert name is None or (name == name.lower() and name.isascii() and "." in name)
    assert name is None or canonical_domain(name) == name
