"""A point of contact looks after the people of their own organization, and of no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.actions import join_organization
from osac_share.accounts.queries import find_person_by_email
from osac_share.councils.actions import renew_clearance, seat
from osac_share.councils.policy import COCHAIR, MEMBER, SECRETARY
from osac_share.councils.queries import standing_of
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound
from osac_share.kernel.leases import FAILED
from osac_share.letters.actions import write
from osac_share.membership import actions, queries
from osac_share.membership.policy import Invitee
from tests.membership.applicants import invite, is_member, states, without_reference
from tests.support.factories import (
    actor_of,
    make_council,
    make_organization,
    make_person,
)
from tests.support.pages import Document

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.membership.applicants import Members
    from tests.support.cast import SignIn


def test_suspension_takes_effect_on_the_next_request_and_can_be_undone(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    cora, milo = signed_in(members.cora), signed_in(members.milo)
    assert is_member(session, members.milo, at)
    path = f"/organization/people/{members.milo.public_id}"
    assert cora.submit("/organization", to=f"{path}/suspend").status == 303
    assert not is_member(session, members.milo, at)
    assert "has suspended you" in milo.open("/organization").text
    assert states(session, members, at)["Milo Member"] == "suspended"
    assert cora.submit("/organization", to=f"{path}/restore").status == 303
    assert is_member(session, members.milo, at)


def test_seat_on_a_council_does_not_outlive_the_membership(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        kenya = make_council(session, at=at)
        seat(session, kenya, members.milo.id, SECRETARY, at=at)
    cora = members.actors["cora"]
    with transaction(session):
        person, membership = queries.get_colleague(
            session, members.acme.id, members.milo.public_id, at=at, to_change=True
        )
        target = standing_of(session, person.id, at=at)
        actions.suspend(session, members.acme, membership, target, by=cora, at=at)
    suspended = actor_of(session, members.milo, at=at)
    assert suspended.clearance == {"public"}
    assert not suspended.may_compose
    with transaction(session):
        target = standing_of(session, members.milo.id, at=at)
        actions.restore(session, members.acme, membership, target, by=cora, at=at)
    assert actor_of(session, members.milo, at=at).may_compose
    with transaction(session):
        target = standing_of(session, members.milo.id, at=at)
        actions.end(session, members.acme, membership, target, by=cora, at=at)
    left = standing_of(session, members.milo.id, at=at)
    assert (left.active, left.seats, left.organization_id) == (True, frozenset(), None)
    assert actor_of(session, members.milo, at=at).clearance == {"public"}


def test_who_changes_employer_keeps_the_account(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        other = make_organization(session, "Beta Works")
        other.domains = ["example.org"]
        bea = make_person(session, "Bea Contact", at=at)
        join_organization(session, bea, other, at=at, is_contact=True)
        renew_clearance(session, bea.id, at=at)
    cora, milo = signed_in(members.cora), signed_in(members.milo)
    cora.submit("/organization", to=f"/organization/people/{members.milo.public_id}/end")
    assert not is_member(session, members.milo, at)
    assert "You represent no member organization" in milo.open("/organization").text
    invite(signed_in(bea), "Milo", members.milo.email)
    asked = milo.open("/organization").links()["Represent Beta Works"]
    milo.submit(asked, to=f"{asked}/accept")
    assert "You represent Beta Works." in milo.open("/organization").text
    assert is_member(session, members.milo, at)
    session.rollback()
    assert find_person_by_email(session, members.milo.email) is not None
    assert "Milo Member" not in states(session, members, at)


@pytest.mark.one_database
def test_somebody_above_the_contact_is_for_the_staff(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        seat(session, make_council(session, at=at), members.milo.id, COCHAIR, at=at)
    cora = signed_in(members.cora)
    token = cora.open("/organization").form_to("/logout")["csrf_token"]
    for act in ("suspend", "end"):
        path = f"/organization/people/{members.milo.public_id}/{act}"
        assert cora.client.post(path, data={"csrf_token": token}).status_code == 403
    own = f"/organization/people/{members.cora.public_id}/end"
    assert cora.client.post(own, data={"csrf_token": token}).status_code == 403


@pytest.mark.one_database
def test_plain_member_of_a_council_is_not_above_the_contact(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        seat(session, make_council(session, at=at), members.milo.id, MEMBER, at=at)
    path = f"/organization/people/{members.milo.public_id}/suspend"
    assert signed_in(members.cora).submit("/organization", to=path).status == 303


@pytest.mark.one_database
def test_people_and_invitations_of_others_are_not_there(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    with transaction(session):
        other = make_organization(session, "Beta Works")
        bo = make_person(session, "Bo Other", organization=other, at=at)
        adam = members.actors["adam"]
        invitee = Invitee("Ivy", "ivy@example.org")
        invitation = actions.bring_in(session, other, invitee, by=adam, at=at)
    cora = signed_in(members.cora)
    token = cora.open("/organization").form_to("/logout")["csrf_token"]

    def said(path: str) -> tuple[int, str]:
        page = Document(cora.client.post(path, data={"csrf_token": token}))
        return page.status, without_reference(page)

    nobody = said("/organization/people/aaaaaaaaaaaaaaaaaaaa/suspend")
    assert nobody[0] == 404
    assert said(f"/organization/people/{bo.public_id}/suspend") == nobody
    assert said(f"/organization/people/{bo.public_id}/end") == nobody
    assert said(f"/organization/invitations/{invitation.public_id}/revoke") == nobody
    assert said(f"/organization/invited/{invitation.public_id}/accept") == nobody
    assert cora.open(f"/organization/invited/{invitation.public_id}").status == 404


@pytest.mark.one_database
def test_who_is_no_contact_does_nothing_for_the_organization(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    milo = signed_in(members.milo)
    assert milo.open("/organization/profile").status == 404
    assert milo.open("/organization/verification").status == 404
    assert milo.open("/organization/invite-many").status == 404
    assert "Organization" not in milo.open("/").links()
    invitees = [Invitee("Ivy", "ivy@example.org")]
    with pytest.raises(NotAllowed):
        actions.invite(session, members.acme, invitees, by=members.actors["milo"], at=at)
    with pytest.raises(NotFound):
        queries.get_own_organization(session, members.milo.id, at=at)


@pytest.mark.one_database
def test_profile_is_kept_by_the_contact(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    cora = signed_in(members.cora)
    saved = cora.submit(
        "/organization/profile",
        website="https://acme.example.org",
        parent="Acme World",
        countries="Kenya, Nigeria",
        follow=True,
    )
    assert "Kenya, Nigeria" in saved.text
    wrong = cora.submit("/organization/profile", countries="Atlantis")
    assert wrong.status == 422


@pytest.mark.one_database
def test_bounced_letter_shows(session: Session, members: Members, at: datetime) -> None:
    with transaction(session):
        milo = members.milo
        letter = write(
            session,
            "membership",
            to=milo.email,
            at=at,
            person_id=milo.id,
            organization="Acme",
            became="ended",
        )
        letter.state = FAILED
    assert states(session, members, at)["Milo Member"] == "bounced"
