"""What is to be changed is read anew, and others who would change it wait; what is read is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Select, event, make_url, update

from osac_share.councils.policy import CHAIR, Actor, clearance_of
from osac_share.reports import queries
from osac_share.reports.models import Report
from tests.reports.questions import HOUR, Facts, Shelf, draft, edition, seated
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import ORMExecuteState, Session

POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()

AMARA = seated(CHAIR)
ACTOR = Actor(AMARA, clearance_of(AMARA))
WAITS: dict[str, Callable[[Session], object]] = {
    "draft": lambda s: queries.get_draft(s, "review", AMARA, to_change=True),
    "review": lambda s: queries.get_for_review(s, "review", AMARA, to_change=True),
    "look": lambda s: queries.get_owed_look(s, "owed", ACTOR, to_change=True),
}
READS: dict[str, Callable[[Session], object]] = {
    "draft": lambda s: queries.get_draft(s, "review", AMARA),
    "review": lambda s: queries.get_for_review(s, "review", AMARA),
    "look": lambda s: queries.get_owed_look(s, "owed", ACTOR),
}
PASSES_BY: dict[str, Callable[[Session], object]] = {
    "release": lambda s: queries.due_for_release(s, at=MOMENT),
    "end": lambda s: queries.due_to_expire(s, at=MOMENT),
}


@pytest.fixture
def shelf(session: Session) -> Shelf:
    """Return a shelf with something for each of these questions to find."""
    shelf = Shelf(session)
    over: Facts = {"expires_at": MOMENT, "second_look_due_at": MOMENT + HOUR}
    shelf.put("review", draft("in_review"), state="draft")
    shelf.put("held back", draft("scheduled", release_at=MOMENT), state="draft")
    shelf.put("owed", edition(**over), current=1)
    session.flush()
    return shelf


def asked(session: Session, question: Callable[[Session], object]) -> str:
    """Return the first thing that PostgreSQL would be asked."""
    said: list[str] = []

    def note(state: ORMExecuteState) -> None:
        assert isinstance(state.statement, Select)
        said.append(str(state.statement.compile(dialect=POSTGRESQL)))

    event.listen(session, "do_orm_execute", note)
    question(session)
    event.remove(session, "do_orm_execute", note)
    return said[0]


@pytest.mark.parametrize("name", WAITS)
def test_others_wait_for_what_is_to_be_changed_and_for_nothing_else(
    shelf: Shelf, name: str
) -> None:
    locking = asked(shelf.session, WAITS[name])
    assert "FOR UPDATE OF" in locking
    assert "SKIP LOCKED" not in locking
    assert "FOR UPDATE" not in asked(shelf.session, READS[name])


@pytest.mark.parametrize("name", PASSES_BY)
def test_clock_passes_by_what_somebody_is_changing(shelf: Shelf, name: str) -> None:
    assert "SKIP LOCKED" in asked(shelf.session, PASSES_BY[name])


@pytest.mark.parametrize("name", [*WAITS, *PASSES_BY])
def test_what_is_to_be_changed_is_read_as_it_is_now(shelf: Shelf, name: str) -> None:
    session = shelf.session
    kept = session.query(Report).all()
    anew = update(Report).values(issuer="Another house")
    session.execute(anew, execution_options={"synchronize_session": False})
    assert {one.issuer for one in kept} == {""}
    (WAITS | PASSES_BY)[name](session)
    assert {one.issuer for one in kept} == {"", "Another house"}
