"""An edition on paper for those without a screen: a sheet of whom to call, and a page to fax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.delivery.policy import is_withheld
from osac_share.kernel.text import plain_text
from osac_share.kernel.typesetting import typeset
from osac_share.reports import documents
from osac_share.reports.documents.short_text import WHAT_TO_DO
from osac_share.settings import resource_dir
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.delivery.policy.telephoning import Household
    from osac_share.reports.documents.printing import Print
    from osac_share.reports.models import Edition, Report

CALLS, FAX = "delivery/calls.typ", "delivery/fax.typ"

ROOM = 1600
"""How many characters of a report go on one page by fax, in type that survives the line."""

SPOKEN = 600
"""How many characters a caller reads out: under a minute."""


def call_sheet(
    report: Report, edition: Edition, households: Sequence[Household], print_: Print
) -> bytes:
    """Return a PDF of whom to call, with what to say and boxes for what came of it.

    Args:
        report: what it is about.
        edition: the one that is told.
        households: who is called.
        print_: for whom it is printed, when, and the report's address.

    Raises:
        RuleBroken: it is too long.
        CannotTypeset: no PDF can be made here and now.

    """
    words = _common(report, edition, print_) | {
        "script": script(report, edition),
        "households": [
            {
                "name": one.name,
                "people": [
                    {
                        "name": callee.person.name,
                        "mail": callee.person.email,
                        "number": callee.number,
                        "is_done": callee.acknowledged_at is not None,
                    }
                    for callee in one.people
                ],
            }
            for one in households
        ],
    }
    return typeset(resource_dir("templates") / CALLS, words, at=print_.at)


def fax_sheet(report: Report, edition: Edition, print_: Print) -> bytes:
    """Return an edition as one page in black and white, to be sent by fax; see `call_sheet`."""
    zone = documents.zone_of(report, edition)
    published = edition.published_at or print_.at
    words = _common(report, edition, print_) | {
        "published": documents.time_there(published, zone),
        "until": documents.time_there(edition.expires_at, zone) if edition.expires_at else "",
        "parts": [] if is_withheld(edition.marking) else list(_parts(edition)),
        "withheld": is_withheld(edition.marking),
    }
    return typeset(resource_dir("templates") / FAX, words, at=print_.at)


def script(report: Report, edition: Edition) -> str:
    """Return what a caller reads out: what it is and where, and all there is to do, in order.

    Of what is withheld it is no more than that it waits. Long advice ends after `SPOKEN` letters:
    the rest is read on the site.
    """
    if is_withheld(edition.marking):
        return f"{_waiting(report)}."
    said = f"{documents.headline(report, edition)}."
    for line in () if edition.outcome in documents.ENDS else _advice(edition):
        if len(said) + len(line) > SPOKEN:
            break
        said += f" {line}"
    return said


def _advice(edition: Edition) -> Iterator[str]:
    bodies = (one["body"] for one in edition.sections if one["heading"] == WHAT_TO_DO)
    for line in plain_text("\n".join(bodies)).splitlines():
        if words := line.strip().removeprefix("- "):
            yield words if words.endswith((".", "!", "?")) else f"{words}."


def _waiting(report: Report) -> str:
    return documents.marked_drill(report, "A new report is waiting for you")


def _common(report: Report, edition: Edition, print_: Print) -> dict[str, object]:
    withheld = is_withheld(edition.marking)
    return {
        "marking": taxonomy.marking(edition.marking).label,
        "exercise": report.is_exercise,
        "title": _waiting(report) if withheld else documents.headline(report, edition),
        "from": report.council.name if report.council else print_.site,
        "site": print_.site,
        "address": print_.address,
        "reader": print_.reader,
        "printed": documents.time_there(print_.at, print_.zone),
    }


def _parts(edition: Edition) -> Iterator[dict[str, str]]:
    """Yield the sections, what to do first, as far as they fit on the page."""
    room = ROOM
    sections = [one for one in edition.sections if one["body"].strip()]
    for one in sorted(sections, key=lambda section: section["heading"] != WHAT_TO_DO):
        text = plain_text(one["body"])
        if len(text) > room:
            text = f"{text[:room].rpartition(' ')[0]} …"
        if room > 0:
            yield {"heading": one["heading"], "text": text}
        room -= len(text)
