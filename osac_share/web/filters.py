"""What templates may ask for: times as people need them, numbers, addresses of files."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app, url_for

from osac_share.kernel import clock
from osac_share.kernel.logs import without_secrets

if TYPE_CHECKING:
    from flask import Flask

MINUTE, HOUR, DAY = 60, 3600, 86_400
WITHIN_WEEKS = timedelta(days=14)


def install(app: Flask) -> None:
    """Give the templates of `app` these filters and globals."""
    app.jinja_env.filters.update(
        iso_time=iso_time,
        utc_time=utc_time,
        local_time=local_time,
        relative_time=relative_time,
        day=day,
        number=number,
        without_secrets=without_secrets,
    )
    app.jinja_env.globals.update(static_url=static_url)


def iso_time(at: datetime) -> str:
    """Return a moment as machines read it: 2026-11-21T11:05:00Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def utc_time(at: datetime) -> str:
    """Return a moment in full, in UTC: 21 Nov 2026, 11:05 UTC."""
    moment = at.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def local_time(at: datetime, zone: str) -> str:
    """Return the time of day in an IANA zone, with the day when it is not today's there."""
    moment = at.astimezone(ZoneInfo(zone))
    today = clock.now().astimezone(moment.tzinfo).date()
    if moment.date() == today:
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}, {moment:%H:%M}"


def relative_time(at: datetime) -> str:
    """Return how long ago or how far ahead a moment is, never vaguely: 2 h ago, in 3 days."""
    now = clock.now()
    seconds = int((now - at).total_seconds())
    size = abs(seconds)
    if size < MINUTE:
        return "just now"
    if timedelta(seconds=size) > WITHIN_WEEKS:
        return day(at)
    if size < HOUR:
        words = f"{size // MINUTE} min"
    elif size < DAY:
        words = f"{size // HOUR} h"
    else:
        words = "1 day" if size < 2 * DAY else f"{size // DAY} days"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def day(on: date | datetime) -> str:
    """Return a calendar day: 21 Nov 2026."""
    on = on.astimezone(UTC) if isinstance(on, datetime) else on
    return f"{on.day} {on:%b %Y}"


def number(count: int) -> str:
    """Return a whole number with its thousands set apart: 1,284."""
    return f"{count:,}"


def static_url(path: str) -> str:
    """Return the address of a file of ours, which changes when the file does."""
    folder = Path(current_app.static_folder or "")
    return url_for("static", filename=path, v=_fingerprint(folder / path))


@lru_cache(maxsize=256)
def _fingerprint(file: Path) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:10]
    except OSError:
        return None
