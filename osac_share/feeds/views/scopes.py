"""What a request for a feed is about; what a search finds, a feature above this one knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from osac_share.feeds.queries import SEARCH, Scope, find_scope, scope_of_search
from osac_share.kernel.errors import NotFound
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Mapping

Find = Callable[[Session, str, AbstractSet[str]], "tuple[str, Sequence[int]]"]
"""Given the words of a search and a clearance, returns the words in canonical form, empty if they
ask for nothing, and the ids of the newest editions that they find."""

_NAME = "osac_feeds_of_searches"


def use_search(app: Flask, find: Find) -> None:
    """Let there be feeds of searches."""
    app.extensions[_NAME] = find


def search_scope(words: str, clearance: AbstractSet[str]) -> Scope:
    """Return the scope of the feed of a search.

    Raises:
        NotFound: there is nothing to look for.

    """
    find = cast("Find", current_app.extensions[_NAME])
    asked, editions = find(current_session(), words, clearance)
    if not asked:
        raise NotFound
    return scope_of_search(asked, editions)


def scope_bound_to(feed: Mapping[str, Any], clearance: AbstractSet[str]) -> Scope | None:
    """Return the scope of what a token is bound to, or None if there is no such thing any more.

    Args:
        feed: see `find_scope`; the `path` of a search goes with its `words`.
        clearance: that of the token's owner.

    """
    if feed.get("path") != SEARCH:
        return find_scope(current_session(), feed)
    try:
        return search_scope(str(feed.get("words", "")), clearance)
    except NotFound:
        return None
