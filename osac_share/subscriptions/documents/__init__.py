"""Wishes in words, how much they bring, and the stays that a calendar file tells of."""

from osac_share.subscriptions.documents.calendars import (
    LARGEST_CALENDAR,
    Stay,
    read_stays,
)
from osac_share.subscriptions.documents.rates import DAYS, rate_in_words
from osac_share.subscriptions.documents.wishes import (
    CHANNELS,
    FREQUENCIES,
    Sentence,
    describe,
    enumerate_names,
    name_of_places,
    names_of_councils,
    sentence_of,
)

__all__ = [
    "CHANNELS",
    "DAYS",
    "FREQUENCIES",
    "LARGEST_CALENDAR",
    "Sentence",
    "Stay",
    "describe",
    "enumerate_names",
    "name_of_places",
    "names_of_councils",
    "rate_in_words",
    "read_stays",
    "sentence_of",
]
