"""HTML of others as Markdown, word for word.

Nothing of the HTML itself survives: known elements become Markdown, all others leave their
words. What comes out is rendered like everything that people write here, by `kernel.text`.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from osac_share.kernel.text import clean_markdown, safe_link
from osac_share.relays.documents.escaping import BREAK, bare, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SOURCE = 400_000
"""In characters of HTML; no notice of an embassy comes near it."""

DROPPED = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math"}
    | {"head", "title", "select", "button", "audio", "video", "canvas"}
)
STRONG = frozenset({"b", "strong"})
EMPHASIS = frozenset({"i", "em", "cite"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
HEADINGS = {"h1": 3, "h2": 3, "h3": 4, "h4": 5, "h5": 6, "h6": 6}
"""What a heading becomes: below the headings of sections, which are of the second level."""

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav"}
    | {"p", "pre", "section", "table", "tbody", "td", "th", "thead", "tr", "caption"}
    | LISTS
    | set(HEADINGS)
)
_TAG = re.compile(r"<[A-Za-z/!]")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")


def markdown_of(source: str, base: str) -> str:
    """Return what a feed says, HTML or plain text, as clean Markdown.

    Args:
        source: the text, its XML already undone.
        base: the page that it comes from, for relative links.

    """
    if _TAG.search(source) is None:
        return markdown_of_plain(html.unescape(source))
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    return clean_markdown("\n\n".join(_Page(base).blocks(root)))


def markdown_of_plain(text: str) -> str:
    """Return plain text as Markdown that reads the same, line for line."""
    paragraphs = _PARAGRAPH_END.split(text.replace("\r\n", "\n"))
    parts = (line_of(bare(one.strip()).replace("\n", BREAK)) for one in paragraphs)
    return clean_markdown("\n\n".join(part for part in parts if part))


class _Page:
    """Writes down the blocks of a page; links are resolved against where it comes from."""

    def __init__(self, base: str) -> None:
        self._base = base

    def blocks(self, element: etree._Element) -> list[str]:
        """Return the blocks within an element; words between them are blocks, too."""
        found: list[str] = []
        run = [bare(element.text)]
        for child in element:
            if _is_block(child):
                found += [line for line in [line_of("".join(run))] if line]
                found += self._block(child)
                run = []
            else:
                run.append(self._inline(child))
            run.append(bare(child.tail))
        return [*found, *(line for line in [line_of("".join(run))] if line)]

    def _block(self, element: etree._Element) -> list[str]:
        tag = str(element.tag)
        if tag in HEADINGS:
            words = line_of(self._words(element)).replace("  \n", " ")
            return [f"{'#' * HEADINGS[tag]} {words}"] if words else []
        if tag in LISTS:
            return self._list(element, ordered=tag == "ol")
        if tag == "pre":
            # Line for line, but not as code: embassies set addresses so.
            return [line_of(bare("".join(element.itertext()).strip("\n")).replace("\n", BREAK))]
        if tag == "blockquote":
            quoted = "\n\n".join(self.blocks(element))
            return ["\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))]
        if tag == "table":
            return self._table(element)
        return ["---"] if tag == "hr" else self.blocks(element)

    def _list(self, element: etree._Element, *, ordered: bool) -> list[str]:
        items = []
        for number, child in enumerate(element, 1):
            marker = f"{number}. " if ordered else "- "
            inner = "\n\n".join(self.blocks(child) if _is_shown(child) else [])
            if inner:
                items.append(marker + inner.replace("\n", "\n" + " " * len(marker)))
        return ["\n".join(items)] if items else []

    def _table(self, element: etree._Element) -> list[str]:
        rows = [
            [_in_one_line(self.blocks(cell)) for cell in row if cell.tag in {"td", "th"}]
            for row in element.iter("tr")
        ]
        width = max(map(len, rows), default=0)
        is_layout = width <= 1 or next(element.iterdescendants("table"), None) is not None
        if is_layout:
            return [block for child in element for block in self.blocks(child) if _is_shown(child)]
        filled = [[*row, *[""] * (width - len(row))] for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in filled]
        return ["\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])]

    def _words(self, element: etree._Element, *, within: str = "") -> str:
        """Return the words of an element and of all in it, marked up but not yet a line."""
        parts = [bare(element.text)]
        for child in element:
            parts += [self._inline(child, within=within), bare(child.tail)]
        return "".join(parts)

    def _inline(self, element: etree._Element, *, within: str = "") -> str:
        tag = element.tag
        if not isinstance(tag, str) or tag in DROPPED:
            return ""
        if tag == "br":
            return BREAK
        if tag == "img":
            return bare(element.get("alt"))
        if tag == "a" and element.get("href"):
            return self._link(element, within)
        sign = "**" if tag in STRONG else "*" if tag in EMPHASIS else ""
        if not sign or sign in within.split():
            return self._words(element, within=within)
        return _wrapped(self._words(element, within=f"{within} {sign}"), sign, sign)

    def _link(self, element: etree._Element, within: str) -> str:
        address = safe_link(element.get("href") or "", self._base or None)
        words = self._words(element, within=within)
        if address is None:
            return words
        target = address.replace("(", "%28").replace(")", "%29")
        return _wrapped(words.replace(BREAK, " "), "[", f"]({target})")


def _wrapped(words: str, before: str, after: str) -> str:
    """Return words between two signs, the blanks around them left outside."""
    inner = words.strip(f" \t\n{BREAK}")
    if not inner:
        return words
    lead, _, trail = words.partition(inner)
    return f"{lead}{before}{inner}{after}{trail}"


def _in_one_line(blocks: list[str]) -> str:
    return " ".join(" ".join(blocks).split())


def _is_shown(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag not in DROPPED


def _is_block(element: etree._Element) -> bool:
    """Tell whether an element stands by itself, or is a span around something that does."""
    if not _is_shown(element):
        return False
    return element.tag in BLOCKS or next(_blocks_in(element), None) is not None


def _blocks_in(element: etree._Element) -> Iterator[etree._Element]:
    return element.iterdescendants(*sorted(BLOCKS))
