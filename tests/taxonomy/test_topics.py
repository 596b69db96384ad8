"""Topics, risk indicators and levels of advice."""

from __future__ import annotations

import pytest

from osac_share.kernel.errors import NotFound
from osac_share.taxonomy.models import fold
from osac_share.taxonomy.models.topics import MAX_TOPICS
from osac_share.taxonomy.queries import (
    advisory_level,
    advisory_levels,
    find_advisory_level,
    find_topic,
    indicator,
    indicators,
    topic,
    topics,
    topics_tree,
)

SLUGS = (
    "crime terrorism civil-unrest demonstrations elections political-violence armed-conflict "
    "kidnapping wrongful-detention health natural-disaster weather cyber information-security "
    "supply-chain transportation aviation maritime travel-restrictions law-enforcement "
    "fraud-scams personal-identity faith-institutions education major-events "
    "critical-infrastructure evacuation reward-notice"
)


def test_the_list_of_topics_is_complete() -> None:
    assert {item.slug for item in topics()} == set(SLUGS.split())
    assert MAX_TOPICS == 3


def test_the_tree_holds_every_topic_once_under_its_group() -> None:
    under = [(item.slug, group.slug) for group in topics_tree() for item in group.topics]
    assert under == [(item.slug, item.parent) for item in topics()]
    assert all(group.topics for group in topics_tree())


def test_every_indicator_is_known_and_used() -> None:
    assert "".join(item.letter for item in indicators()) == "CTUHNEKDO"
    assert {item.indicator for item in topics()} == set("CTUHNEKDO")
    assert indicator("K").label == "Kidnapping or Hostage Taking"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("riots", "civil-unrest"),
        ("Riots/Civil Unrest", "civil-unrest"),
        ("carjacking", "crime"),
        ("demo", "demonstrations"),
        ("Protest", "demonstrations"),
        ("Covid-19", "health"),
        ("FLOODS", "weather"),
        ("armed conflict", "armed-conflict"),
        ("Schools & education", "education"),
    ],
)
def test_a_topic_is_found_by_what_people_call_it(text: str, slug: str) -> None:
    assert find_topic(text) == topic(slug)


def test_no_name_leads_to_two_topics() -> None:
    names = [name for item in topics() for name in {fold(text) for text in item.names}]
    assert len(names) == len(set(names))
    assert all(find_topic(text) == item for item in topics() for text in item.names)


@pytest.mark.parametrize("text", ["OSAC", "osac", "", "gardening"])
def test_what_is_no_topic_is_not_found(text: str) -> None:
    assert find_topic(text) is None
    with pytest.raises(NotFound, match="There is no topic"):
        topic(text)


def test_a_group_is_not_a_topic() -> None:
    for group in topics_tree():
        with pytest.raises(NotFound):
            topic(group.slug)


def test_levels_carry_the_official_wording() -> None:
    assert [item.title for item in advisory_levels()] == [
        "Level 1: Exercise Normal Precautions",
        "Level 2: Exercise Increased Caution",
        "Level 3: Reconsider Travel",
        "Level 4: Do Not Travel",
    ]


def test_a_printed_level_is_recognized() -> None:
    assert all(find_advisory_level(item.title) == item for item in advisory_levels())
    assert find_advisory_level("do not travel") == advisory_level(4)
    assert find_advisory_level("3") == advisory_level(3)
    assert find_advisory_level("Other") is None


@pytest.mark.parametrize("number", [0, 5, -1])
def test_there_is_no_other_level(number: int) -> None:
    with pytest.raises(NotFound, match="There is no advisory level"):
        advisory_level(number)
