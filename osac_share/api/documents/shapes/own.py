"""What a program sends and is told about its owner's subscriptions and saved searches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from osac_share.api.documents.shapes.words import (
    Channel,
    Frequency,
    GivenCountry,
    Kind,
    Moment,
    PublicId,
    Region,
    Severity,
    Shape,
    Slug,
    Topic,
)
from osac_share.search.models.saved import LONGEST_NAME
from osac_share.search.policy import LONGEST_WORDS
from osac_share.subscriptions.models import AT_ONCE

Many = Field(max_length=300)
Channels = Annotated[tuple[Channel, ...], Field(min_length=1, max_length=5)]


class WishGiven(Shape):
    """What to tell the owner of, how often, and by which ways; what is left out means any."""

    frequency: Frequency = AT_ONCE
    kinds: Annotated[tuple[Kind, ...], Many] = ()
    topics: Annotated[tuple[Topic, ...], Many] = ()
    regions: Annotated[tuple[Region, ...], Many] = ()
    countries: Annotated[tuple[GivenCountry, ...], Many] = ()
    councils: Annotated[tuple[Slug, ...], Many] = ()
    min_severity: Severity = "routine"
    channels: Channels = ("mail",)


class SubscriptionHeld(WishGiven):
    """One of the owner's subscriptions."""

    id: PublicId
    sentence: Annotated[str, Field(description="The same in words.")]
    search: Annotated[str, Field(description="A search whose finds it is about.")] | None
    created_at: Moment


class SubscriptionList(Shape):
    """The owner's subscriptions, the oldest first; those of trips and sites are on the pages."""

    subscriptions: list[SubscriptionHeld]


class SearchGiven(Shape):
    """A search to keep, and what to call it: by its own words, if nothing is said."""

    q: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""


class SearchChanged(Shape):
    """What a saved search is called from now on, and how often it alerts; null: never."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    frequency: Frequency | None = None
    channels: Channels = ("mail",)


class SearchHeld(Shape):
    """One of the owner's saved searches."""

    id: PublicId
    name: str
    q: str
    frequency: Frequency | None
    channels: list[Channel]
    created_at: Moment


class SearchList(Shape):
    """The owner's saved searches, by name."""

    searches: list[SearchHeld]
