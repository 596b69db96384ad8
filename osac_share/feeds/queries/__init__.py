"""What news feeds hold and when they last changed. Sight is part of each question."""

from osac_share.feeds.queries.archives import PART, archive_feed
from osac_share.feeds.queries.months import named_part
from osac_share.feeds.queries.news import ENDED_STAY, NEWEST, find_entry, generation, news_feed
from osac_share.feeds.queries.private import find_scope, private_version
from osac_share.feeds.queries.registers import REGISTERS, Register, contacts_noted, register_feed
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
    "PART",
    "PUBLIC_SIGHT",
    "REGISTERS",
    "SEARCH",
    "SHELVES",
    "Register",
    "Scope",
    "Sight",
    "archive_feed",
    "contacts_noted",
    "find_entry",
    "find_scope",
    "generation",
    "get_scope",
    "named_part",
    "news_feed",
    "private_sight",
    "private_version",
    "register_feed",
    "scope_of_search",
]
