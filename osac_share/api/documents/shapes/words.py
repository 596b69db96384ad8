"""What single values look like: codes of the fixed words, moments, names of things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY
from osac_share.subscriptions.policy import CHANNEL_BITS
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

YEARS = range(2000, 2100)
ID = r"^[a-z0-9]{20}$"
"""What a public id looks like."""


class Shape(BaseModel):
    """What is sent and answered: these fields, of these kinds, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class OneOf:
    """Says of a text that it is one of these."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, _: object, __: GetCoreSchemaHandler) -> CoreSchema:
        """Return what checks it, and becomes its description."""
        return core_schema.literal_schema(list(self.values))


def _codes(words: Iterable[Any]) -> OneOf:
    return OneOf(tuple(word.code for word in words))


def _in_our_time(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("the year is not of our time")
    return at.astimezone(UTC).replace(microsecond=0)


PublicId = Annotated[str, Field(pattern=ID)]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Moment = Annotated[
    str,
    Field(
        json_schema_extra={"format": "date-time"}, description="In UTC, to the second (RFC 3339)."
    ),
]
GivenMoment = Annotated[
    AwareDatetime,
    AfterValidator(_in_our_time),
    Field(description="With its offset from UTC (RFC 3339), from the year 2000 to 2099."),
]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1, two letters.")]
GivenCountry = Annotated[
    str,
    OneOf(tuple(one.iso2 for one in taxonomy.all_countries())),
    Field(description="ISO 3166-1, two letters."),
]
Topic = Annotated[str, OneOf(tuple(one.slug for one in taxonomy.topics()))]
Kind = Annotated[str, _codes(taxonomy.kinds())]
Severity = Annotated[str, _codes(taxonomy.severities())]
AlertKind = Annotated[str, _codes(taxonomy.alert_kinds())]
State = Annotated[str, _codes(taxonomy.states())]
PlaceStatus = Annotated[str, _codes(taxonomy.place_statuses())]
Rating = Annotated[str, _codes(taxonomy.ratings())]
Sector = Annotated[str, _codes(taxonomy.sectors())]
Region = Annotated[str, _codes(taxonomy.regions())]
Marking = Annotated[
    str,
    OneOf(tuple(one.label for one in taxonomy.markings())),
    Field(description="A label of the Traffic Light Protocol 2.0."),
]
GivenMarking = Annotated[
    str,
    OneOf(tuple(one.label for one in taxonomy.markings() if one.code != "RED")),
    Field(description="A label of the Traffic Light Protocol 2.0; TLP:RED is for people alone."),
]
Frequency = Annotated[str, OneOf((AT_ONCE, DAILY, WEEKLY))]
Channel = Annotated[
    str,
    OneOf(tuple(CHANNEL_BITS)),
    Field(description="Ways other than mail are set up on the pages first."),
]
Slug = Annotated[str, Field(pattern="^[a-z0-9-]{1,60}$")]
