"""A report as a document: what stands on its pages, made of an edition's safe HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import html

from osac_share.kernel.typesetting import typeset
from osac_share.reports.documents.series import edition_name, is_relayed, place_name
from osac_share.reports.documents.times_there import span_there, time_there, zone_of
from osac_share.reports.documents.titles_shown import kind_and_number, shown_title
from osac_share.reports.models import LIFTED, WITHDRAWN
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from osac_share.reports.models import Edition, Report

TEMPLATE = "reports/print.typ"
DEEPEST = 12
"""How deep blocks may stand in each other on paper; what is deeper is set as plain words."""

WIDEST = 12
"""How many columns a table may have on paper."""

INLINE = frozenset({"a", "em", "strong", "s", "code", "br", "span"})
_BLANKS = re.compile(r"\s+")

Node = str | dict[str, object]


@dataclass(frozen=True, slots=True)
class Print:
    """One print: for whom, where they are, when, and from where."""

    reader: str
    zone: str
    at: datetime
    site: str
    address: str
    check: str = ""
    """The code by which whoever holds the paper can ask whether it is genuine and current."""


def pdf_of(
    report: Report, edition: Edition, *, body: str, sight: str, is_current: bool, print_: Print
) -> bytes:
    """Return an edition as a PDF that bears its marking and its reader's name on each page.

    Args:
        report: whose edition it is.
        edition: what is printed.
        body: its sections as safe HTML.
        sight: who may see it, in words.
        is_current: whether it is what holds now.
        print_: for whom it is printed.

    Raises:
        RuleBroken: it is too long.
        CannotTypeset: no PDF can be made here and now.

    """
    words = {
        "title": shown_title(report, edition),
        "marking": taxonomy.marking(edition.marking).label,
        "exercise": report.is_exercise,
        "notice": _notice(report, is_current=is_current),
        "kind": kind_and_number(report, edition),
        "facts": [list(fact) for fact in _facts(report, edition) if fact[1]],
        "change": edition.change_note,
        "body": nodes_of(body, base=print_.address),
        "sight": sight,
        "source": edition.source_url or "",
        "files": [one.name for one in edition.attachments],
        "address": print_.address,
        "site": print_.site,
        "reader": print_.reader,
        "check": print_.check,
        "verify": urljoin(print_.address, "/verify"),
        "printed": time_there(print_.at, print_.zone),
    }
    return typeset(resource_dir("templates") / TEMPLATE, words, at=print_.at)


def nodes_of(body: str, *, base: str) -> list[Node]:
    """Return safe HTML as nested plain values: texts, and elements with what is in them.

    Headings never skip a level, tables are rectangles, links are absolute.
    """
    if not body.strip():
        return []
    root = html.fragment_fromstring(body, create_parent="div")
    return _Reading(base).children(root, 0)


class _Reading:
    """One pass through a text, which remembers how deep its last heading was."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.level = 1

    def children(self, element: html.HtmlElement, depth: int) -> list[Node]:
        found: list[Node] = [_spaced(element.text)] if element.text else []
        for child in element:
            if isinstance(child.tag, str):
                found.append(self.node(child, depth + 1))
            if child.tail:
                found.append(_spaced(child.tail))
        # Between blocks, line ends of the source are no words.
        blocks = any(isinstance(one, dict) and one["tag"] not in INLINE for one in found)
        return [one for one in found if one and not (blocks and one == " ")]

    def node(self, element: html.HtmlElement, depth: int) -> Node:
        tag = str(element.tag)
        if depth > DEEPEST:
            return _spaced(element.text_content())
        if tag == "table":
            return self.table(element, depth)
        if tag == "pre":
            return {"tag": "pre", "text": element.text_content()}
        node: dict[str, object] = {"tag": tag}
        if re.fullmatch("h[1-6]", tag):
            self.level = min(int(tag[1]), self.level + 1)
            node = {"tag": "heading", "level": self.level}
        elif tag == "a":
            node["to"] = urljoin(self.base, element.get("href", ""))
        elif tag == "ol":
            start = element.get("start", "1")
            node["start"] = int(start) if start.isdecimal() else 1
        node["inside"] = self.children(element, depth)
        return node

    def table(self, element: html.HtmlElement, depth: int) -> Node:
        rows = [
            [self.children(cell, depth + 2) for cell in row.iterfind("*")][:WIDEST]
            for row in element.iter("tr")
        ]
        width = max(map(len, rows), default=0)
        if not width:
            return _spaced(element.text_content())
        full = [[*row, *([[]] * (width - len(row)))] for row in rows]
        return {"tag": "table", "width": width, "head": full[0], "rows": full[1:]}


def _spaced(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _notice(report: Report, *, is_current: bool) -> str:
    if not is_current:
        return "This is an earlier edition. It does not say what holds now."
    if report.state == WITHDRAWN:
        return "This report was withdrawn. Do not rely on it."
    state = taxonomy.state(report.state)
    return f"{state.label}: this report has ended." if state.ended else ""


def _facts(report: Report, edition: Edition) -> Iterator[tuple[str, str]]:
    zone = zone_of(report, edition)
    yield (
        "Where",
        "; ".join(
            f"{place_name(one.country, one.place)}{' (lifted)' if one.status == LIFTED else ''}"
            for one in edition.places
        ),
    )
    yield "Severity", taxonomy.severity(edition.severity).label
    yield "Edition", edition_name(edition)
    since = edition.effective_at or edition.published_at
    yield "Since", time_there(since, zone) if since else ""
    yield "Expected", span_there(edition.event_from, edition.event_until, zone)
    yield "Keep away", span_there(edition.advised_from, edition.advised_until, zone)
    yield "Until", time_there(edition.expires_at, zone) if edition.expires_at else ""
    issuer = report.issuer or (report.council.name if report.council else "")
    yield ("Relayed from" if is_relayed(report) else "From"), issuer
    yield "Topics", ", ".join(taxonomy.topic(slug).label for slug in edition.topic_slugs)
