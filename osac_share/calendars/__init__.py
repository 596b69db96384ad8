"""When things happen and for how long warnings hold, for calendars (iCalendar, RFC 5545)."""
