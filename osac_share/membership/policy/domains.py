"""Mail domains: whose an address is, compared label by label and never by how it ends. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 253
LONGEST_LABEL: Final = 63
FEWEST_LABELS: Final = 2

FREE_MAIL: Final = frozenset(
    {"aol.com", "comcast.net", "duck.com", "fastmail.com", "gmail.com", "gmx.com", "gmx.net"}
    | {"googlemail.com", "hey.com", "hotmail.com", "icloud.com", "live.com", "mac.com", "mail.com"}
    | {"mail.ru", "me.com", "msn.com", "outlook.com", "pm.me", "proton.me", "protonmail.com"}
    | {"qq.com", "rediffmail.com", "tutanota.com", "verizon.net", "yahoo.com", "yandex.com"}
    | {"ymail.com", "zoho.com", "163.com", "126.com"}
)
"""Where anybody gets an address: it says nothing about whom its holder works for."""


def canonical_domain(text: str) -> str | None:
    """Return a domain name as it is compared (RFC 5890: in ASCII, lower case), or None.

    "@Example.org." and "example.org" are the same; what is no domain name gives None.
    """
    name = text.strip().removeprefix("@").removesuffix(".")
    try:
        ascii_name = name.encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = ascii_name.split(".")
    is_one = len(ascii_name) <= LONGEST and len(labels) >= FEWEST_LABELS
    return ascii_name if is_one and all(map(_is_label, labels)) else None


def _is_label(label: str) -> bool:
    inner = label.replace("-", "")
    fits = 0 < len(label) <= LONGEST_LABEL and not label.startswith("-") and label[-1] != "-"
    return fits and inner.isascii() and inner.isalnum()


def domain_of(email: str) -> str | None:
    """Return the domain of a mail address, or None where it has none."""
    name, at_sign, domain = email.rpartition("@")
    return canonical_domain(domain) if name and at_sign else None


def is_within(email: str, domains: Iterable[str]) -> bool:
    """Tell whether an address belongs to one of these domains: to it exactly, not below it."""
    return domain_of(email) in frozenset(domains)


def is_free_mail(domain: str | None) -> bool:
    """Tell whether anybody can have an address at this domain."""
    return domain in FREE_MAIL
