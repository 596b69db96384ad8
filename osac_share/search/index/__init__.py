"""The index: the only code that knows Whoosh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from osac_share.kernel.cache import BoundedCache
from osac_share.search.index.folder import Folder
from osac_share.search.index.grammar import parse
from osac_share.search.index.highlighting import Sought, highlight, sought_by
from osac_share.search.index.reader import LOOK_EVERY_S, Reader
from osac_share.search.index.rows import Rows
from osac_share.search.index.writing import Writer
from osac_share.settings import IN_DATABASE

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from osac_share.search.index.keeping import Keeper
    from osac_share.search.models import SearchIndex, SearchWriter
    from osac_share.settings import Settings

__all__ = [
    "BoundedCache",
    "Folder",
    "Reader",
    "Rows",
    "Sought",
    "Writer",
    "highlight",
    "open_reader",
    "open_writer",
    "parse",
    "sought_by",
]

FOLDER: Final = "search"


def open_reader(
    settings: Settings, engine: Engine, *, look_every: float = LOOK_EVERY_S
) -> SearchIndex:
    """Return the index that the settings name, for asking.

    Args:
        settings: those of the installation.
        engine: its database, in which the index may be kept.
        look_every: seconds for which an answer may miss what was just written.

    """
    return Reader(_keeper(settings, engine), look_every=look_every)


def open_writer(settings: Settings, engine: Engine) -> SearchWriter:
    """Return the index that the settings name, for writing."""
    return Writer(_keeper(settings, engine))


def _keeper(settings: Settings, engine: Engine) -> Keeper:
    if settings.search_url == IN_DATABASE:
        return Rows(engine)
    return Folder(settings.data.dir / FOLDER)
