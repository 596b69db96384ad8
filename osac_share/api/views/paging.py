"""Lists that are read a page at a time, and go on where one stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request

from osac_share.api.documents.cursors import read_cursor, written_cursor
from osac_share.api.queries import Place
from osac_share.web.sessions import current_settings

if TYPE_CHECKING:
    from datetime import datetime


def place_in(cursor: str | None) -> Place | None:
    """Return the place that a cursor stands for; None for the beginning.

    Raises:
        Mistaken: it is none of ours.

    """
    return None if cursor is None else Place(*read_cursor(cursor))


def next_page(at: datetime, public_id: str) -> str:
    """Return the address of the page that follows what this request asked for.

    Args:
        at: the moment by which the last thing shown has its place.
        public_id: its name.

    """
    kept = [one for one in request.args.items(multi=True) if one[0] != "cursor"]
    query = urlencode([*kept, ("cursor", written_cursor(at, public_id))])
    return f"{current_settings().public.url}{request.path}?{query}"
