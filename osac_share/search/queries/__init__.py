"""Searching: the index says which editions, the database has the last word on who may see them."""

from osac_share.search.queries.filters import resolver
from osac_share.search.queries.results import SIZE, Found, Narrowing, Result, search

__all__ = ["SIZE", "Found", "Narrowing", "Result", "resolver", "search"]
