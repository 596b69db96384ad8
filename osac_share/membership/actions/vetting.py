"""What the staff decides about applications. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.accounts.models import Organization
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.actions.applying import note
from osac_share.membership.actions.inviting import bring_in
from osac_share.membership.models import (
    ACCEPTED,
    ASKED,
    CONTACT,
    REFUSED,
    WAITING,
    ApplicationMessage,
)
from osac_share.membership.policy import CHECKS, EVERY, Invitee, may_vet, missing_checks

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.membership.models import Application

MEANWHILE = "Somebody decided about this application, or it was taken back, after you opened it."


def tick(
    session: Session, application: Application, codes: Collection[str], *, by: Actor, at: datetime
) -> None:
    """Note which of the checks are done: exactly these.

    Raises:
        NotAllowed: this person does not vet.
        RuleBroken: the application is not waiting for anything any more.

    """
    _require(application, by)
    application.checks = [check.code for check in CHECKS if check.code in codes]
    note(session, "check", application, by=by.name_in_record, at=at, done=application.checks)
    session.flush()


def ask(session: Session, application: Application, words: str, *, by: Actor, at: datetime) -> None:
    """Ask the contact something; the answer comes on the application's page.

    Raises:
        NotAllowed: this person does not vet.
        RuleBroken: the application is not waiting for anything any more.

    """
    _require(application, by)
    application.state = ASKED
    session.add(ApplicationMessage(application=application, at=at, asked_by=by.id, words=words))
    _write(session, "application_question", application, at=at, question=words)
    note(session, "ask", application, by=by.name_in_record, at=at)
    session.flush()


def accept(session: Session, application: Application, *, by: Actor, at: datetime) -> Organization:
    """Make the applicant a member, and invite its contact.

    Raises:
        NotAllowed: this person does not vet.
        RuleBroken: it was decided before, something is still to be checked, or a member has
            exactly this name.

    """
    _require(application, by)
    if missing := missing_checks(application.checks):
        raise RuleBroken(f"Still to be checked: {missing[0].words}")
    if queries.find_organization_named(session, application.name) is not None:
        raise RuleBroken("A member has exactly this name already.")
    organization = _found(session, application, at)
    application.settle(ACCEPTED, by=by.id, at=at)
    application.organization = organization
    _write(session, "application_accepted", application, at=at)
    contact = Invitee(application.contact_name, application.email)
    bring_in(session, organization, contact, kind=CONTACT, by=by, at=at)
    note(
        session,
        "accept",
        application,
        by=by.name_in_record,
        at=at,
        organization=organization.public_id,
        done=application.checks,
    )
    session.flush()
    return organization


def refuse(
    session: Session, application: Application, *, because: str, by: Actor, at: datetime
) -> None:
    """Decide that the applicant does not become a member, and say why.

    Raises:
        NotAllowed: this person does not vet.
        RuleBroken: it was decided before, or no reason is given.

    """
    _require(application, by)
    if not because.strip():
        raise RuleBroken("Say why: the applicant reads it.")
    application.settle(REFUSED, by=by.id, at=at, why=because)
    _write(session, "application_refused", application, at=at, reason=because)
    note(session, "refuse", application, by=by.name_in_record, at=at, because=because)
    session.flush()


def _found(session: Session, application: Application, at: datetime) -> Organization:
    organization = Organization(
        name=application.name,
        type=application.type,
        sector=application.sector,
        website=application.website,
        domains=list(application.domains),
        parent=application.parent,
        us_basis=application.us_basis,
        countries=list(application.countries),
        verified_at=at,
        verify_by=at + EVERY,
    )
    session.add(organization)
    session.flush()
    return organization


def _require(application: Application, by: Actor) -> None:
    if not may_vet(by.standing):
        raise NotAllowed("The program's administrators decide who becomes a member.")
    if application.state not in {WAITING, ASKED}:
        raise RuleBroken(MEANWHILE)


def _write(
    session: Session,
    purpose: str,
    application: Application,
    *,
    at: datetime,
    **words: Any,  # noqa: ANN401 -- whatever a letter says.
) -> None:
    to, link = application.email, application.link
    letters.write(session, purpose, to=to, at=at, link=link, name=application.name, **words)
