"""Two texts taken apart into passages: headings, and the blocks below them, cut alike in both."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from osac_share.reports.documents.lines import BOLD_LEVEL, LONGEST_HEADING, Block, read

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from osac_share.reports.documents.lines import Line
    from osac_share.reports.models import Section

MOST_SENTENCES = 6
"""How many sentences of a paragraph are looked for as a block of their own elsewhere."""

SHORTEST_CUT = 5
"""The words that such sentences must have, lest common phrases cut a text to pieces."""

_NOT_IN_KEYS = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and the blocks below it, up to the next heading."""

    path: tuple[str, ...]
    """The headings above it, outermost first."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def key(self) -> str:
        """Return its heading as it is compared."""
        return heading_key(self.heading)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the words of its blocks."""
        return tuple(block.text for block in self.blocks)


def heading_key(heading: str) -> str:
    """Return a heading without what may differ in it: case, punctuation, white space."""
    return _NOT_IN_KEYS.sub(" ", heading.casefold()).strip()


def take_apart(
    old: Iterable[Section], new: Iterable[Section]
) -> tuple[list[Passage], list[Passage]]:
    """Return the passages of two editions, cut alike.

    What is a heading in either edition is one in both, though it should have got or lost its
    boldness. Sentences that are a paragraph or an item in either are one in both: authors
    turn paragraphs into lists and back, and what they say has not changed by that.
    """
    before, after = read(old), read(new)
    olds, news = _passages(before, _headings(after)), _passages(after, _headings(before))
    old_texts, new_texts = _texts(olds), _texts(news)
    return _recut(olds, new_texts - old_texts), _recut(news, old_texts - new_texts)


def _headings(read_sections: Iterable[Sequence[Line]]) -> frozenset[str]:
    return frozenset(
        heading_key(line.heading)
        for lines in read_sections
        for line in lines
        if line.level is not None
    ) - {""}


def _passages(read_sections: Iterable[Sequence[Line]], known: Container[str]) -> list[Passage]:
    found: list[Passage] = []
    for lines in read_sections:
        path: list[tuple[int, str]] = []
        blocks: list[Block] = []
        for line in lines:
            level = _level(line, known)
            if level is None:
                blocks.append(line.block)
                continue
            _close(found, path, blocks)
            while path and path[-1][0] >= level:
                path.pop()
            path.append((level, line.heading))
            blocks = list(line.below)
        _close(found, path, blocks)
    return found


def _close(found: list[Passage], path: list[tuple[int, str]], blocks: list[Block]) -> None:
    if path and (path[-1][1] or blocks):
        above = tuple(heading for _, heading in path[:-1] if heading)
        found.append(Passage(above, path[-1][1], tuple(blocks)))


def _level(line: Line, known: Container[str]) -> int | None:
    if line.level is not None or not line.is_alone or len(line.heading) > LONGEST_HEADING:
        return line.level
    return BOLD_LEVEL if heading_key(line.heading) in known else None


def _texts(passages: Iterable[Passage]) -> frozenset[str]:
    return frozenset(text for passage in passages for text in passage.texts)


def _recut(passages: Iterable[Passage], known: frozenset[str]) -> list[Passage]:
    if not known:
        return list(passages)
    return [
        replace(one, blocks=tuple(part for block in one.blocks for part in _parts(block, known)))
        for one in passages
    ]


def _parts(block: Block, known: frozenset[str]) -> Iterator[Block]:
    """Yield a block, cut around those of its sentences that are a block of the other edition."""
    sentences = _SENTENCE_END.split(block.text)
    waiting: list[str] = []
    place = 0
    while place < len(sentences):
        size = _known_at(sentences, place, known)
        if size and waiting:
            yield _part(block, waiting)
            waiting = []
        waiting += sentences[place : place + (size or 1)]
        if size:
            yield _part(block, waiting)
            waiting = []
        place += size or 1
    if waiting:
        yield _part(block, waiting)


def _known_at(sentences: Sequence[str], place: int, known: frozenset[str]) -> int:
    """Return how many sentences from this place on are a block of the other edition."""
    for size in range(min(MOST_SENTENCES, len(sentences) - place), 0, -1):
        text = " ".join(sentences[place : place + size])
        if text in known and len(text.split()) >= SHORTEST_CUT:
            return size
    return 0


def _part(block: Block, sentences: Sequence[str]) -> Block:
    text = " ".join(sentences)
    return Block(block.kind, text, tuple(link for link in block.links if link.words in text))
