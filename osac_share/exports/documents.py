"""A list of reports as CSV, as JSON, and as a brief on paper. The marking goes with each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osac_share.councils.policy import MARKINGS
from osac_share.kernel.text.tables import csv_line
from osac_share.kernel.typesetting import typeset
from osac_share.reports.documents import (
    end_notice,
    kind_and_number,
    place_name,
    shown_title,
    time_there,
)
from osac_share.reports.documents.as_json import moment_json, report_json
from osac_share.reports.models import LIFTED, WITHDRAWN
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from osac_share.reports.models import Edition, Report

TEMPLATE = "exports/brief.typ"

HEADINGS = (
    *("Id", "Title", "Kind", "State", "Severity", "Marking", "Where", "Topics", "Council"),
    *("Issuer", "Published (UTC)", "Changed (UTC)", "Expires (UTC)", "Edition", "Summary"),
    "Address",
)


@dataclass(frozen=True, slots=True)
class Export:
    """A list that somebody takes along.

    Attributes:
        what: what is listed, in words.
        rows: the reports, with the editions that are listed.
        total: how many there are in all.
        left_out: how many of them are for the eyes of those they name, and not in it.
        site: the site's name.
        url: its own address.
        reader: who takes it.
        zone: the IANA zone in which they are.
        at: when.

    """

    what: str
    rows: Sequence[tuple[Report, Edition]]
    total: int
    left_out: int
    site: str
    url: str
    reader: str
    zone: str
    at: datetime

    @property
    def marking(self) -> str:
        """Return the strictest marking of what is in it."""
        return max((edition.marking for _report, edition in self.rows), default="CLEAR", key=_rank)

    @property
    def name(self) -> str:
        """Return what its file is called, without an ending: the marking first."""
        marking = self.marking.replace("_", "-")
        return f"TLP-{marking}_reports_{self.at:%Y-%m-%d_%H%M}"


def csv_of(export: Export) -> bytes:
    """Return a list as CSV (RFC 4180), for people and their spreadsheets.

    It begins with the mark by which Excel knows that it is UTF-8. No cell is ever computed.
    """
    lines = [csv_line(HEADINGS), *(csv_line(_cells(*row, export.url)) for row in export.rows)]
    return "".join(lines).encode("utf-8-sig")


def json_of(export: Export) -> bytes:
    """Return a list as JSON, each report as the API has it."""
    said: dict[str, Any] = {
        "what": export.what,
        "marking": taxonomy.marking(export.marking).label,
        "taken_by": export.reader,
        "taken_at": moment_json(export.at),
        "total": export.total,
        "left_out": export.left_out,
        "reports": [_without_words(report_json(*row, export.url), *row) for row in export.rows],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode(errors="replace")


def brief_of(export: Export) -> bytes:
    """Return a list as a PDF that bears its marking and its reader's name on each page.

    Raises:
        RuleBroken: it is too long.
        CannotTypeset: no PDF can be made here and now.

    """
    marking = taxonomy.marking(export.marking)
    words = {
        "title": f"{export.site}: brief",
        "what": export.what,
        "marking": marking.label,
        "meaning": marking.meaning,
        "exercise": any(report.is_exercise for report, _edition in export.rows),
        "counted": counted(export),
        "items": [_item(*row, export) for row in export.rows],
        "site": export.site,
        "reader": export.reader,
        "printed": time_there(export.at, export.zone),
    }
    return typeset(resource_dir("templates") / TEMPLATE, words, at=export.at)


def counted(export: Export) -> str:
    """Return how many reports are in a list, and what is not."""
    given = len(export.rows)
    said = f"{given} of {export.total} reports." if given < export.total else f"{given} reports."
    if export.left_out:
        said += f" {export.left_out} more, marked TLP:RED, must be read on the site."
    return said


def _rank(marking: str) -> int:
    return MARKINGS.index(marking)


def _cells(report: Report, edition: Edition, url: str) -> Iterator[object]:
    yield report.public_id
    yield shown_title(report, edition)
    yield taxonomy.kind(report.kind).label
    yield taxonomy.state(report.state).label
    yield taxonomy.severity(edition.severity).label
    yield taxonomy.marking(edition.marking).label
    yield "; ".join(_places(edition))
    yield "; ".join(taxonomy.topic(slug).label for slug in edition.topic_slugs)
    yield report.council.name if report.council is not None else ""
    yield report.issuer
    for at in (report.published_at, report.changed_at, edition.expires_at):
        yield moment_json(at) or ""
    yield edition.number
    yield _summary(report, edition)
    yield f"{url}/reports/{report.public_id}"


def _item(report: Report, edition: Edition, export: Export) -> dict[str, object]:
    published = report.published_at or report.changed_at
    council = report.council.name if report.council is not None else ""
    facts = (
        ("Where", "; ".join(_places(edition))),
        ("Severity", taxonomy.severity(edition.severity).label),
        ("From", report.issuer or council),
        ("Published", time_there(published, export.zone)),
        ("Until", time_there(edition.expires_at, export.zone) if edition.expires_at else ""),
    )
    return {
        "title": shown_title(report, edition),
        "kind": kind_and_number(report, edition),
        "marking": taxonomy.marking(edition.marking).label,
        "notice": end_notice(report, edition),
        "facts": [list(fact) for fact in facts if fact[1]],
        "summary": _summary(report, edition),
        "address": f"{export.url}/reports/{report.public_id}",
    }


def _places(edition: Edition) -> Iterator[str]:
    for one in edition.places:
        yield f"{place_name(one.country, one.place)}{' (lifted)' if one.status == LIFTED else ''}"


def _summary(report: Report, edition: Edition) -> str:
    return "" if report.state == WITHDRAWN else edition.summary


def _without_words(said: dict[str, Any], report: Report, edition: Edition) -> dict[str, Any]:
    return said | {"summary": _summary(report, edition)}
