"""Where somebody is signed in, and who may end it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.actions import end_sessions, restore, suspend
from osac_share.accounts.models import UserSession
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.models import Letter
from tests.support.letters import letters_to

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

LIST = "/account/sessions"


def test_list_shows_where_one_is_signed_in_and_ends_one(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    here, there = signed_in(cast.dora), signed_in(cast.dora)
    page = here.open(LIST)
    assert len(page.texts("//tbody/tr")) == 2
    assert page.text.count("this browser") == 1
    (ending,) = {
        form.action for form in page.root.forms if form.action and form.action.endswith("/end")
    }
    here.submit(LIST, to=ending)
    assert there.open("/account").status == 303
    assert here.open("/account").status == 200
    assert here.client.post(ending).status_code == 400


def test_all_others_are_ended_at_once(signed_in: SignIn, cast: Cast, session: Session) -> None:
    here, *others = (signed_in(cast.dora) for _ in range(4))
    here.submit(LIST, to="/account/sessions/end-others")
    assert [one.open("/account").status for one in (here, *others)] == [200, 303, 303, 303]
    assert "sessions_ended" not in letters_to(session, cast.dora.email)


def test_nobody_ends_the_session_of_somebody_else(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    dora, ben = signed_in(cast.dora), signed_in(cast.ben)
    session.rollback()
    of_dora = session.scalars(
        select(UserSession.public_id).where(UserSession.person_id == cast.dora.id)
    ).one()
    token = ben.open("/account").form_to("/logout")["csrf_token"]
    answer = ben.client.post(f"{LIST}/{of_dora}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert dora.open("/account").status == 200


def test_session_that_is_over_is_not_listed(
    signed_in: SignIn, cast: Cast, clock: time_machine.Traveller
) -> None:
    signed_in(cast.dora)
    clock.shift(timedelta(minutes=31))
    assert len(signed_in(cast.dora).open(LIST).texts("//tbody/tr")) == 1


def test_session_that_staff_ended_is_dead_at_once_and_the_person_is_told_why(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    visitor = signed_in(cast.dora)
    with transaction(session):
        ended = end_sessions(
            session,
            cast.dora,
            by=cast.actors["gus"].name_in_record,
            at=at,
            because="A phone was stolen.",
        )
    assert ended == 1
    assert visitor.open("/account").status == 303
    assert letters_to(session, cast.dora.email) == ["sessions_ended"]
    letter = session.scalars(select(Letter)).one()
    assert letter.words["reason"] == "A phone was stolen."
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor) == ("session.end_all", "Gus Analyst")


def test_suspended_person_is_out_at_once_and_in_again_when_restored(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    visitor, by = signed_in(cast.dora), cast.actors["gus"].name_in_record
    with transaction(session):
        suspend(session, cast.dora, by=by, at=at, because="asked by the employer")
    assert visitor.open("/account").status == 303
    with pytest.raises(RuleBroken), transaction(session):
        suspend(session, cast.dora, by=by, at=at, because="again")
    with transaction(session):
        restore(session, cast.dora, by=by, at=at, because="a mistake")
    assert visitor.open("/account").status == 303
    assert signed_in(cast.dora).open("/account").status == 200
    with pytest.raises(RuleBroken), transaction(session):
        restore(session, cast.dora, by=by, at=at, because="again")


@pytest.mark.one_database
def test_account_says_who_one_is_and_where_to_change_it(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in(cast.amara).open("/account")
    for words in ("Amara Chair", "amara@example.org", "Department of Examples", "Chair"):
        assert words in page.text
    for path in ("passphrase", "address", "sessions", "factors", "tokens"):
        assert f"/account/{path}" in page.links().values()
