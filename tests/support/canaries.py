"""Reports that carry, in each of their fields, words that occur nowhere else."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.kernel.files import Folder, receive
from osac_share.reports import actions as reports
from osac_share.reports.policy import audience_of
from tests.support.factories import Words, make_draft, make_report, make_update, sections_saying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast

FIELDS = ("title", "summary", "first", "last", "place", "note", "source", "file")
FILE = "Plan.txt"
"""What every report's file is called; its words are the report's own."""

COMMON = "marching"
"""A word of every report."""


@dataclass(frozen=True)
class Planted:
    """An edition and the mark that all words of its own begin with."""

    mark: str
    report: Report
    edition: Edition
    audience: frozenset[str]


def canary(mark: str, field: str) -> str:
    """Return the word of an edition's own that stands in one of its fields."""
    return f"zq{mark}{field}zq"


def words_marked(mark: str, marking: str, addressees: tuple[str, ...] = ()) -> Words:
    """Return the words of an edition, its canaries among them."""
    sections = sections_saying(COMMON)
    sections[0]["body"] += f" {canary(mark, 'first')}"
    sections[-1]["body"] += f" {canary(mark, 'last')}"
    return Words(
        title=f"Title {COMMON} {canary(mark, 'title')}",
        summary=f"Summary {canary(mark, 'summary')}",
        sections=sections,
        marking=marking,
        addressees=addressees,
        places=[("KE", f"Place {canary(mark, 'place')}")],
        topics=["civil-unrest"],
    )


def plant(session: Session, cast: Cast, settings: Settings, at: datetime) -> Iterator[Planted]:
    """Yield editions of every marking and state, each with words and a file of its own."""
    amara, chidi = cast.actors["amara"], cast.actors["chidi"]
    to_dora, to_ben = (f"person:{person.id}" for person in (cast.dora, cast.ben))
    for mark, council, chair, marking, addressees in (
        ("clear", cast.kenya, amara, "CLEAR", ()),
        ("green", cast.kenya, amara, "GREEN", ()),
        ("amber", cast.kenya, amara, "AMBER", ()),
        ("strict", cast.kenya, amara, "AMBER_STRICT", ()),
        ("steering", cast.kenya, amara, "AMBER", (f"steering:{cast.kenya.id}",)),
        ("reddora", cast.kenya, amara, "RED", (to_dora,)),
        ("redben", cast.kenya, amara, "RED", (to_ben,)),
        ("nigeria", cast.nigeria, chidi, "AMBER", ()),
    ):
        words = words_marked(mark, marking, addressees)
        report, draft = make_draft(session, council, by=chair, words=words, at=at)
        draft.change_note = f"Note {canary(mark, 'note')}"
        draft.source_url = f"https://source.example/{canary(mark, 'source')}"
        _attach(session, report, draft, mark, settings, by=chair, at=at)
        reports.publish(session, report, draft, by=chair, at=at)
        yield Planted(mark, report, draft, audience_of(report, draft))
    draft_words = words_marked("draft", "CLEAR")
    report, draft = make_draft(session, cast.kenya, by=amara, words=draft_words, at=at)
    _attach(session, report, draft, "draft", settings, by=amara, at=at)
    yield Planted("draft", report, draft, frozenset())
    # What was open at first and was then marked higher is closed with all its editions.
    report, first = make_report(
        session, cast.kenya, by=amara, words=words_marked("before", "CLEAR"), at=at
    )
    higher = words_marked("after", "AMBER")
    second = make_update(session, report, by=amara, words=higher, at=at)
    yield Planted("before", report, first, audience_of(report, second))
    yield Planted("after", report, second, audience_of(report, second))


def _attach(
    session: Session,
    report: Report,
    draft: Edition,
    mark: str,
    settings: Settings,
    *,
    by: Actor,
    at: datetime,
) -> None:
    received = receive(
        io.BytesIO(canary(mark, "file").encode()),
        FILE,
        store=Folder(settings.files_dir),
        scratch=settings.files_dir / "incoming",
        largest=1000,
        at=at,
    )
    reports.attach(session, report, draft, received, most=1, by=by, at=at)
