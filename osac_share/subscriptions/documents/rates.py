"""How much a wish brings, in words."""

from __future__ import annotations

from osac_share.subscriptions.models import AT_ONCE, DAILY

DAYS = 30
"""So far back it is counted what a wish would have brought."""

A_WEEK = 7


def rate_in_words(reports: int, frequency: str) -> str:
    """Return how much a wish brings that would have brought so many reports within `DAYS`.

    "about 4 mails a week", or of a digest "about 4 reports a week, in one mail a day at most".
    """
    if not reports:
        return f"nothing in the last {DAYS} days"
    if frequency == AT_ONCE:
        return _rate(reports, "mail")
    return f"{_rate(reports, 'report')}, in one mail a {'day' if frequency == DAILY else 'week'}"


def _rate(number: int, what: str) -> str:
    a_week = round(number * A_WEEK / DAYS)
    many, time = (a_week, "week") if a_week else (number, "month")
    return f"about {many:,} {what}{'' if many == 1 else 's'} a {time}"
