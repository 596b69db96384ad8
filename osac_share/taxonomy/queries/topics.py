"""Find topics, risk indicators and levels of advice."""

from __future__ import annotations

from osac_share.taxonomy.documents import subjects
from osac_share.taxonomy.models import AdvisoryLevel, RiskIndicator, Topic, TopicGroup, fold
from osac_share.taxonomy.queries.registry import Registry

_TOPICS: Registry[Topic] = Registry(
    "topic", (topic for group in subjects().groups for topic in group.topics), "slug"
)
_INDICATORS: Registry[RiskIndicator] = Registry("risk indicator", subjects().indicators, "letter")
_LEVELS: Registry[AdvisoryLevel] = Registry("advisory level", subjects().levels, "level")
_TOPICS_BY_NAME = {fold(name): topic for topic in _TOPICS.items for name in topic.names}
_LEVELS_BY_NAME = {
    fold(name): level
    for level in _LEVELS.items
    for name in (level.title, level.label, f"Level {level.level}", str(level.level))
}


def topic(slug: str) -> Topic:
    """Return the topic with this slug, or raise `NotFound`. Groups are not topics."""
    return _TOPICS.get(slug)


def topics() -> tuple[Topic, ...]:
    """Return all topics, group after group."""
    return _TOPICS.items


def topics_tree() -> tuple[TopicGroup, ...]:
    """Return the groups, each with its topics."""
    return subjects().groups


def find_topic(text: str) -> Topic | None:
    """Return the topic with this slug, label or alias ("riots" finds civil-unrest), or None."""
    return _TOPICS_BY_NAME.get(fold(text))


def indicator(letter: str) -> RiskIndicator:
    """Return the risk indicator with this letter, or raise `NotFound`."""
    return _INDICATORS.get(letter)


def indicators() -> tuple[RiskIndicator, ...]:
    """Return all risk indicators in the order in which advisories explain them."""
    return _INDICATORS.items


def advisory_level(level: int) -> AdvisoryLevel:
    """Return the level of advice from 1 to 4, or raise `NotFound`."""
    return _LEVELS.get(str(level))


def advisory_levels() -> tuple[AdvisoryLevel, ...]:
    """Return the levels of advice from 1 to 4."""
    return _LEVELS.items


def find_advisory_level(text: str) -> AdvisoryLevel | None:
    """Return the level that "Level 4: Do Not Travel", "Do Not Travel" or "4" means, or None."""
    return _LEVELS_BY_NAME.get(fold(text))
