"""What holds for every comparison, whatever is compared."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.reports.documents import compare
from osac_share.reports.documents.passages import take_apart
from tests.reports.editions import consecutive_editions

if TYPE_CHECKING:
    from collections.abc import Callable

    from osac_share.reports.documents.changes import BlockChange, Comparison
    from osac_share.reports.documents.passages import Passage
    from osac_share.reports.models import Section

SAMPLE = 24
"""In the quick tests every 24th pair of real editions is compared."""

LONG_SECONDS = 20
"""Of processor time. In quadratic time what follows would take many minutes."""

VOCABULARY = "avoid the harbor road closed open march rally police hotel June 16 2026 crime"
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")
BLOCKS = st.one_of(
    SENTENCES,
    SENTENCES.map(lambda text: f"- {text}"),
    WORDS.map(lambda word: f"## {word}"),
    WORDS.map(lambda word: f"**{word}**"),
    WORDS.map(lambda word: f"See [the {word}](/{word})."),
    st.text(max_size=20),
)
SECTIONS: st.SearchStrategy[list[Section]] = st.lists(
    st.builds(
        lambda heading, blocks: {"heading": heading, "body": "\n\n".join(blocks)},
        WORDS | st.text(max_size=8),
        st.lists(BLOCKS, max_size=6),
    ),
    max_size=5,
)
DISTINCT = st.integers(3, 9).flatmap(lambda size: st.permutations(range(size)))


def blocks_of(comparison: Comparison) -> list[BlockChange]:
    return [block for passage in comparison.passages for block in passage.blocks]


def texts(passages: list[Passage]) -> list[str]:
    return [block.text for passage in passages for block in passage.blocks]


def check(old: list[Section], new: list[Section]) -> None:
    """Check that nothing is lost, nothing made up, and every run of words is true."""
    comparison = compare(old, new)
    blocks = blocks_of(comparison)
    before, after = take_apart(old, new)
    assert [block.new for block in blocks if block.new] == texts(after)
    stayed = (one for one in blocks if one.old and not (one.status == "removed" and one.moved))
    assert Counter(one.old for one in stayed) == Counter(texts(before))
    for block in blocks:
        check_runs(block)
    assert compare(new, new).is_empty
    counts, turned = comparison.counts, compare(new, old).counts
    assert (counts.added, counts.removed) == (turned.removed, turned.added)


def check_runs(block: BlockChange) -> None:
    before = "".join(run.text for run in block.runs if run.kind != "added")
    after = "".join(run.text for run in block.runs if run.kind != "removed")
    assert after == block.new
    assert before == block.old


@given(SECTIONS, SECTIONS)
def test_comparison_of_any_two_texts_is_true(old: list[Section], new: list[Section]) -> None:
    check(old, new)


@given(SECTIONS)
def test_text_compared_with_itself_is_unchanged(sections: list[Section]) -> None:
    comparison = compare(sections, sections)
    assert comparison.is_empty
    assert all(block.is_same for block in blocks_of(comparison))


@given(DISTINCT, st.data())
def test_one_section_that_moves_is_all_that_moves(order: list[int], data: st.DataObject) -> None:
    old: list[Section] = [
        {"heading": f"Area {number}", "body": f"The road to village {number} is closed."}
        for number in order
    ]
    source = data.draw(st.integers(0, len(old) - 1))
    target = data.draw(st.integers(0, len(old) - 1).filter(lambda place: place != source))
    new = [one for one in old if one is not old[source]]
    new.insert(target, old[source])
    comparison = compare(old, new)
    moved = [one.new_heading for one in comparison.passages if one.moved]
    # Of two neighbors that change places, either may be called the one that moved.
    either = {old[source]["heading"], old[target]["heading"]}
    assert moved == [old[source]["heading"]] or (abs(source - target) == 1 and set(moved) < either)
    assert comparison.summary == "1 section moved"


def test_comparisons_of_some_histories_are_true() -> None:
    pairs = consecutive_editions()
    assert pairs
    for old, new in pairs[::SAMPLE]:
        check(old, new)


@pytest.mark.slow
def test_comparisons_of_all_histories_are_true() -> None:
    for old, new in consecutive_editions():
        check(old, new)


def numbered(text: str, count: int) -> list[Section]:
    body = "\n\n".join(text.format(number=number) for number in range(count))
    return [{"heading": "Report", "body": body}]


def shuffled(sections: list[Section]) -> list[Section]:
    """Return the sections with their paragraphs in another order."""
    chance = random.Random(7)  # noqa: S311 -- the same order on every run.
    paragraphs = sections[0]["body"].split("\n\n")
    return [{"heading": "Report", "body": "\n\n".join(chance.sample(paragraphs, len(paragraphs)))}]


HOSTILE: dict[str, Callable[[int], tuple[list[Section], list[Section]]]] = {
    "identical lines": lambda size: (numbered("ab", size), numbered("ab", size - 9)),
    "distinct lines": lambda size: (numbered("x{number}", size), numbered("y{number}", size)),
    "lines alike": lambda size: (
        numbered("road {number} is closed", size),
        numbered("street {number} was closed", size),
    ),
    "lines in another order": lambda size: (
        numbered("road {number} is closed", size),
        shuffled(numbered("road {number} is closed", size)),
    ),
    "one long paragraph": lambda size: (
        [{"heading": "Report", "body": " ".join(f"a{number * 7 % 91}" for number in range(size))}],
        [{"heading": "Report", "body": " ".join(f"a{number * 5 % 89}" for number in range(size))}],
    ),
    "many sections": lambda size: (
        [{"heading": "Area", "body": f"Road {number}."} for number in range(size // 4)],
        [{"heading": "Area", "body": f"Street {number}."} for number in range(size // 4)],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_texts_take_no_quadratic_time(what: str) -> None:
    old, new = HOSTILE[what](20_000)
    begun = time.process_time()
    comparison = compare(old, new)
    assert time.process_time() - begun < LONG_SECONDS
    assert not comparison.is_empty


def test_two_long_editions_are_compared_in_a_moment() -> None:
    chance = random.Random(7)  # noqa: S311 -- the same text on every run.
    words = [f"word{number}" for number in range(600)]
    old = [chance.choices(words, k=80) for _ in range(90)]
    new = [
        [chance.choice(words) if chance.random() < 0.1 else word for word in paragraph]
        for paragraph in old
    ]
    begun = time.process_time()
    comparison = compare(*([written(text)] for text in (old, new)))
    assert time.process_time() - begun < 2
    assert all(block.status == "changed" for block in blocks_of(comparison))


def written(paragraphs: list[list[str]]) -> Section:
    return {"heading": "Report", "body": "\n\n".join(map(" ".join, paragraphs))}
