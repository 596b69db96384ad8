"""Deciding about applications: by whom, when, and only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Membership, Organization
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.models import ACCEPTED, CONTACT, REFUSED, Application
from osac_share.membership.policy import CHECKS, EVERY
from tests.membership.applicants import answers
from tests.membership.racing import at_once
from tests.membership.test_applying import hand_in, only

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.membership.applicants import Mailbox, Members
    from tests.support.cast import Cast, SignIn

ALL = [check.code for check in CHECKS]
ADA = "ada@acme.example.org"


@pytest.fixture
def application(session: Session, members: Members, at: datetime) -> Application:
    hand_in(session, at)
    return only(session)


def check_all(session: Session, application: Application, members: Members, at: datetime) -> None:
    with transaction(session):
        actions.tick(session, application, ALL, by=members.actors["adam"], at=at)


def test_accepting_makes_a_member_and_invites_its_contact(
    session: Session, application: Application, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    check_all(session, application, members, at)
    with transaction(session):
        member = actions.accept(session, application, by=members.actors["adam"], at=at)
    assert (member.name, member.status, member.domains) == (
        *("Acme Wells Inc.", "active"),
        ["acme.example.org"],
    )
    assert (member.verified_at, member.verify_by) == (at, at + EVERY)
    assert application.state == ACCEPTED
    [person] = queries.colleagues(session, member.id, at=at)
    assert (person.person.email, person.membership.is_contact, person.state) == (
        *(ADA, True),
        "invited",
    )
    assert mailbox.purposes(ADA)[-2:] == ["application_accepted", "invitation"]


@pytest.mark.parametrize("left_out", ALL)
@pytest.mark.one_database
def test_nothing_is_accepted_before_every_check_is_done(
    session: Session, application: Application, members: Members, at: datetime, left_out: str
) -> None:
    adam = members.actors["adam"]
    with transaction(session):
        done = [code for code in ALL if code != left_out]
        actions.tick(session, application, done, by=adam, at=at)
    with pytest.raises(RuleBroken, match="Still to be checked"), transaction(session):
        actions.accept(session, application, by=adam, at=at)
    assert find_member(session) is None


@pytest.mark.one_database
def test_check_that_nobody_knows_is_not_noted(
    session: Session, application: Application, members: Members, at: datetime
) -> None:
    with transaction(session):
        actions.tick(session, application, ["us", "magic"], by=members.actors["adam"], at=at)
    assert only(session).checks == ["us"]


@pytest.mark.one_database
def test_nobody_but_administrators_decides(
    session: Session, application: Application, members: Members, at: datetime
) -> None:
    cora = members.actors["cora"]
    acts: list[Callable[[], object]] = [
        lambda: actions.tick(session, application, ALL, by=cora, at=at),
        lambda: actions.ask(session, application, "Who?", by=cora, at=at),
        lambda: actions.accept(session, application, by=cora, at=at),
        lambda: actions.refuse(session, application, because="No.", by=cora, at=at),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.one_database
def test_pages_of_the_staff_are_closed_to_everybody_else(
    cast: Cast, signed_in: SignIn, session: Session, at: datetime
) -> None:
    hand_in(session, at)
    path = f"/admin/applications/{only(session).public_id}"
    organization = session.scalars(select(Organization)).first()
    assert organization is not None
    pages = ["/admin/applications", path, "/admin/organizations"]
    pages.append(f"/admin/organizations/{organization.public_id}")
    for person in (cast.amara, cast.gus, cast.dora):
        visitor = signed_in(person)
        token = visitor.open("/subscriptions").form_to("/logout")["csrf_token"]
        assert {visitor.open(page).status for page in pages} == {403}
        for act in ("checks", "ask", "accept", "refuse"):
            answer = visitor.client.post(f"{path}/{act}", data={"csrf_token": token})
            assert answer.status_code == 403


def test_refusal_gives_the_reason_to_the_applicant(
    session: Session, application: Application, members: Members, at: datetime, mailbox: Mailbox
) -> None:
    why = "It may not operate under U.S. federal law."
    with transaction(session):
        actions.refuse(session, application, because=why, by=members.actors["adam"], at=at)
    assert only(session).state == REFUSED
    letter = mailbox.letters(ADA)[-1]
    assert (letter.purpose, letter.words["reason"]) == ("application_refused", why)


@pytest.mark.one_database
def test_refusal_needs_a_reason(
    session: Session, application: Application, members: Members, at: datetime
) -> None:
    with pytest.raises(RuleBroken, match="Say why"):
        actions.refuse(session, application, because=" ", by=members.actors["adam"], at=at)


@pytest.mark.parametrize("second", ["accept", "refuse", "withdraw"])
def test_of_two_decisions_at_one_moment_only_one_is_made(
    session: Session,
    engine: Engine,
    application: Application,
    members: Members,
    at: datetime,
    second: str,
) -> None:
    check_all(session, application, members, at)
    public_id, adam = application.public_id, members.actors["adam"]
    session.rollback()
    maker = session_factory(engine)

    def decide(act: str) -> Callable[[], bool]:
        def go() -> bool:
            with maker() as own, transaction(own):
                found = queries.get_application(own, public_id, to_change=True)
                if act == "accept":
                    actions.accept(own, found, by=adam, at=at)
                elif act == "refuse":
                    actions.refuse(own, found, because="No.", by=adam, at=at)
                else:
                    actions.withdraw(own, found, at=at)
            return True

        return go

    assert sorted(at_once(decide("accept"), decide(second))) == [False, True]
    made = (find_member(session) is not None, only(session).state == ACCEPTED)
    assert made in {(True, True), (False, False)}
    decided = session.scalars(
        select(AuditEntry.action).where(
            AuditEntry.object_id == public_id,
            AuditEntry.action.in_(
                ["application.accept", "application.refuse", "application.withdraw"]
            ),
        )
    ).all()
    assert len(decided) == 1


@pytest.mark.one_database
def test_second_member_of_exactly_one_name_is_not_made(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        actions.apply(session, answers(name="Acme Holdings"), at=at)
    application = only(session)
    assert application.link is not None
    with transaction(session):
        actions.hand_in(session, application, application.link, at=at)
    check_all(session, application, members, at)
    with pytest.raises(RuleBroken, match="exactly this name"):
        actions.accept(session, application, by=members.actors["adam"], at=at)


def test_contact_who_has_an_account_keeps_it_and_must_accept_first(
    session: Session, members: Members, at: datetime, mailbox: Mailbox, signed_in: SignIn
) -> None:
    milo = members.milo
    with transaction(session):
        actions.apply(session, answers(email=milo.email, domains=["example.org"]), at=at)
    application = only(session)
    assert application.link is not None
    with transaction(session):
        actions.hand_in(session, application, application.link, at=at)
    check_all(session, application, members, at)
    with transaction(session):
        member = actions.accept(session, application, by=members.actors["adam"], at=at)
    assert mailbox.purposes(milo.email)[-1] == "hand_over"
    assert queries.colleagues(session, member.id, at=at) == []
    [asked] = queries.own_invitations(session, milo.id)
    assert asked.kind == CONTACT
    visitor = signed_in(milo)
    page = visitor.open(f"/organization/invited/{asked.public_id}")
    assert "You no longer represent Acme Holdings" in page.text
    session.rollback()
    path = f"/organization/invited/{asked.public_id}"
    visitor.submit(path, to=f"{path}/accept")
    assert signed_in(milo).open("/organization").title == "Acme Wells Inc."
    session.rollback()
    held = session.scalars(
        select(Membership.organization_id).where(
            Membership.person_id == milo.id, Membership.ended_at.is_(None)
        )
    ).all()
    assert held == [member.id]


@pytest.mark.one_database
def test_queue_shows_the_longest_waiting_first_and_nothing_unconfirmed(
    session: Session, application: Application, members: Members, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        actions.apply(session, answers(name="Unseen", email="x@y.example.org"), at=at)
    page = signed_in(members.adam).open("/admin/applications")
    assert "Acme Wells Inc." in page.links()
    assert "Unseen" not in page.text


def find_member(session: Session) -> Organization | None:
    session.rollback()
    return queries.find_organization_named(session, "Acme Wells Inc.")
