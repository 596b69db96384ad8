"""What may stand behind the question mark of an address."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from osac_share.api.documents.shapes.words import (
    GivenCountry,
    Kind,
    PublicId,
    Severity,
    Topic,
)

USUAL, MOST = 50, 100
"""How many things a page of a list holds."""


def _digits(given: object) -> object:
    # Pydantic itself would take " 5", "5.0" and "+5", too.
    if isinstance(given, str):
        return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else None  # noqa: PLR2004
    return given


Limit = Annotated[int, BeforeValidator(_digits), Field(ge=1, le=MOST)]
Many = Field(max_length=50)


class Query(BaseModel):
    """The parameters of an address; a list may be given as often as wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportsQuery(Query):
    """Which reports, how many at a time, and from where on."""

    country: Annotated[tuple[GivenCountry, ...], Many] = ()
    topic: Annotated[tuple[Topic, ...], Many] = ()
    kind: Annotated[tuple[Kind, ...], Many] = ()
    severity: Annotated[tuple[Severity, ...], Many] = ()
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    limit: Limit = USUAL


class DraftsQuery(Query):
    """How many at a time, and from where on."""

    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    limit: Limit = USUAL


class ChangesQuery(Query):
    """From where on, and how many at a time."""

    cursor: (
        Annotated[PublicId, Field(description="As the last answer gave it; none: from the start.")]
        | None
    ) = None
    limit: Limit = USUAL
