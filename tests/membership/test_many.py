"""Many invitations at once need a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share import acts
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound
from osac_share.membership import actions
from osac_share.membership.models import Invitation
from osac_share.membership.policy import MOST_AT_ONCE, Invitee
from osac_share.proposals.models import Proposal
from tests.support.factories import actor_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.membership.applicants import Members
    from tests.support.cast import SignIn


def invitees(number: int, start: int = 0) -> list[Invitee]:
    return [Invitee(f"New {n}", f"new{n}@example.org") for n in range(start, start + number)]


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Invitation)) or 0


def propose(session: Session, members: Members, at: datetime) -> Proposal:
    with transaction(session):
        made = actions.invite(
            session, members.acme, invitees(MOST_AT_ONCE + 1), by=members.actors["cora"], at=at
        )
    assert made is not None
    return made


def test_as_many_as_one_person_may_are_invited_at_once(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        made = actions.invite(
            session, members.acme, invitees(MOST_AT_ONCE), by=members.actors["cora"], at=at
        )
    assert (made, count(session)) == (None, MOST_AT_ONCE)


@pytest.mark.one_database
def test_many_in_small_steps_count_together(
    session: Session, members: Members, at: datetime
) -> None:
    cora = members.actors["cora"]
    with transaction(session):
        actions.invite(session, members.acme, invitees(MOST_AT_ONCE), by=cora, at=at)
    with transaction(session):
        made = actions.invite(session, members.acme, invitees(1, 100), by=cora, at=at)
    assert made is not None
    assert count(session) == MOST_AT_ONCE


def test_second_person_lets_them_go_out(session: Session, members: Members, at: datetime) -> None:
    proposal = propose(session, members, at)
    assert count(session) == 0
    with transaction(session):
        acts.second(session, proposal.public_id, by=members.actors["adam"], at=at)
    assert count(session) == MOST_AT_ONCE + 1
    assert proposal.outcome == {"invited": MOST_AT_ONCE + 1}


@pytest.mark.one_database
def test_neither_the_contact_nor_a_colleague_is_the_second_person(
    session: Session, members: Members, at: datetime
) -> None:
    proposal = propose(session, members, at)
    with pytest.raises(NotAllowed):
        acts.second(session, proposal.public_id, by=members.actors["cora"], at=at)
    with pytest.raises(NotFound):
        acts.second(session, proposal.public_id, by=members.actors["milo"], at=at)
    assert count(session) == 0


@pytest.mark.one_database
def test_nothing_goes_out_for_a_contact_who_was_relieved_meanwhile(
    session: Session, members: Members, at: datetime
) -> None:
    proposal = propose(session, members, at)
    with transaction(session):
        offer = actions.offer_contact(
            session, members.acme, members.milo, by=members.actors["cora"], at=at
        )
        actions.take(session, offer, members.milo, at=at)
    with pytest.raises(NotAllowed):
        acts.second(session, proposal.public_id, by=members.actors["adam"], at=at)


@pytest.mark.one_database
def test_who_came_in_meanwhile_is_not_invited_again(
    session: Session, members: Members, at: datetime
) -> None:
    proposal = propose(session, members, at)
    adam = actor_of(session, members.adam, at=at)
    with transaction(session):
        actions.bring_in(session, members.acme, invitees(1)[0], by=adam, at=at)
    with transaction(session):
        acts.second(session, proposal.public_id, by=adam, at=at)
    assert proposal.outcome == {"invited": MOST_AT_ONCE}


@pytest.mark.one_database
def test_pasted_list_is_invited_or_proposed(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    cora = signed_in(members.cora)
    page = cora.submit("/organization/invite-many", people="Ada <ada@example.org>\nBob")
    assert (page.status, count(session)) == (422, 0)
    assert "This line names nobody with an address: “Bob”." in page.text
    few = "\n".join(f"{one.name} <{one.email}>" for one in invitees(3))
    assert cora.submit("/organization/invite-many", people=few).status == 303
    assert count(session) == 3
    many = "\n".join(f"{one.name} <{one.email}>" for one in invitees(30, 50))
    page = cora.submit("/organization/invite-many", people=many, follow=True)
    assert "Program staff look at so many invitations" in page.root.text_content()
    assert count(session) == 3
    assert session.scalars(select(Proposal.words)).one() == (
        "Invite 30 people to represent Acme Holdings"
    )
