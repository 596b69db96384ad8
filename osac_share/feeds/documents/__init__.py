"""Feed documents: an entry is written once per format and feeds are joined from entries."""

from osac_share.feeds.documents.entries import FORMATS, Category, Feed, FeedEntry, Format
from osac_share.feeds.documents.news import (
    Issue,
    Message,
    Publisher,
    entry_of,
    find_replaced,
    message_of,
    notice_of,
    publisher_of,
)
from osac_share.feeds.documents.rendering import CONTENT_TYPES, FeedRenderer

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "Category",
    "Feed",
    "FeedEntry",
    "FeedRenderer",
    "Format",
    "Issue",
    "Message",
    "Publisher",
    "entry_of",
    "find_replaced",
    "message_of",
    "notice_of",
    "publisher_of",
]
