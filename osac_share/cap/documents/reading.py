"""What somebody brings to be checked: a CAP message, or an address; read without trust."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from osac_share.cap.documents.writing import CAP

MOST_TAGS = 20_000
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_PAGE = re.compile(r"/reports/([a-z0-9]{20})(?:/editions/(\d{1,9}))?/?")
_MESSAGE = re.compile(r"/cap/([a-z0-9]{20})(?:/(\d{1,9}))?\.xml")


class Address(NamedTuple):
    """What an address of ours names: a report, perhaps one edition of it, or a code to check."""

    report: str = ""
    number: int | None = None
    code: str = ""


def read_message(text: str) -> etree._Element | None:
    """Return a CAP message as a tree, or None if it is none.

    A document type is not read, so there are no entities but those of XML; nothing is fetched.
    """
    said = _DECLARATION.sub("", text, count=1).strip()
    if said.count("<") > MOST_TAGS or "<!DOCTYPE" in said:
        return None
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(said.encode(errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root if root.tag == f"{{{CAP}}}alert" else None


def identifier_of(root: etree._Element) -> str:
    """Return the name that a message gives itself."""
    return (root.findtext(f"{{{CAP}}}identifier") or "").strip()[:200]


def read_address(said: str, site: str) -> Address | None:
    """Return what an address names, or None if it is not one of `site`.

    Raises nothing: what cannot be read is no address of ours.
    """
    try:
        parts, ours = urlsplit(said.strip()), urlsplit(site)
        is_ours = (parts.hostname, parts.port, parts.username) == (ours.hostname, ours.port, None)
    except ValueError:
        return None
    if not is_ours or parts.scheme not in {"http", "https"}:
        return None
    if parts.path == "/verify":
        return Address(code=parse_qs(parts.query, max_num_fields=10).get("code", [""])[0])
    found = _PAGE.fullmatch(parts.path) or _MESSAGE.fullmatch(parts.path)
    if found is None:
        return Address()
    return Address(found[1], int(found[2]) if found[2] else None)
