"""What the staff does with organizations and their people, and what takes effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from osac_share.accounts.models import UserSession
from osac_share.councils.policy import ADMIN, LAW_ENFORCEMENT, MEMBERS
from osac_share.councils.queries import clearance_rows
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.mail import read_outbox
from osac_share.membership import actions
from osac_share.membership.cli import organization
from osac_share.worker import Worker
from tests.support.alerting import Newsroom, publish_to, reasons, states
from tests.support.factories import actor_of, make_person
from tests.support.tokens import make_feed_token

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import time_machine
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.membership.applicants import Mailbox, Members
    from tests.support.cast import SignIn
    from tests.support.pages import Document, Visitor


def change(visitor: Visitor, members: Members, act: str, because: str) -> Document:
    path = f"/admin/organizations/{members.acme.public_id}"
    fields: dict[str, Any] = {f"{act}-because": because}
    return visitor.submit(path, to=f"{path}/{act}", follow=True, **fields)


def test_suspended_organization_is_closed_on_the_next_request_and_opened_again(
    session: Session, members: Members, signed_in: SignIn, mailbox: Mailbox
) -> None:
    adam, milo = signed_in(members.adam), signed_in(members.milo)
    assert "You represent" in milo.open("/organization").text
    assert "Suspended" in change(adam, members, "suspend", "Fraud.").text
    assert "not in good order" in milo.open("/organization").text
    session.rollback()
    assert clearance_rows(session, members.milo.id) == frozenset()
    assert mailbox.letters(members.cora.email)[-1].words["reason"] == "Fraud."
    change(adam, members, "restore", "Settled.")
    assert "not in good order" not in milo.open("/organization").text
    session.rollback()
    assert MEMBERS in clearance_rows(session, members.milo.id)


@pytest.mark.one_database
def test_suspension_needs_a_reason(members: Members, signed_in: SignIn) -> None:
    page = change(signed_in(members.adam), members, "suspend", "")
    assert page.status == 422


@pytest.mark.one_database
def test_nobody_suspends_their_own_organization(
    session: Session, members: Members, at: datetime
) -> None:
    own = members.adam.memberships[0].organization
    with pytest.raises(NotAllowed):
        actions.close(session, own, because="Why not.", by=members.actors["adam"], at=at)


@pytest.mark.parametrize("standing", ["organization", "membership"])
def test_mail_in_the_queue_is_not_sent_any_more(
    session: Session,
    settings: Settings,
    engine: Engine,
    members: Members,
    at: datetime,
    tmp_path: Path,
    clock: time_machine.Traveller,
    standing: str,
) -> None:
    with transaction(session):
        newsroom = Newsroom(session, at)
        newsroom.organization, paper = members.acme, newsroom.organization
    publish_to(newsroom, "reader@example.org")
    newsroom.organization = paper
    with Worker(settings, engine) as worker:
        worker._react()
        assert states(newsroom) == {"reader@example.org": "waiting"}
        with transaction(session):
            if standing == "organization":
                adam = members.actors["adam"]
                actions.close(session, members.acme, because="Fraud.", by=adam, at=at)
            else:
                suspend_reader(session, members, at)
        worker.drain()
    assert states(newsroom) == {"reader@example.org": "skipped"}
    assert reasons(newsroom) == {"not among those who may see it"}
    mails = read_outbox(tmp_path / "outbox", "reader@example.org")
    assert not [mail for mail in mails if "Demonstration" in mail.subject]


def suspend_reader(session: Session, members: Members, at: datetime) -> None:
    from osac_share.accounts.queries import find_person_by_email  # noqa: PLC0415
    from osac_share.councils.queries import standing_of  # noqa: PLC0415
    from osac_share.membership import queries  # noqa: PLC0415

    reader = find_person_by_email(session, "reader@example.org")
    assert reader is not None
    _, membership = queries.get_colleague(session, members.acme.id, reader.public_id, at=at)
    target = standing_of(session, reader.id, at=at)
    actions.suspend(session, members.acme, membership, target, by=members.actors["cora"], at=at)


@pytest.mark.one_database
def test_particulars_change_what_people_may_see(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    adam = signed_in(members.adam)
    path = f"/admin/organizations/{members.acme.public_id}"
    adam.submit(path, to=f"{path}/particulars", sector="retail", domains="a.example.org")
    session.rollback()
    assert "sector:retail" in clearance_rows(session, members.milo.id)
    taken = adam.submit(path, to=f"{path}/particulars", name="Program Office")
    assert taken.status == 409


def account(members: Members, person: str) -> str:
    public_id = getattr(members, person).public_id
    return f"/admin/organizations/{members.acme.public_id}/people/{public_id}"


@pytest.mark.one_database
def test_staff_suspend_and_restore_an_account(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    adam, milo = signed_in(members.adam), signed_in(members.milo)
    path = account(members, "milo")
    adam.submit(path, act="suspend", because="Lost laptop.")
    assert milo.open("/organization").status == 303
    session.rollback()
    assert clearance_rows(session, members.milo.id) == frozenset()
    adam.submit(path, act="restore", because="Found.")
    session.rollback()
    assert MEMBERS in clearance_rows(session, members.milo.id)


@pytest.mark.one_database
def test_staff_end_sessions_and_memberships(
    session: Session, members: Members, signed_in: SignIn
) -> None:
    adam, milo = signed_in(members.adam), signed_in(members.milo)
    path = account(members, "milo")
    adam.submit(path, act="end-sessions", because="Lost laptop.")
    assert milo.open("/organization").status == 303
    adam.submit(path, act="remove", because="Has left.")
    assert adam.open(path).status == 404
    session.rollback()
    living = select(UserSession).where(UserSession.person_id == members.milo.id)
    assert session.scalars(living.where(UserSession.ended_at.is_(None))).all() == []


@pytest.mark.one_database
def test_account_is_changed_only_with_a_reason_and_an_act_that_fits(
    members: Members, signed_in: SignIn
) -> None:
    adam, path = signed_in(members.adam), account(members, "milo")
    assert adam.submit(path, act="suspend", because="").status == 422
    assert adam.submit(path, act="restore", because="Why not.").status == 422
    assert adam.submit(path, act="groups", groups=[LAW_ENFORCEMENT], because="So.").status == 422


@pytest.mark.one_database
def test_nobody_acts_on_their_own_account_or_without_being_staff(
    session: Session, members: Members, at: datetime
) -> None:
    adam, cora = members.actors["adam"], members.actors["cora"]
    with pytest.raises(NotAllowed):
        actions.suspend_account(session, members.adam, because="So.", by=adam, at=at)
    with pytest.raises(NotAllowed):
        actions.suspend_account(session, members.milo, because="So.", by=cora, at=at)


@pytest.mark.one_database
def test_groups_are_for_people_of_the_government(
    session: Session, members: Members, at: datetime
) -> None:
    adam = members.actors["adam"]
    with transaction(session):
        state = members.adam.memberships[0].organization
        gina = make_person(session, "Gina Officer", organization=state, at=at)
        groups = [LAW_ENFORCEMENT]
        actions.set_groups(session, gina, groups, because="Works with police.", by=adam, at=at)
    assert f"group:{LAW_ENFORCEMENT}" in clearance_rows(session, gina.id)
    with pytest.raises(RuleBroken):
        actions.set_groups(session, members.milo, groups, because="So.", by=adam, at=at)


@pytest.mark.one_database
def test_administrator_may_act_on_another_one(
    session: Session, members: Members, at: datetime
) -> None:
    with transaction(session):
        state = members.adam.memberships[0].organization
        abe = make_person(session, "Abe Admin", organization=state, staff_roles=[ADMIN], at=at)
        actions.suspend_account(
            session, abe, because="Lost laptop.", by=members.actors["adam"], at=at
        )
    assert not actor_of(session, abe, at=at).standing.active


@pytest.mark.one_database
def test_organizations_are_found_by_name_domain_and_state(
    members: Members, signed_in: SignIn
) -> None:
    adam = signed_in(members.adam)
    for found in ("words=hold", "words=EXAMPLE.org", "status=active"):
        assert "Acme Holdings" in adam.open(f"/admin/organizations?{found}").links()
    for missed in ("words=%25", "words=zzz", "status=lapsed"):
        assert "Acme Holdings" not in adam.open(f"/admin/organizations?{missed}").links()


@pytest.mark.one_database
def test_command_line_lists_and_shows_organizations(
    members: Members, environment: dict[str, str]
) -> None:
    run = CliRunner(env=environment)
    listed = run.invoke(organization, ["list"])
    assert listed.exit_code == 0
    assert f"{members.acme.public_id}  active         3  Acme Holdings" in listed.output
    shown = run.invoke(organization, ["show", "Acme Holdings"])
    assert "Cora Contact <cora@example.org>  point of contact" in shown.output
    assert run.invoke(organization, ["show", "Nobody"]).exit_code == 1


def test_tokens_of_a_suspended_account_stay_ended_when_it_is_restored(
    session: Session, settings: Settings, members: Members, client: FlaskClient, at: datetime
) -> None:
    _, shown = make_feed_token(session, members.milo, settings, at=at)
    path, adam = f"/feeds/private/{shown}.atom", members.actors["adam"]
    assert client.get(path).status_code == 200
    for act, status in ((actions.suspend_account, 401), (actions.restore_account, 410)):
        with transaction(session):
            act(session, members.milo, because="A mistake.", by=adam, at=at)
        assert client.get(path).status_code == status
