"""Names among the words of a query, and what they stand for.

"Burma" finds what is said of Myanmar: the word, or the country that a report carries, is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from osac_share.search.index.analysis import term_of
from osac_share.search.models import AnyOf, Phrase, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from osac_share.search.models import Clause, Tag

    Meant = Callable[[str], Tag | None]
    Said = Sequence[tuple[int, str]]

LONGEST_NAME: Final = 6
"""How many words a name has at most: "Democratic People's Republic of Korea"."""
MOST_WORDS: Final = 8
"""With more words than this a query is a pasted sentence, which means what it says."""


def names_in(said: Said, meant: Meant) -> Iterator[tuple[range, Tag]]:
    """Yield the positions of each name, longer names before the shorter ones in them.

    Args:
        said: the plain words of a query with their positions, stop words included.
        meant: returns what a name stands for, or None.

    """
    at = 0
    while at < len(said):
        for end in range(min(at + LONGEST_NAME, len(said)), at, -1):
            tag = _named(said[at:end], meant)
            if tag is not None:
                yield range(said[at][0], said[end - 1][0] + 1), tag
                at = end
                break
        else:
            at += 1


def with_meanings(clauses: Sequence[Clause], names: Sequence[tuple[range, Tag]]) -> list[Clause]:
    """Return the clauses of a query in which names may also be met by what they stand for."""
    found = list(clauses)
    for places, tag in names:
        words = [one for one in found if isinstance(one, Word) and one.position in places]
        if not words:
            continue
        first = found.index(words[0])
        found[first] = AnyOf((_together(words), tag))
        found = [one for one in found if one not in words]
    return found


def _named(said: Said, meant: Meant) -> Tag | None:
    (first, one), (last, other) = said[0], said[-1]
    # No name begins or ends with a stop word, and none has other words within.
    if last - first != len(said) - 1 or not (term_of(one) and term_of(other)):
        return None
    return meant(" ".join(word for _, word in said))


def _together(words: Sequence[Word]) -> Word | Phrase:
    if len(words) == 1:
        return words[0]
    first = words[0].position
    return Phrase(tuple((word.position - first, word.term) for word in words))
