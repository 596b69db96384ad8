"""What became of each passage and block of an edition: found by its words, never by its place."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from osac_share.reports.documents.alignment import Landmarks, align, out_of_order, resembling
from osac_share.reports.documents.passages import heading_key
from osac_share.reports.documents.wording import telling_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from osac_share.reports.documents.alignment import Pairs
    from osac_share.reports.documents.lines import Block
    from osac_share.reports.documents.passages import Passage

RENAMED = 0.6
"""How much alike two passages must be to be one that got another heading."""

RENAMED_IN_PART = 0.5
"""The same for the mean of that and of how much alike their headings are."""

SAME_HEADING = 0.2
"""The same, where several passages have the same heading."""

REWORDED = 0.4
"""How much alike two blocks between the same neighbors must be to be one reworded."""

REWORDED_ELSEWHERE = 0.65
"""The same, where it would have moved, too."""

TELLING = 4
"""The words that a block must have, at least, to be known again in another passage."""


class Place(NamedTuple):
    """A block, and the position of the passage in which it stands."""

    passage: int
    block: Block


@dataclass(frozen=True, slots=True)
class Matches:
    """All blocks of two editions, each in a row, and which came from which."""

    old: list[Place]
    new: list[Place]
    pairs: Pairs
    moved: set[int]
    """The new positions of blocks that stand elsewhere than before among those around them."""


def pair_passages(old: Sequence[Passage], new: Sequence[Passage]) -> Pairs:
    """Return which new passage was which old one.

    By heading first, and by content where a heading is new, or is that of several.
    """
    pairs: Pairs = {}

    def pair_by(key: Callable[[Passage], Hashable], *, only_unique: bool = False) -> None:
        _pair_equal(list(map(key, old)), list(map(key, new)), pairs, only_unique=only_unique)

    pair_by(lambda one: (one.path, one.heading, one.texts))
    pair_by(lambda one: (one.key, one.texts))
    pair_by(lambda one: (*map(heading_key, one.path), one.key), only_unique=True)
    pair_by(lambda one: one.key or None, only_unique=True)
    pair_by(lambda one: one.texts or None)
    _pair_renamed(old, new, pairs)
    pair_by(lambda one: one.key or None)
    return pairs


def pair_blocks(old: Sequence[Passage], new: Sequence[Passage], passages: Pairs) -> Matches:
    """Return which new block was which old one, in paired passages and across all of them.

    The surest signs come first: equal words in the same passage, equal words elsewhere, equal
    words beside what is already found, like words in the same passage, like words elsewhere.
    """
    search = _Search(_places(old), _places(new), passages)
    search.pair_equal()
    search.pair_neighbors()
    search.pair_reworded()
    search.pair_neighbors()
    return Matches(search.old, search.new, search.pairs, search.moved())


def _pair_renamed(old: Sequence[Passage], new: Sequence[Passage], pairs: Pairs) -> None:
    old_words = {place: _words(old[place]) for place in _free(len(old), pairs.values())}
    new_words = {place: _words(new[place]) for place in _free(len(new), pairs)}
    for found in resembling(old_words, new_words, least=SAME_HEADING):
        one, other = old[found.old], new[found.new]
        with_heading = (found.score + _likeness(one.heading, other.heading)) / 2
        if found.score >= RENAMED or with_heading >= RENAMED_IN_PART or one.key == other.key:
            _pair_if_free(found.old, found.new, old_words, new_words, pairs)


def _likeness(one: str, other: str) -> float:
    words, others = Counter(telling_words(one)), Counter(telling_words(other))
    return 2 * (words & others).total() / ((words + others).total() or 1)


class _Search:
    """Two rows of blocks, and what of them was found to belong together so far."""

    def __init__(self, old: list[Place], new: list[Place], passages: Pairs) -> None:
        self.old = old
        self.new = new
        self.pairs: Pairs = {}
        self._passages = passages
        self._old_texts = [one.block.text for one in old]
        self._new_texts = [one.block.text for one in new]
        self._rows = [
            (_range_of(old, old_passage), _range_of(new, new_passage))
            for new_passage, old_passage in passages.items()
        ]

    def pair_equal(self) -> None:
        """Pair blocks of the same words: in their order, in their passage, anywhere."""
        for theirs, mine in self._rows:
            found = align([self._old_texts[i] for i in theirs], [self._new_texts[i] for i in mine])
            self.pairs.update((mine[other], theirs[one]) for one, other in found)
        _pair_equal(
            [(one.passage, one.block.text) for one in self.old],
            [(self._passages.get(one.passage, -1), one.block.text) for one in self.new],
            self.pairs,
        )
        _pair_equal(_singular(self._old_texts), _singular(self._new_texts), self.pairs)

    def pair_neighbors(self) -> None:
        """Pair blocks of the same words next to a pair, short ones included."""
        taken = set(self.pairs.values())
        for step in (1, -1):
            for new, old in sorted(self.pairs.items(), reverse=step < 0):
                one, other = old + step, new + step
                while (
                    0 <= one < len(self.old)
                    and 0 <= other < len(self.new)
                    and one not in taken
                    and other not in self.pairs
                    and self._old_texts[one] == self._new_texts[other]
                ):
                    self.pairs[other] = one
                    taken.add(one)
                    one, other = one + step, other + step

    def pair_reworded(self) -> None:
        """Pair blocks of like words: in their passage, then anywhere."""
        old_words = _words_of_free(self.old, self.pairs.values())
        new_words = _words_of_free(self.new, self.pairs)
        for theirs, mine in self._rows:
            before = {place: old_words[place] for place in theirs if place in old_words}
            after = {place: new_words[place] for place in mine if place in new_words}
            if before and after:
                self._pair_alike(before, after, self._within(theirs, mine))
        taken = set(self.pairs.values())
        before = {
            place: old_words[place]
            for place, text in enumerate(_singular(self._old_texts))
            if text and place in old_words and place not in taken
        }
        after = {
            place: new_words[place]
            for place, text in enumerate(_singular(self._new_texts))
            if text and place in new_words and place not in self.pairs
        }
        self._pair_alike(before, after, self.pairs)

    def _pair_alike(
        self, old: dict[int, Counter[str]], new: dict[int, Counter[str]], around: Pairs
    ) -> None:
        landmarks = Landmarks(around)
        for found in resembling(old, new, least=REWORDED):
            is_between = landmarks.agree(found.old, found.new)
            is_equal = self._old_texts[found.old] == self._new_texts[found.new]
            if is_between or (found.score >= REWORDED_ELSEWHERE and not is_equal):
                _pair_if_free(found.old, found.new, old, new, self.pairs)

    def _within(self, theirs: range, mine: range) -> Pairs:
        """Return what was found within two paired passages."""
        return {place: self.pairs[place] for place in mine if self.pairs.get(place, -1) in theirs}

    def moved(self) -> set[int]:
        """Return which new positions left the order in which the others stayed."""
        moved: set[int] = set()
        local: Pairs = {}
        for theirs, mine in self._rows:
            here = self._within(theirs, mine)
            moved.update(out_of_order(here))
            local.update(here)
        # What changed its passage may only have got a heading before it: it did not move if
        # it still stands between the same blocks that kept theirs.
        landmarks = Landmarks(local)
        between = {
            new: old
            for new, old in self.pairs.items()
            if new not in local and landmarks.agree(old, new)
        }
        moved.update(self.pairs.keys() - local.keys() - between.keys())
        moved.update(out_of_order(between))
        return moved


def _pair_equal(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    pairs: Pairs,
    *,
    only_unique: bool = False,
) -> None:
    """Pair what is still free and has the same key, in order; None is nobody's key.

    Args:
        old: the keys of the old items.
        new: the keys of the new items.
        pairs: what is taken; what is found is added.
        only_unique: leave alone what several free items of one side have for their key.

    """
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for place in _free(len(old), pairs.values()):
        holders[old[place]].append(place)
    askers: dict[Hashable, list[int]] = defaultdict(list)
    for place in _free(len(new), pairs):
        askers[new[place]].append(place)
    for key, asking in askers.items():
        holding = holders.get(key, []) if key is not None else []
        if not only_unique or len(holding) == len(asking) == 1:
            pairs.update(zip(asking, holding, strict=False))


def _pair_if_free(
    old: int,
    new: int,
    free_old: dict[int, Counter[str]],
    free_new: dict[int, Counter[str]],
    pairs: Pairs,
) -> None:
    if old in free_old and new in free_new:
        pairs[new] = old
        del free_old[old], free_new[new]


def _free(size: int, taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [place for place in range(size) if place not in gone]


def _places(passages: Sequence[Passage]) -> list[Place]:
    return [Place(number, block) for number, one in enumerate(passages) for block in one.blocks]


def _range_of(places: list[Place], passage: int) -> range:
    return range(
        bisect_left(places, passage, key=lambda one: one.passage),
        bisect_left(places, passage + 1, key=lambda one: one.passage),
    )


def _singular(texts: Sequence[str]) -> list[str | None]:
    """Return the texts that say enough, and once only, to be known again anywhere; else None."""
    counts = Counter(texts)
    return [text if counts[text] == 1 and text.count(" ") >= TELLING else None for text in texts]


def _words(passage: Passage) -> Counter[str]:
    texts = (block.text for block in passage.blocks)
    return Counter(telling_words(" ".join((passage.heading, *texts))))


def _words_of_free(places: list[Place], taken: Iterable[int]) -> dict[int, Counter[str]]:
    return {
        place: Counter(telling_words(places[place].block.text))
        for place in _free(len(places), taken)
    }
