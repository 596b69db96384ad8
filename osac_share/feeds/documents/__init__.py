"""Feed documents: an entry is written once per format and feeds are joined from entries."""

from osac_share.feeds.documents.entries import FORMATS, Category, Feed, FeedEntry, Format
from osac_share.feeds.documents.history import NO_HISTORY, History
from osac_share.feeds.documents.news import (
    Issue,
    Message,
    Publisher,
    entry_of,
    find_replaced,
    message_of,
    notice_of,
    publisher_of,
    superseded,
)
from osac_share.feeds.documents.register import Contacts, contacts_entry, entry_for_country
from osac_share.feeds.documents.rendering import CONTENT_TYPES, FeedRenderer

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "NO_HISTORY",
    "Category",
    "Contacts",
    "Feed",
    "FeedEntry",
    "FeedRenderer",
    "Format",
    "History",
    "Issue",
    "Message",
    "Publisher",
    "contacts_entry",
    "entry_for_country",
    "entry_of",
    "find_replaced",
    "message_of",
    "notice_of",
    "publisher_of",
    "superseded",
]
