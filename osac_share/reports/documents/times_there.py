"""Moments as they are read where something happens, and everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.reports.models import Edition, Report


def zone_of(report: Report, edition: Edition) -> str:
    """Return the IANA zone in which readers of an edition think: the council's, or the country's.

    UTC, where several countries share no council.
    """
    if report.council is not None and report.council.time_zone != "UTC":
        return report.council.time_zone
    if len(edition.countries) != 1:
        return "UTC"
    return taxonomy.country(edition.countries[0]).time_zone


def time_there(at: datetime, zone: str) -> str:
    """Return a moment in an IANA zone and in UTC: 24 Nov 2026, 21:00 Nairobi time (18:00 UTC)."""
    there, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo("UTC"))
    if zone == "UTC":
        return f"{_in_full(utc)} UTC"
    day = "" if there.date() == utc.date() else f"{_day(utc)}, "
    return f"{_in_full(there)} {_city(zone)} time ({day}{utc:%H:%M} UTC)"


def span_there(begins: datetime | None, ends: datetime | None, zone: str) -> str:
    """Return a span of time in an IANA zone and in UTC; empty when both of its ends are open.

    17 Aug 2026, 14:00 to 15:00 Oslo time (12:00 to 13:00 UTC).
    """
    if begins is None:
        return f"until {time_there(ends, zone)}" if ends else ""
    if ends is None:
        return f"from {time_there(begins, zone)}"
    there = begins.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
    utc = begins.astimezone(ZoneInfo("UTC")), ends.astimezone(ZoneInfo("UTC"))
    last = f"{there[1]:%H:%M}" if _is_one_day(*there) else _in_full(there[1])
    words = f"{_in_full(there[0])} to {last}"
    if zone == "UTC":
        return f"{words} UTC"
    if _is_one_day(*there, *utc):
        return f"{words} {_city(zone)} time ({utc[0]:%H:%M} to {utc[1]:%H:%M} UTC)"
    dated = " to ".join(f"{_day(one)}, {one:%H:%M}" for one in utc)
    return f"{words} {_city(zone)} time ({dated} UTC)"


def _is_one_day(*moments: datetime) -> bool:
    return len({one.date() for one in moments}) == 1


def _in_full(at: datetime) -> str:
    return f"{_day(at)} {at:%Y, %H:%M}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
