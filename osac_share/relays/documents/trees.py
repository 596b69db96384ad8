"""XML from strangers: decoded, mended where that is safe, and read without its dangers.

No document type, so no entities of its own; nothing is fetched; the parser's own limits of
depth and size stay in force. Many real feeds are not well-formed. They are mended where it is
clear what was meant, and otherwise read as far as they can be.
"""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from osac_share.kernel.errors import RuleBroken

MOST_TAGS = 300_000
"""Tags and what looks like one; a tree of more of them would fill the memory."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,150}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_UNUSABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


class Tree(NamedTuple):
    """A document: its root, and whether it is not well-formed or ends too early."""

    root: etree._Element
    is_broken: bool = False
    is_cut_off: bool = False


def tree_of(body: bytes, charset: str | None) -> Tree:
    """Return a document as a tree.

    Args:
        body: its bytes.
        charset: how they are encoded, as the server says.

    Raises:
        RuleBroken: it is no XML at all, or has a document type.

    """
    text = _UNUSABLE.sub("", _decoded(body, charset)).strip()
    text = _DECLARATION.sub("", text, count=1)
    root = _ROOT.search(text)
    if root is None:
        raise RuleBroken("There is no XML at this address.")
    if "<!" in text[: root.start()].replace("<!--", ""):
        raise RuleBroken("It has a document type (DTD), which is not read.")
    if text.count("<") > MOST_TAGS:
        raise RuleBroken("It has more parts than any real feed.")
    mended = _NAMED.sub(_character, text[root.start() :])
    found = _parsed(mended, recover=False)
    if found is not None:
        return Tree(found)
    found = _parsed(mended, recover=True)
    if found is None:
        raise RuleBroken("There is no XML at this address.")
    return Tree(found, is_broken=True, is_cut_off=f"</{root[1]}" not in mended[-200:])


def _decoded(body: bytes, charset: str | None) -> str:
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _DECLARED.search(body[:400])
    # What the bytes are comes before what is said of them: UTF-8 is hard to hit by chance.
    for said in ("utf-8", declared and declared[1].decode("ascii"), charset):
        try:
            if said:
                return body.decode(said)
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1252", "replace")


def _character(entity: re.Match[str]) -> str:
    # Entities of HTML, which XML does not know without a document type.
    return entity[0] if entity[1] in _OF_XML else html5.get(entity[1], entity[0])


def _parsed(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return None


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    # Of a document that is not well-formed, a prefix may be left that nobody explained.
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the children of these names, whatever their namespace."""
    return [child for child in element if local(child) in names]


def words(element: etree._Element, *names: str) -> str:
    """Return the text of the first child that has one of these names and a text."""
    for name in names:
        for child in children(element, name):
            if said := "".join(child.itertext()).strip():
                return said
    return ""
