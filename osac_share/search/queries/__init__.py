"""Searching: the index says which editions, the database has the last word on who may see them."""

from osac_share.search.queries.files import FoundFile
from osac_share.search.queries.filters import read, resolver
from osac_share.search.queries.results import (
    SIZE,
    Found,
    Narrowing,
    Result,
    search,
    search_like,
)
from osac_share.search.queries.state import IndexState, index_state

__all__ = [
    "SIZE",
    "Found",
    "FoundFile",
    "IndexState",
    "Narrowing",
    "Result",
    "index_state",
    "read",
    "resolver",
    "search",
    "search_like",
]
