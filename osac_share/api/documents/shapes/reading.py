"""What the API answers about reports, and about who asks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from osac_share.api.documents.shapes.words import (
    Address,
    AlertKind,
    Country,
    Kind,
    Marking,
    Moment,
    OneOf,
    PlaceStatus,
    PublicId,
    Severity,
    Shape,
    Slug,
    State,
)
from osac_share.exchange.models import KINDS


class SeatHeld(Shape):
    """A seat of the token's owner on a council."""

    council: Slug
    kind: str


class TokenHeld(Shape):
    """The token that the request came with."""

    label: str
    last_four: str
    scopes: list[str]
    expires_at: Moment


class Me(Shape):
    """For whom the program acts, and what its token is for."""

    id: PublicId
    name: str
    organization: str | None
    time_zone: str
    seats: list[SeatHeld]
    token: TokenHeld


class CouncilNamed(Shape):
    """A council, by the name in its address and the one it is called by."""

    slug: Slug
    name: str


class PlaceNamed(Shape):
    """A place that a report speaks of, and whether it still holds there."""

    country: Country
    place: str | None
    status: PlaceStatus


class ListedReport(Shape):
    """A report as it stands in a list, with the edition that holds."""

    id: PublicId
    url: Address
    kind: Kind
    state: State
    is_exercise: bool
    origin: str
    issuer: str | None
    council: CouncilNamed | None
    edition: Annotated[int, Field(ge=1)]
    title: str
    summary: str
    severity: Severity
    alert_kind: AlertKind | None
    level: Annotated[int, Field(ge=1, le=4, description="Of a travel advisory.")] | None
    marking: Marking
    countries: list[Country]
    places: list[PlaceNamed]
    topics: list[str]
    published_at: Moment | None
    changed_at: Moment
    effective_at: Moment | None
    expires_at: Moment | None


class SectionWritten(Shape):
    """One part of a report: its heading, and its text as Markdown."""

    heading: str
    markdown: str


class WholeReport(ListedReport):
    """A report with its words."""

    change_note: str | None
    source_url: str | None
    sight: Annotated[str, Field(description="Who may see it, in words.")]
    sections: list[SectionWritten]
    html: Annotated[str, Field(description="All sections as safe HTML.")]


class ReportPage(Shape):
    """A page of the list of reports."""

    reports: list[ListedReport]
    next: Annotated[Address, Field(description="The next page.")] | None


class EditionListed(Shape):
    """One of the editions of a report."""

    edition: Annotated[int, Field(ge=1)]
    url: Address
    published_at: Moment
    marking: Marking
    is_major: bool
    change_note: str | None


class EditionList(Shape):
    """The editions of a report that the owner may see, the newest first."""

    editions: list[EditionListed]


class ReportChange(Shape):
    """Something happened to a report that its readers must know."""

    id: PublicId
    kind: Annotated[
        str,
        OneOf(KINDS),
        Field(
            description="A report is new; another edition of it holds; it holds no more; "
            "it was taken back."
        ),
    ]
    at: Annotated[Moment, Field(description="When the stream took it in; it never goes back.")]
    edition: Annotated[int, Field(ge=1, description="The edition that it is about.")]
    report: Annotated[ListedReport, Field(description="The report as it is now.")]


class ChangePage(Shape):
    """A part of the stream of changes, the oldest first."""

    changes: list[ReportChange]
    more: Annotated[bool, Field(description="Whether there is more to be had at once.")]
    cursor: (
        Annotated[PublicId, Field(description="How far you have read; ask with it next time.")]
        | None
    )
    next: Annotated[Address, Field(description="The address to ask next.")] | None
    sight: Annotated[
        str,
        Field(
            description="Another word as soon as the owner may see other reports than before, "
            "by a new seat for example: then read from the beginning once."
        ),
    ]
