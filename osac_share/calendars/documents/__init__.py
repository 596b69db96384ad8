"""Reports as entries of calendars, and calendars as iCalendar writes them."""

from osac_share.calendars.documents.entries import Entry, Publisher, entries_of
from osac_share.calendars.documents.writing import CONTENT_TYPE, write_calendar

__all__ = ["CONTENT_TYPE", "Entry", "Publisher", "entries_of", "write_calendar"]
