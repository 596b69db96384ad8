"""What reports are about: topics in their groups, risk indicators and levels of advice."""

from __future__ import annotations

from dataclasses import dataclass

from osac_share.taxonomy.models.names import Entry

MAX_TOPICS = 3
"""The most topics that one report may carry."""


@dataclass(frozen=True, slots=True)
class RiskIndicator(Entry):
    """A letter of the Travel Advisories, which says why a level was given."""

    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class AdvisoryLevel(Entry):
    """A level of advice from 1 to 4, and how many months it may stand without review."""

    level: int
    label: str
    review_months: int

    @property
    def title(self) -> str:
        """Return the level as it is printed, such as "Level 4: Do Not Travel"."""
        return f"Level {self.level}: {self.label}"


@dataclass(frozen=True, slots=True)
class Topic(Entry):
    """A subject of reports. `parent` is the slug of its group, `indicator` a risk letter."""

    slug: str
    label: str
    indicator: str
    aliases: tuple[str, ...] = ()
    parent: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return all that the topic may be called."""
        return (self.slug, self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class TopicGroup(Entry):
    """A heading over topics. Reports never carry a group."""

    slug: str
    label: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Subjects(Entry):
    """All topics, indicators and levels, as the file has them."""

    indicators: tuple[RiskIndicator, ...]
    levels: tuple[AdvisoryLevel, ...]
    groups: tuple[TopicGroup, ...]
