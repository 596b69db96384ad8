"""The index: the only code that knows Whoosh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from osac_share.kernel.cache import BoundedCache
from osac_share.kernel.errors import Misconfigured
from osac_share.search.index.grammar import parse
from osac_share.search.index.highlighting import highlight, sought_by
from osac_share.search.index.reader import LOOK_EVERY_S, Reader
from osac_share.search.index.writing import Writer

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.search.models import SearchIndex, SearchWriter
    from osac_share.settings import Settings

__all__ = [
    "BoundedCache",
    "Reader",
    "Writer",
    "highlight",
    "open_reader",
    "open_writer",
    "parse",
    "sought_by",
]

EMBEDDED: Final = "whoosh:"
FOLDER: Final = "search"


def open_reader(settings: Settings, *, look_every: float = LOOK_EVERY_S) -> SearchIndex:
    """Return the engine that the settings name, for asking.

    Args:
        settings: those of the installation.
        look_every: seconds for which an answer may miss what was just written.

    Raises:
        Misconfigured: there is no such engine.

    """
    return Reader(_root(settings), look_every=look_every)


def open_writer(settings: Settings) -> SearchWriter:
    """Return the engine that the settings name, for writing; raises as `open_reader`."""
    return Writer(_root(settings))


def _root(settings: Settings) -> Path:
    if settings.search.url != EMBEDDED:
        raise Misconfigured(
            f"OSAC_SEARCH_URL names no search engine that we have. Leave it out, or set {EMBEDDED}"
        )
    return settings.data.dir / FOLDER
