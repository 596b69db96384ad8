"""What a program sends to write reports, and what it is told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from osac_share.api.documents.shapes.words import (
    Address,
    AlertKind,
    GivenCountry,
    GivenMarking,
    GivenMoment,
    Kind,
    Moment,
    OneOf,
    PlaceStatus,
    PublicId,
    Rating,
    Sector,
    Severity,
    Shape,
    Slug,
    State,
    Topic,
)
from osac_share.reports.models import (
    ACTIVE,
    ALL_CLEAR,
    CANCELLED,
    HOLDS,
    IN_REVIEW,
    PUBLISHED,
    SCHEDULED,
    WRITING,
)

LONGEST_SECTION = 20_000


class Span(Shape):
    """A span of time; either end may be open."""

    begins: GivenMoment | None = None
    ends: GivenMoment | None = None


class PlaceGiven(Shape):
    """A country, or a place in it."""

    country: GivenCountry
    place: Annotated[str, Field(max_length=120)] = ""
    status: PlaceStatus = ACTIVE


class SectionGiven(Shape):
    """One of the sections of the kind of report, as Markdown."""

    heading: Annotated[str, Field(max_length=200)]
    markdown: Annotated[str, Field(max_length=LONGEST_SECTION)] = ""
    rating: Rating | None = None


class DraftWords(Shape):
    """All that an author decides. What is left out is empty, or what is usual for the kind."""

    title: Annotated[
        str, Field(max_length=300, description="Left empty, it is made of the other answers.")
    ] = ""
    sections: Annotated[tuple[SectionGiven, ...], Field(max_length=60)] = ()
    places: Annotated[tuple[PlaceGiven, ...], Field(max_length=300)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=3)] = ()
    severity: Severity | None = None
    alert_kind: AlertKind | None = None
    marking: GivenMarking | None = None
    circles: Annotated[
        tuple[Annotated[str, Field(max_length=60)], ...],
        Field(
            max_length=30,
            description="Only for: `steering` for the committee, `type:company` and the like.",
        ),
    ] = ()
    sectors: Annotated[tuple[Sector, ...], Field(max_length=30)] = ()
    recipients: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=254)], ...],
        Field(
            max_length=15,
            description="Names of member organizations, or addresses of people who can sign in.",
        ),
    ] = ()
    narrowed_because: Annotated[str, Field(max_length=500)] = ""
    told_officials_at: GivenMoment | None = None
    release_at: GivenMoment | None = None
    expires_at: GivenMoment | None = None
    event: Span = Span()
    advised: Span = Span()
    change_note: Annotated[str, Field(max_length=500)] = ""
    is_major: bool = True


class NewDraft(Shape):
    """A report that begins: for which council, of which kind, and what it says."""

    council: Slug
    kind: Kind
    is_exercise: bool = False
    words: DraftWords = DraftWords()


class NewUpdate(Shape):
    """What the next edition of a report is to be."""

    outcome: Annotated[
        str,
        OneOf((HOLDS, ALL_CLEAR, CANCELLED)),
        Field(description="An update, an all-clear that lifts every place, or a cancellation."),
    ] = HOLDS


class Reason(Shape):
    """Why this cannot wait for a second person."""

    because: Annotated[str, Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _says_something(self) -> Reason:
        if not self.because.strip():
            raise ValueError("say why")
        return self


class Received(Shape):
    """Which edition was received: the one that holds."""

    edition: Annotated[int, Field(ge=1, le=1_000_000)]


class Acknowledged(Shape):
    """Its authors see from now on that this was received."""

    report: PublicId
    edition: Annotated[int, Field(ge=1)]


class DraftState(Shape):
    """Where a draft is, and how far it has come."""

    id: PublicId
    url: Address
    page: Annotated[Address, Field(description="Where people see it.")]
    edition: Annotated[int, Field(ge=1)]
    stage: Annotated[str, OneOf((WRITING, IN_REVIEW, SCHEDULED, PUBLISHED, "discarded"))]
    state: Annotated[State, Field(description="Of the report that it belongs to.")]
    updated_at: Moment


class DraftListed(DraftState):
    """A draft in the list of those that the owner may work on."""

    kind: Kind
    council: Slug
    title: str


class DraftPage(Shape):
    """A page of the drafts that the owner may work on, the last touched first."""

    drafts: list[DraftListed]
    next: Annotated[Address, Field(description="The next page.")] | None


class WholeDraft(DraftListed):
    """A draft with its words, in the form in which they are sent back."""

    is_exercise: bool
    outcome: str
    words: DraftWords


class Missing(Shape):
    """What a draft lacks for being handed in, each as the author's next step."""

    missing: list[str]
