"""Kinds of report, markings, severities and the other short vocabularies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osac_share.taxonomy.models.names import Entry, plain


@dataclass(frozen=True, slots=True)
class Word(Entry):
    """A code kept in the database and the label people see, with one sentence where it helps.

    `plural` is what several of them are called within a sentence.
    """

    code: str
    label: str
    meaning: str = ""
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Marking(Entry):
    """A label of the Traffic Light Protocol 2.0.

    `label` is the standard's own and is never translated. `meaning` says how far a reader may pass
    the text on, `sight` who may read it here.
    """

    code: str
    label: str
    meaning: str
    sight: str


@dataclass(frozen=True, slots=True)
class Severity(Entry):
    """How grave a report is, with the shape drawn beside the word and CAP 1.2's word for it."""

    code: str
    label: str
    shape: str
    meaning: str
    cap_severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]


@dataclass(frozen=True, slots=True)
class AlertKind(Entry):
    """What an alert is about in the Department of State's terms, and its CAP 1.2 category."""

    code: str
    label: str
    cap_category: Literal["Geo", "Met", "Safety", "Security", "Health", "Other"]


@dataclass(frozen=True, slots=True)
class State(Entry):
    """A stage of a report, or of one of its places. `ended` says that it holds no longer."""

    code: str
    label: str
    shape: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Section(Entry):
    """A heading of a report, and what its author is asked for.

    `step` is the part of the form in which it is asked. A `rated` section has a threat rating; a
    `stock` one is a list, one action a line, for which stock actions are offered.
    """

    heading: str
    prompt: str
    required: bool = False
    name: str = ""
    step: Literal["what", "where", "until", "act"] = "what"
    rated: bool = False
    stock: bool = False

    @property
    def field(self) -> str:
        """Return what a form calls this section: its name, else one made of its heading."""
        return self.name or f"text_{plain(self.heading).replace(' ', '_')}"


@dataclass(frozen=True, slots=True)
class Expiry(Entry):
    """For how many days a report holds, and whether its author may leave that open."""

    default_days: int
    max_days: int
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Entry):
    """A kind of report: its sections, its usual marking, and how it ages.

    News is listed by date; a register holds one current text for each country. `marking` is the
    code of a `Marking`. `review_months` and `expiry` are None for kinds that do not age that way.
    `purpose` tells authors what it is for, `origins` who may be its author, and `asks` what its
    form asks for besides its sections.
    """

    code: str
    label: str
    plural: str
    shelf: Literal["news", "register"]
    marking: str
    purpose: str
    sections: tuple[Section, ...]
    origins: tuple[Literal["council", "embassy_relay"], ...] = ()
    asks: tuple[Literal["alert_kind", "severity", "windows"], ...] = ()
    review_months: int | None = None
    expiry: Expiry | None = None

    @property
    def is_register(self) -> bool:
        """Tell whether one current text stands for each country."""
        return self.shelf == "register"


@dataclass(frozen=True, slots=True)
class Chapter(Entry):
    """A part of a country's information pages, and other headings under which it is met."""

    slug: str
    label: str
    headings: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all headings that lead to this chapter."""
        return (self.slug, self.label, *self.headings)


@dataclass(frozen=True, slots=True)
class Products(Entry):
    """All kinds of report and all chapters, as the file has them."""

    kinds: tuple[Kind, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary(Entry):
    """All short vocabularies, as the file has them."""

    markings: tuple[Marking, ...]
    severities: tuple[Severity, ...]
    alert_kinds: tuple[AlertKind, ...]
    states: tuple[State, ...]
    place_statuses: tuple[State, ...]
    ratings: tuple[Word, ...]
    stock_actions: tuple[Word, ...]
    departure_statuses: tuple[Word, ...]
    organization_types: tuple[Word, ...]
    sectors: tuple[Word, ...]
    groups: tuple[Word, ...]
    seat_kinds: tuple[Word, ...]
    council_kinds: tuple[Word, ...]
    post_kinds: tuple[Word, ...]
