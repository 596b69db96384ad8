"""The one form for every kind of report, and what its answers make of a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from wtforms import SelectField

from osac_share.kernel.text import clean_block
from osac_share.reports import documents
from osac_share.reports.documents.titles import propose_title
from osac_share.reports.forms import fields
from osac_share.reports.forms.asking import MINOR, WINDOWS, Questions, place_key, rating_field
from osac_share.reports.forms.fields import SectionField
from osac_share.reports.models import (
    ACTIVE,
    HOLDS,
    LIFTED,
    RELAY,
    Contents,
    Place,
    Window,
)
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Report, Section
    from osac_share.taxonomy.models import Section as AskedSection

FULL_TEXT = "Full text"
"""The heading of what is passed on word for word."""


class DraftForm(Questions):
    """A draft, asked for in the order in which a chair thinks.

    It may be saved incomplete: what is still missing for publishing is said by `policy.missing`.
    """

    def moment(self, name: str) -> datetime | None:
        """Return a moment in UTC; it was typed in the council's zone."""
        typed: datetime | None = self[name].data if name in self else None
        return typed and typed.replace(tzinfo=self.zone).astimezone(UTC)

    def located(self) -> list[Place]:
        """Return the places, each once, with their status."""
        found: dict[tuple[str, str], None] = {}
        for line in fields.lines_of(self.places.data):
            found.update(dict.fromkeys(taxonomy.located(line)))
        lifted = self._lifted()
        return [
            Place(country, name, LIFTED if place_key(country, name) in lifted else ACTIVE)
            for country, name in found
        ]

    def _lifted(self) -> set[str]:
        if "lifted" in self:
            return set(self.lifted.data or ())
        places = self.draft.places if self.draft else ()
        return {place_key(one.country, one.place) for one in places if one.status == LIFTED}

    def written_sections(self) -> list[Section]:
        """Return the sections with the headings of the kind, and what else the draft has."""
        if self.is_locked:
            return list(self.draft.sections) if self.draft else []
        if self.origin == RELAY:
            return [{"heading": FULL_TEXT, "body": clean_block(self.text.data or "")}]
        known = {one.heading for one in self.kind.sections}
        others = self.draft.sections if self.draft else ()
        return [
            *map(self._section, self.kind.sections),
            *(one for one in others if one["heading"] not in known),
        ]

    def _section(self, asked: AskedSection) -> Section:
        body = clean_block(self[asked.field].data or "")
        if asked.stock:
            body = fields.with_stock(body, self.stock.data or ())
        rating = self[rating_field(asked)].data if asked.rated else ""
        section: Section = {"heading": asked.heading, "body": body}
        return {**section, "rating": rating} if rating else section

    def proposed_title(self) -> str:
        """Return the title that the other answers make; empty while they are too few."""
        if self.origin == RELAY:
            return ""
        begins = self.event_from.data if "event_from" in self else None
        return propose_title(
            self.kind.code,
            self._alert_kind(),
            self.update_no,
            self.located(),
            self.subject.data or "",
            begins and begins.date(),
        )

    @property
    def update_no(self) -> int:
        """Return which update this will be; 0 for a first edition, and for an end."""
        if self.report is None or (self.draft and self.draft.outcome != HOLDS):
            return 0
        return self.report.next_update_no(is_major=self._is_major())

    def _is_major(self) -> bool:
        return "weight" not in self or self.weight.data != MINOR

    def _alert_kind(self) -> str | None:
        return self.alert_kind.data if "alert_kind" in self else None

    def chosen_title(self) -> str:
        """Return the title as typed; where none was, or only the proposal, what is proposed now."""
        if self.is_locked:
            return self.draft.title if self.draft else ""
        typed: str = self.title.data or ""
        shown = self.title_proposed.data if "title_proposed" in self else None
        return typed if typed and typed != shown else self.proposed_title() or typed

    def contents(self, before: Contents) -> Contents:
        """Return everything that is answered; what is not asked for stays as it was."""
        sections = self.written_sections()
        asked: dict[str, Any] = {
            "title": self.chosen_title(),
            "sections": sections,
            "summary": documents.summary_of(sections),
            "places": self.located(),
            "topics": sorted(self.topics.data or ()),
            "marking": self.marking.data,
            "addressees": self.addressed()[0],
            "narrowed_because": self.narrowed_because.data or "",
            "told_officials_at": self.moment("told_officials"),
            "release_at": self.moment("release"),
            "alert_kind": self._alert_kind(),
            "is_major": self._is_major(),
        }
        for name in ("severity", "change_note", "source_url"):
            if name in self:
                asked[name] = self[name].data
        if "expires" in self:
            asked["expires_at"] = self.moment("expires")
        if "event_from" in self:
            event, advised = WINDOWS[:2], WINDOWS[2:]
            asked["event"] = Window(*map(self.moment, event))
            asked["advised"] = Window(*map(self.moment, advised))
        return replace(before, **asked)


def form_of(report: Report) -> type[DraftForm]:
    """Return the form in which a report is written."""
    return form_for(report.kind, report.origin)


@cache
def form_for(kind_code: str, origin: str) -> type[DraftForm]:
    """Return the form for a kind of report, of council's own words or of an issuer's.

    Raises:
        NotFound: there is no such kind.

    """
    kind = taxonomy.kind(kind_code)
    parts: dict[str, Any] = {"kind": kind, "origin": origin}
    for section in kind.sections if origin != RELAY else ():
        parts[section.field] = SectionField(section.heading)
        if section.rated:
            parts[rating_field(section)] = SelectField(f"{section.heading}: rating", default="")
    return type("DraftForm", (DraftForm,), parts)
