"""Mail headers, written by ourselves.

The standard library has turned encoded words in a subject into live header lines
(CVE-2024-6923) and taken one address for another (CVE-2023-27043). Here a value becomes one
clean line first, and leaves as ASCII in lines of at most 78 characters (RFC 5322).
"""

from __future__ import annotations

import base64
import re
import textwrap
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_VALUE = 1_000
"""The longest header value, in characters; what is beyond is cut off."""

_LINE = 76
_BYTES_PER_ENCODED_WORD = 30
"""Makes an encoded word of 52 characters, which fits on the line of any name."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,21}")
_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)(?=[^@]{1,64}@)"
    r"([A-Za-z0-9_'&+=*~^/#$-]+(?:\.[A-Za-z0-9_'&+=*~^/#$-]+)*)@"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}"
    r"[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+=-]{1,120}@[A-Za-z0-9.-]{1,120}>")
_LIST_ID = re.compile(r"[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60}){1,8}")
_UNSUBSCRIBE_URL = re.compile(r"https?://[!-;=?-~]{1,900}")


def clean_address(value: str) -> str:
    """Return `value` as one mail address, its domain in lower case.

    Exactly one `local@domain` is accepted: no display name, no quoting, no comment, no list.

    Raises:
        RuleBroken: it is not such an address.

    """
    match = _ADDRESS.fullmatch(value.strip(" "))
    if match is None:
        raise RuleBroken("Enter one e-mail address, such as name@example.org.")
    return f"{match[1]}@{match[2].lower()}"


def clean_header(value: str) -> str:
    """Return the text that a header made from `value` will show: one line, no encoded words."""
    line = clean_line(value).replace("=?", "= ?")
    return line if len(line) <= MAX_VALUE else line[: MAX_VALUE - 1].rstrip() + "…"


def header(name: str, value: str) -> bytes:
    """Return the header line (RFC 5322, encoded by RFC 2047 where needed) for free text."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a header")
    text = clean_header(value)
    width = _LINE - len(name)
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    if not text.isascii() or any(len(line) > width for line in lines):
        lines = _encoded_words(text)
    return _line(name, "\r\n ".join(lines))


def mailbox_header(name: str, display_name: str, address: str) -> bytes:
    """Return the header line for one mailbox with a display name, such as From.

    A display name stays short enough to be a single encoded word: programs disagree on
    whether there is a blank between two.
    """
    cut = clean_header(display_name).encode()[:_BYTES_PER_ENCODED_WORD]
    shown = cut.decode(errors="ignore").rstrip()
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    phrase = f'"{escaped}"' if shown.isascii() else _encoded_words(shown)[0]
    return _line(name, f"{phrase}\r\n <{clean_address(address)}>")


def address_header(name: str, address: str) -> bytes:
    """Return the header line for one bare address, such as To."""
    return _line(name, clean_address(address))


def ids_header(name: str, message_ids: Sequence[str]) -> bytes:
    """Return the header line for message identifiers in angle brackets, such as References."""
    return _line(name, "\r\n ".join(map(checked_message_id, message_ids)))


def list_id_header(list_id: str) -> bytes:
    """Return the List-Id header (RFC 2919) for an identifier such as `alerts.example.org`."""
    if not _LIST_ID.fullmatch(list_id):
        raise ValueError(f"{list_id!r} does not identify a mailing list")
    return _line("List-Id", f"<{list_id}>")


def unsubscribe_headers(url: str) -> bytes:
    """Return the two headers by which a mail program unsubscribes with one POST (RFC 8058)."""
    if not _UNSUBSCRIBE_URL.fullmatch(url):
        raise ValueError(f"{url!r} is not an address to unsubscribe at")
    return _line("List-Unsubscribe", f"<{url}>") + _line(
        "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    )


def checked_message_id(value: str) -> str:
    """Return `value`, an identifier in angle brackets, or raise ValueError if it is none."""
    if not _MESSAGE_ID.fullmatch(value):
        raise ValueError(f"{value!r} does not identify a message")
    return value


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("ascii")


def _encoded_words(text: str) -> list[str]:
    """Return `text` as encoded words that each hold whole characters (RFC 2047 section 5)."""
    chunks = [b""]
    for character in text:
        encoded = character.encode()
        if len(chunks[-1]) + len(encoded) > _BYTES_PER_ENCODED_WORD:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]
