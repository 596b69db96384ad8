"""Lists of people as they are pasted: one a line, a name and an address. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from osac_share.accounts.policy import canonical_email
from osac_share.kernel.text import clean_line
from osac_share.membership.policy.domains import domain_of

MOST_AT_ONCE: Final = 20
"""More invitations than these within a day need a second person."""

MOST_LINES: Final = 500
LONGEST_NAME: Final = 120
LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to be invited."""

    name: str
    email: str


def read_invitees(text: str) -> tuple[tuple[Invitee, ...], tuple[str, ...]]:
    """Return who is named in a pasted list, each address once, and the lines that name nobody.

    A line reads `Ada Example <ada@example.org>`; a comma, a semicolon or a tab between the
    two does as well.
    """
    found: dict[str, Invitee] = {}
    unread: list[str] = []
    lines = [line for line in map(clean_line, text.splitlines()) if line]
    for line in lines[:MOST_LINES]:
        invitee = _invitee(line)
        if invitee is None:
            unread.append(line)
        else:
            found.setdefault(invitee.email, invitee)
    return tuple(found.values()), (*unread, *lines[MOST_LINES:])


def _invitee(line: str) -> Invitee | None:
    for mark in "<,;\t":
        name, found, address = line.rpartition(mark)
        if found:
            return _checked(name.strip(' ",;'), address.strip(" >"))
    name, _, address = line.rpartition(" ")
    return _checked(name.strip(), address)


def _checked(name: str, address: str) -> Invitee | None:
    if not is_address(address) or not 0 < len(name) <= LONGEST_NAME:
        return None
    return Invitee(name, canonical_email(address))


def is_address(text: str) -> bool:
    """Tell whether this can be a mail address: one name, one domain, nothing between."""
    local = text.rpartition("@")[0]
    printable = text.isprintable() and not any(mark in text for mark in ' ,;:<>()[]"\\')
    return (
        len(text) <= LONGEST_ADDRESS
        and printable
        and bool(local)
        and "@" not in local
        and domain_of(text) is not None
    )
