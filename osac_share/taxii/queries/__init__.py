"""What collections there are, and what somebody may read in them."""

from osac_share.taxii.queries.asking import ALL, FIRST, LAST, Asked, View
from osac_share.taxii.queries.collections import (
    ROOTS,
    Collection,
    collections_of,
    get_collection,
    get_root,
)
from osac_share.taxii.queries.contents import Item, Page, holds, page_of

__all__ = [
    "ALL",
    "FIRST",
    "LAST",
    "ROOTS",
    "Asked",
    "Collection",
    "Item",
    "Page",
    "View",
    "collections_of",
    "get_collection",
    "get_root",
    "holds",
    "page_of",
]
