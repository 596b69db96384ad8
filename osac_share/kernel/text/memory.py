"""What became of pieces of text, remembered while many texts that repeat each other are read."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Rest = ParamSpec("Rest")
Made = TypeVar("Made")

PIECES: Final = 4096
LONGEST: Final = 4_000
"""In characters; together the two bound what is remembered to some tens of megabytes."""

_forget: Final[list[Callable[[], None]]] = []
_readers: Final[list[object]] = []


@contextmanager
def remembering() -> Iterator[None]:
    """Remember, until the block ends, what becomes of each piece of text.

    For the work on texts by the thousand: editions of one report share most of their words.
    Elsewhere nothing is remembered, so that the time an answer takes never tells what
    somebody else has written.
    """
    reader = object()
    _readers.append(reader)
    try:
        yield
    finally:
        _readers.remove(reader)
        if not _readers:
            for forget in _forget:
                forget()


def remembered(
    make: Callable[Concatenate[str, Rest], Made],
) -> Callable[Concatenate[str, Rest], Made]:
    """Decorate what is made of a piece, and of nothing else, so that it can be remembered.

    What is made is shared and must not be altered.
    """
    kept = lru_cache(maxsize=PIECES)(make)
    _forget.append(kept.cache_clear)

    @wraps(make)
    def made(piece: str, /, *rest: Rest.args, **named: Rest.kwargs) -> Made:
        if _readers and len(piece) <= LONGEST:
            found: Made = kept(piece, *rest, **named)  # type: ignore[arg-type]
            return found
        return make(piece, *rest, **named)

    return made
