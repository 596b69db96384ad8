"""What features above this one add to the page on a report.

Each is a question that is asked whenever the page is: what it finds is part of what the page is
kept under, so a page never shows one reader what is another's. Reports know no names but these.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from osac_share.councils.policy import Actor
from osac_share.reports.queries import Glance

if TYPE_CHECKING:
    from collections.abc import Mapping

Aside = Callable[[Session, Actor, Glance], Hashable]

_ASIDES: dict[str, Aside] = {}

Found = tuple[tuple[str, Hashable], ...]


def add_aside(name: str, question: Aside) -> None:
    """Let the template have what `question` finds of a report, as `asides[name]`."""
    _ASIDES[name] = question


def asides_of(session: Session, actor: Actor, glance: Glance) -> Found:
    """Return what everybody who adds something finds, by name."""
    return tuple((name, question(session, actor, glance)) for name, question in _ASIDES.items())


def named(found: Found) -> Mapping[str, Hashable]:
    """Return what was found as the template reads it."""
    return dict(found)
