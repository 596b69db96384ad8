"""CAP messages, the list of them that hubs read, and what a message says when it comes back."""

from osac_share.cap.documents.alerts import Reference, Sender, alert_of, sender_of
from osac_share.cap.documents.index import CONTENT_TYPES, Index, Listed, write_index
from osac_share.cap.documents.writing import CAP, MEDIA_TYPE, cap_time, serialized

__all__ = [
    "CAP",
    "CONTENT_TYPES",
    "MEDIA_TYPE",
    "Index",
    "Listed",
    "Reference",
    "Sender",
    "alert_of",
    "cap_time",
    "sender_of",
    "serialized",
    "write_index",
]
