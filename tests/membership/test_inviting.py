"""Inviting people, and handing over as the point of contact."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.models import Invitation
from tests.membership.applicants import invite, is_member, states
from tests.membership.racing import at_once
from tests.support.factories import (
    PASSPHRASE,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.membership.applicants import Mailbox, Members
    from tests.support.cast import SignIn
    from tests.support.pages import Visitor

NORA = "nora@example.org"


def test_colleague_is_invited_and_comes(
    session: Session, members: Members, at: datetime, mailbox: Mailbox, signed_in: SignIn
) -> None:
    cora, nora = signed_in(members.cora), signed_in(None)
    assert invite(cora, "Nora New", NORA) == 303
    assert states(session, members, at)["Nora New"] == "invited"
    nora.submit(mailbox.path(NORA, "invitation"), name="Nora", new=PASSPHRASE, again=PASSPHRASE)
    assert nora.sign_in(NORA, PASSPHRASE).status == 303
    assert "You represent Acme Holdings." in nora.open("/organization").text
    session.rollback()
    assert states(session, members, at)["Nora"] == "active"


@pytest.mark.one_database
def test_address_outside_of_the_domains_waits_for_the_staff(
    session: Session, members: Members, mailbox: Mailbox, signed_in: SignIn
) -> None:
    cora, adam = signed_in(members.cora), signed_in(members.adam)
    for email in ("nora@sub.example.org", "nora@notexample.org"):
        assert invite(cora, "Nora New", email) == 303
        assert mailbox.letters(email) == []
    assert "Outside of your domains" in cora.open("/organization").text
    waiting = adam.open("/admin/applications")
    forms = [str(one) for one in waiting.root.xpath("//form/@action") if "/invitations/" in one]
    confirm, decline = forms[0], forms[3]
    assert adam.submit("/admin/applications", to=confirm).status == 303
    assert adam.submit("/admin/applications", to=decline).status == 303
    assert mailbox.purposes("nora@sub.example.org") == ["invitation"]
    assert mailbox.letters("nora@notexample.org") == []
    session.rollback()
    assert find_person_by_email(session, "nora@notexample.org") is None


@pytest.mark.one_database
def test_invitation_is_sent_again_with_a_new_link_and_can_be_withdrawn(
    session: Session, members: Members, at: datetime, mailbox: Mailbox, signed_in: SignIn
) -> None:
    cora, nora = signed_in(members.cora), signed_in(None)
    invite(cora, "Nora New", NORA)
    first = mailbox.path(NORA, "invitation")
    cora.submit("/organization", to=act_on(cora, "resend"))
    second = mailbox.path(NORA, "invitation")
    assert (nora.open(first).status, nora.open(second).status) != (200, 200)
    assert nora.open(second).status == 200
    cora.submit("/organization", to=act_on(cora, "revoke"))
    assert nora.open(second).status != 200
    assert "Nora New" not in states(session, members, at)
    person = find_person_by_email(session, NORA)
    assert person is not None
    assert not is_member(session, person, at)
    assert invite(cora, "Nora New", NORA) == 303
    assert nora.open(mailbox.path(NORA, "invitation")).status == 200


def act_on(visitor: Visitor, act: str) -> str:
    forms = visitor.open("/organization").root.xpath("//form/@action")
    return next(str(one) for one in forms if str(one).endswith(f"/{act}"))


@pytest.mark.one_database
def test_who_is_among_the_people_already_is_not_invited(
    members: Members, signed_in: SignIn
) -> None:
    cora = signed_in(members.cora)
    values: dict[str, Any] = {"invite-name": "Milo", "invite-email": members.milo.email}
    page = cora.submit("/organization", to="/organization/invite", **values)
    assert page.status == 409
    assert "is one of your people already" in page.text


def test_contact_is_handed_over_only_when_the_other_accepts(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    cora, milo = signed_in(members.cora), signed_in(members.milo)
    cora.submit("/organization", to="/organization/hand-over", person=members.milo.public_id)
    assert cora.open("/organization").title == "Acme Holdings"
    asked = milo.open("/organization").links()["Be the point of contact of Acme Holdings"]
    milo.submit(asked, to=f"{asked}/accept")
    # A session without a second factor does not go on in an office that can demand one.
    assert milo.open("/organization").status == 303
    assert signed_in(members.milo).open("/organization").title == "Acme Holdings"
    assert "You represent Acme Holdings." in cora.open("/organization").text
    session.rollback()
    [contact] = queries.contacts_of(session, members.acme.id, at=at)
    assert contact.id == members.milo.id


@pytest.mark.one_database
def test_offer_that_was_declined_changes_nothing(
    session: Session, members: Members, at: datetime, signed_in: SignIn
) -> None:
    cora, milo = signed_in(members.cora), signed_in(members.milo)
    cora.submit("/organization", to="/organization/hand-over", person=members.milo.public_id)
    asked = milo.open("/organization").links()["Be the point of contact of Acme Holdings"]
    milo.submit(asked, to=f"{asked}/decline")
    assert "was answered or withdrawn" in milo.open(asked).text
    session.rollback()
    assert [one.id for one in queries.contacts_of(session, members.acme.id, at=at)] == [
        members.cora.id
    ]


def test_invitation_is_taken_or_withdrawn_but_not_both(
    session: Session, engine: Engine, members: Members, at: datetime
) -> None:
    with transaction(session):
        actions.offer_contact(session, members.acme, members.milo, by=members.actors["cora"], at=at)
    public_id = session.scalars(select(Invitation.public_id)).one()
    milo, acme = members.milo.id, members.acme.id
    session.rollback()
    maker = session_factory(engine)

    def take() -> bool:
        with maker() as own, transaction(own):
            asked = queries.get_own_invitation(own, public_id, milo, to_change=True)
            actions.take(own, asked, own.get_one(Person, milo), at=at)
        return True

    def revoke() -> bool:
        with maker() as own, transaction(own):
            asked = queries.get_invitation(own, acme, public_id)
            actions.revoke(own, asked, by=members.actors["cora"], at=at)
        return True

    assert sorted(at_once(take, revoke)) == [False, True]
    session.rollback()
    contacts = queries.contacts_of(session, members.acme.id, at=at)
    assert len(contacts) == 1


@pytest.mark.one_database
def test_invitation_runs_out(session: Session, members: Members, at: datetime) -> None:
    with transaction(session):
        cora = members.actors["cora"]
        offer = actions.offer_contact(session, members.acme, members.milo, by=cora, at=at)
    with pytest.raises(RuleBroken, match="withdrawn, answered"):
        actions.take(session, offer, members.milo, at=at + timedelta(days=14))
