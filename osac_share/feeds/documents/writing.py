"""How text, addresses and moments are written down, so that no parser ever stumbles."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urljoin

import nh3

_UNPRINTABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
_ADDRESS_ATTRIBUTES = frozenset({"href", "src", "cite"})


def printable(text: str) -> str:
    """Return `text` without the characters that XML 1.0 forbids or discourages.

    Pasted control characters and halves of surrogate pairs are the usual reason why a feed
    cannot be parsed; no escape makes them legal, so they go. Line ends become single line
    feeds, which is what an XML parser would make of them.
    """
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Return `text` as XML character data, fit for elements and for quoted attributes.

    References are hexadecimal, the one form that the RSS profile found to be read rightly
    by every reader.
    """
    return (
        printable(text)
        .replace("&", "&#x26;")
        .replace("<", "&#x3C;")
        .replace(">", "&#x3E;")
        .replace('"', "&#x22;")
    )


def absolute(html: str, base: str) -> str:
    """Return safe HTML whose every address is absolute, resolved against `base`.

    A reader shows the text far from our pages, and under its own policy: the fragment is
    therefore sanitized once more on its way out.
    """

    def resolved(_tag: str, attribute: str, value: str) -> str | None:
        if attribute not in _ADDRESS_ATTRIBUTES:
            return value
        try:
            return urljoin(base, value)
        except ValueError:
            return None

    return nh3.clean(printable(html), attribute_filter=resolved)


def rfc_3339(moment: datetime) -> str:
    """Return an aware `moment` in UTC to the second, as Atom and JSON Feed write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc_822(moment: datetime) -> str:
    """Return an aware `moment` in GMT with a four-digit year, as RSS and HTTP write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
