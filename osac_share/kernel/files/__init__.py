"""Files that people send: what they are, taken in without trust, kept by their digest."""

from osac_share.kernel.files.kinds import KINDS, Kind, accepted_endings, find_kind
from osac_share.kernel.files.names import clean_name, name_of, shown_name
from osac_share.kernel.files.reading import Unreadable, read_pages
from osac_share.kernel.files.receiving import Received, receive
from osac_share.kernel.files.recognition import recognize
from osac_share.kernel.files.store import Folder, Store

__all__ = [
    "KINDS",
    "Folder",
    "Kind",
    "Received",
    "Store",
    "Unreadable",
    "accepted_endings",
    "clean_name",
    "find_kind",
    "name_of",
    "read_pages",
    "receive",
    "recognize",
    "shown_name",
]
