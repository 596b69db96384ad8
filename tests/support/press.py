"""Publish one draft in a process of its own, so that a test can kill it in the middle."""

from __future__ import annotations

import sys

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import Actor, clearance_of
from osac_share.councils.queries import standing_of
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.reports.actions import publish
from osac_share.reports.models import Edition
from osac_share.settings import load_settings


def main(edition_id: int, email: str) -> None:
    """Publish the draft as this person would, through the same transaction as the page."""
    engine = open_engine(load_settings().database_url)
    with session_factory(engine)() as session, transaction(session):
        at = clock.now()
        person = session.scalars(select(Person).where(Person.email == email)).one()
        standing = standing_of(session, person.id, at=at)
        actor = Actor(standing, clearance_of(standing), person.name, person.email)
        draft = session.get_one(Edition, edition_id)
        publish(session, draft.report, draft, by=actor, at=at)
    engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
