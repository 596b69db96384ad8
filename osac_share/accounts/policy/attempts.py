"""How often something may be tried, by whom and from where. Pure.

A try counts against its account as seen from one network, against the account, against the
network and against all there is, and the first of them to be full makes it wait. A browser in
which the account's owner signed in before is counted by itself: nobody else, however often they
try, keeps the owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SIGN_IN = "sign_in"
CONFIRM = "confirm"
FACTOR = "factor"
RESET = "reset"
ADDRESS = "address"
LINK = "link"
SINGLE = "single"
FOUND = "found"
APPLY = "apply"
CODE = "code"
CODE_ENTERED = "code_entered"
SENDING = "sending"
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within such a time."""

    number: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted of the tries of one scope.

    Attributes:
        pair: of one account from one network.
        account: of one account from anywhere.
        network: of one network (an IPv4 address, an IPv6 /64), whatever the account.
        total: of everybody.
        device: of a browser that is the account's own, instead of the four before.

    """

    pair: Limit
    account: Limit
    network: Limit
    total: Limit
    device: Limit


_EVERYBODY = Limit(1000, 5 * MINUTE)

_LETTERS = Limits(
    pair=Limit(5, DAY),
    account=Limit(5, DAY),
    network=Limit(20, HOUR),
    total=_EVERYBODY,
    device=Limit(5, DAY),
)
"""What makes a letter: whoever is written to is written to five times a day at most."""

_MANY = Limit(30, 5 * MINUTE)
_LOOKS = Limits(pair=_MANY, account=_MANY, network=_MANY, total=_EVERYBODY, device=_MANY)
"""What nobody can guess, but somebody could make us look for again and again."""

_TESTS = Limits(
    pair=Limit(20, HOUR),
    account=Limit(20, HOUR),
    network=Limit(60, HOUR),
    total=_EVERYBODY,
    device=Limit(20, HOUR),
)
"""What makes us speak to a server that somebody named, while they wait."""

LIMITS = {
    SIGN_IN: Limits(
        pair=Limit(10, 5 * MINUTE),
        account=Limit(100, HOUR),
        network=Limit(10, 5 * MINUTE),
        total=_EVERYBODY,
        device=Limit(10, 5 * MINUTE),
    ),
    CONFIRM: Limits(
        pair=Limit(10, 5 * MINUTE),
        account=Limit(10, 5 * MINUTE),
        network=Limit(30, 5 * MINUTE),
        total=_EVERYBODY,
        device=Limit(10, 5 * MINUTE),
    ),
    FACTOR: Limits(
        pair=Limit(5, 5 * MINUTE),
        account=Limit(20, HOUR),
        network=Limit(10, 5 * MINUTE),
        total=_EVERYBODY,
        device=Limit(5, 5 * MINUTE),
    ),
    RESET: _LETTERS,
    ADDRESS: _LETTERS,
    LINK: _LOOKS,
    SINGLE: _LOOKS,
    FOUND: _LOOKS,
    CODE: _LETTERS,
    CODE_ENTERED: _LOOKS,
    SENDING: _TESTS,
    CHECK: Limits(
        pair=_MANY,
        account=_MANY,
        network=_MANY,
        total=Limit(20_000, 5 * MINUTE),
        device=_MANY,
    ),
    APPLY: Limits(
        pair=Limit(3, DAY),
        account=Limit(5, DAY),
        network=Limit(10, HOUR),
        total=Limit(300, HOUR),
        device=Limit(3, DAY),
    ),
}
"""Of each scope. Those of signing in and of checks are forgiven when they were right; of all others
each counts.

`CODE` counts by the telephone number or the address that a code goes to, whoever asks for it."""

KEPT = DAY
"""How long tries are kept: as long as the longest limit looks back."""


def network_of(address: str) -> str:
    """Return the network that a client's address belongs to, as it is counted.

    A household or a server has a /64 of IPv6 to choose from, and one address of IPv4, however
    that is written.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
