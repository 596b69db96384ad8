"""Reports put straight into the tables, so that each question has something to get wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from osac_share.councils.models import Council
from osac_share.councils.policy import Standing
from osac_share.reports.models import (
    PUBLISHED,
    WRITING,
    Edition,
    EditionAudience,
    EditionPlace,
    EditionTopic,
    Report,
)
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

HOUR = timedelta(hours=1)
Facts = dict[str, Any]
"""Columns of a report or an edition, by name."""

HERE = ((1, "kenya"), (2, "uganda"))
"""The councils."""

EVERYBODY_HERE = ("members", "chair:1", "staff")


def seated(kind: str, council: int = 1, *, person_id: int = 7, active: bool = True) -> Standing:
    """Return the standing of a private citizen with one seat."""
    return Standing(
        person_id=person_id,
        organization_id=3,
        organization_type="company",
        organization_sector="energy",
        active=active,
        seats=frozenset({(council, kind)}),
    )


@dataclass
class Shelf:
    """Puts reports of two councils, Kenya (1) and Uganda (2), where questions find them."""

    session: Session
    minutes: int = field(default=0)

    def __post_init__(self) -> None:
        self.session.add_all(Council(id=id_, slug=slug, name=slug.title()) for id_, slug in HERE)
        self.session.flush()

    def put(self, name: str, *editions: Edition, current: int = 0, **facts: Any) -> Report:  # noqa: ANN401 -- columns.
        """Return a report at the address `name`, whose edition with the number `current` holds."""
        self.minutes += 1
        at = MOMENT + timedelta(minutes=self.minutes)
        usual: Facts = {"kind": "alert", "council_id": 1, "state": PUBLISHED, "published_at": at}
        report = Report(public_id=name, created_at=at, changed_at=at, **(usual | facts))
        for number, edition in enumerate(editions, 1):
            edition.number = number
            report.editions.append(edition)
        self.session.add(report)
        self.session.flush()
        for edition in editions:
            for token in edition.__dict__.pop("_tokens"):
                self.session.add(EditionAudience(edition_id=edition.id, token=token))
        report.current_edition_id = editions[current - 1].id if current else None
        return report


def edition(
    tokens: Iterable[str] = EVERYBODY_HERE,
    *,
    published: datetime | None = MOMENT,
    place: str = "KE",
    topic: str = "crime",
    **facts: Any,  # noqa: ANN401 -- columns.
) -> Edition:
    """Return an edition for the readers who hold one of these tokens."""
    made = Edition(title="A march", updated_at=MOMENT, published_at=published, **facts)
    made.places = [EditionPlace(country=place, place="")]
    made.topics = [EditionTopic(topic=topic)]
    made.__dict__["_tokens"] = tuple(tokens)
    return made


def draft(stage: str = WRITING, tokens: Iterable[str] = EVERYBODY_HERE, **facts: Any) -> Edition:  # noqa: ANN401 -- columns.
    """Return an edition that is not published."""
    return edition(tokens, published=None, stage=stage, **{"authors": [8], **facts})
