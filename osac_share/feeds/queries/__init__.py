"""What news feeds hold and when they last changed. Sight is part of each question."""

from osac_share.feeds.queries.news import ENDED_STAY, NEWEST, find_entry, generation, news_feed
from osac_share.feeds.queries.private import find_scope, private_version
from osac_share.feeds.queries.scopes import (
    ALL_REPORTS,
    PUBLIC_SIGHT,
    SEARCH,
    SHELVES,
    Scope,
    Sight,
    get_scope,
    private_sight,
    scope_of_search,
)

__all__ = [
    "ALL_REPORTS",
    "ENDED_STAY",
    "NEWEST",
    "PUBLIC_SIGHT",
    "SEARCH",
    "SHELVES",
    "Scope",
    "Sight",
    "find_entry",
    "find_scope",
    "generation",
    "get_scope",
    "news_feed",
    "private_sight",
    "private_version",
    "scope_of_search",
]
