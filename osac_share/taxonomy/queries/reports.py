"""Find kinds of report, their chapters, markings, severities and states."""

from __future__ import annotations

from osac_share.taxonomy.documents import products, vocabulary
from osac_share.taxonomy.models import (
    AlertKind,
    Chapter,
    Kind,
    Marking,
    Severity,
    State,
    Word,
    fold,
)
from osac_share.taxonomy.queries.registry import Registry
from osac_share.taxonomy.queries.topics import advisory_level

LONGEST_HEADING = 12
"""Only the first words of a heading are compared, so that a stray paragraph costs nothing."""

_KINDS: Registry[Kind] = Registry("kind of report", products().kinds, "code")
_CHAPTERS: Registry[Chapter] = Registry("chapter", products().chapters, "slug")
_MARKINGS: Registry[Marking] = Registry("marking", vocabulary().markings, "code")
_SEVERITIES: Registry[Severity] = Registry("severity", vocabulary().severities, "code")
_ALERT_KINDS: Registry[AlertKind] = Registry("kind of alert", vocabulary().alert_kinds, "code")
_STATES: Registry[State] = Registry("state", vocabulary().states, "code")
_PLACE_STATUSES: Registry[State] = Registry("place status", vocabulary().place_statuses, "code")
_RATINGS: Registry[Word] = Registry("rating", vocabulary().ratings, "code")
_STOCK_ACTIONS: Registry[Word] = Registry("stock action", vocabulary().stock_actions, "code")
_CHAPTERS_BY_NAME = {fold(name): item for item in _CHAPTERS.items for name in item.names}


def kind(code: str) -> Kind:
    """Return the kind of report with this code, or raise `NotFound`."""
    return _KINDS.get(code)


def kinds() -> tuple[Kind, ...]:
    """Return all kinds of report in the order in which they are offered."""
    return _KINDS.items


def written(origin: str) -> tuple[Kind, ...]:
    """Return the kinds of report of which `origin` (council, embassy_relay) may be the author."""
    return tuple(kind for kind in kinds() if origin in kind.origins)


def chapter(slug: str) -> Chapter:
    """Return the chapter of the country information with this slug, or raise `NotFound`."""
    return _CHAPTERS.get(slug)


def chapters() -> tuple[Chapter, ...]:
    """Return all chapters in their printed order; `other` is the last."""
    return _CHAPTERS.items


def marking(code: str) -> Marking:
    """Return the TLP 2.0 marking with this code (CLEAR ... RED), or raise `NotFound`."""
    return _MARKINGS.get(code)


def markings() -> tuple[Marking, ...]:
    """Return the five markings from open to closed."""
    return _MARKINGS.items


def severity(code: str) -> Severity:
    """Return the severity with this code, or raise `NotFound`."""
    return _SEVERITIES.get(code)


def severities() -> tuple[Severity, ...]:
    """Return the severities from grave to slight."""
    return _SEVERITIES.items


def alert_kind(code: str) -> AlertKind:
    """Return the kind of alert with this code, or raise `NotFound`."""
    return _ALERT_KINDS.get(code)


def alert_kinds() -> tuple[AlertKind, ...]:
    """Return all kinds of alert."""
    return _ALERT_KINDS.items


def state(code: str) -> State:
    """Return the state of a report with this code, or raise `NotFound`."""
    return _STATES.get(code)


def states() -> tuple[State, ...]:
    """Return all states in the order of a report's life."""
    return _STATES.items


def place_status(code: str) -> State:
    """Return the status of a place in an alert (active, lifted), or raise `NotFound`."""
    return _PLACE_STATUSES.get(code)


def place_statuses() -> tuple[State, ...]:
    """Return what may be said of a place in an alert."""
    return _PLACE_STATUSES.items


def rating(code: str) -> Word:
    """Return the threat rating with this code (LOW ... CRITICAL), or raise `NotFound`."""
    return _RATINGS.get(code)


def ratings() -> tuple[Word, ...]:
    """Return the threat ratings from slight to grave."""
    return _RATINGS.items


def stock_action(code: str) -> Word:
    """Return the ready-made advice with this code, or raise `NotFound`."""
    return _STOCK_ACTIONS.get(code)


def stock_actions() -> tuple[Word, ...]:
    """Return the advice that authors of alerts pick from."""
    return _STOCK_ACTIONS.items


def chapter_of(heading: str) -> Chapter:
    """Return the chapter to which a heading found on a country page belongs, or `other`.

    The longest known heading with which the text begins decides: "U.S. Embassy Luanda" belongs to
    the embassies, "Weather and Natural Disasters" to safety.
    """
    words = fold(heading[:1000]).split()[:LONGEST_HEADING]
    beginnings = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    known = (_CHAPTERS_BY_NAME.get(text) for text in beginnings)
    return next((item for item in known if item), chapter("other"))


def review_interval(code: str, level: int | None = None) -> int | None:
    """Return after how many months a report of this kind is due for review, or None for never.

    The level of a Travel Advisory shortens its interval. Raises `NotFound` for an unknown kind or
    level.
    """
    months = kind(code).review_months
    return months if months is None or level is None else advisory_level(level).review_months
