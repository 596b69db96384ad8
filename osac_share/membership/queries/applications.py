"""Finding applications, and what they may be mixed up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.accounts.models import Organization, Person
from osac_share.kernel.errors import NotFound
from osac_share.letters.models import Link
from osac_share.letters.queries import find_link
from osac_share.membership.models import (
    ASKED,
    OPEN,
    UNVERIFIED,
    WAITING,
    Application,
    ApplicationMessage,
)
from osac_share.membership.policy import Finding, Known, domain_of, findings_about

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

QUEUED = (WAITING, ASKED)


def find_open_application(session: Session, email: str) -> Application | None:
    """Return the open application of an address, locked against everybody else, or None."""
    question = select(Application).where(Application.open_for == email)
    return session.scalar(_locked(question))


def get_open_application(session: Session, email: str) -> Application:
    """Return the open application of an address, locked.

    Raises:
        NotFound: there is none.

    """
    application = find_open_application(session, email)
    if application is None:
        raise NotFound
    return application


def get_application(session: Session, public_id: str, *, to_change: bool = False) -> Application:
    """Return an application whose address is confirmed; `to_change` locks it.

    Raises:
        NotFound: there is none.

    """
    question = select(Application).where(
        Application.public_id == public_id, Application.verified_at.is_not(None)
    )
    application = session.scalar(_locked(question) if to_change else question)
    if application is None:
        raise NotFound
    return application


def get_linked_application(
    session: Session,
    token: str,
    purpose: str,
    *,
    secret: str,
    at: datetime,
    to_change: bool = False,
) -> tuple[Application, Link]:
    """Return the application that a letter's link leads to, and the link; `to_change` locks it.

    Raises:
        NotFound: the link opens nothing, or nothing any more.

    """
    link = find_link(session, token, purpose, secret=secret, at=at)
    if link is None:
        raise NotFound
    question = select(Application).where(Application.link_id == link.id)
    application = session.scalar(_locked(question) if to_change else question)
    if application is None:
        raise NotFound
    return application, link


def _locked(question: Select[Application]) -> Select[Application]:
    locked = question.with_for_update(of=Application)
    return locked.execution_options(populate_existing=True)


def waiting_applications(session: Session, *, limit: int, offset: int = 0) -> Sequence[Application]:
    """Return what waits for a decision, the longest waiting first."""
    question = (
        select(Application)
        .where(Application.state.in_(QUEUED))
        .order_by(Application.verified_at, Application.id)
        .limit(limit)
        .offset(offset)
    )
    return session.scalars(question).all()


def count_waiting(session: Session) -> int:
    """Return how many applications wait for a decision."""
    question = select(func.count()).select_from(Application)
    return session.scalar(question.where(Application.state.in_(QUEUED))) or 0


def decided_applications(session: Session, *, limit: int) -> Sequence[Application]:
    """Return what was decided or taken back, the latest first."""
    question = (
        select(Application)
        .where(Application.state.not_in(OPEN), Application.verified_at.is_not(None))
        .order_by(Application.decided_at.desc(), Application.id.desc())
        .limit(limit)
    )
    return session.scalars(question).all()


def due_to_forget(session: Session, *, at: datetime) -> Sequence[Application]:
    """Return applications whose address nobody confirmed in time, each locked."""
    question = (
        select(Application)
        .join(Link, Application.link_id == Link.id)
        .where(Application.state == UNVERIFIED, Link.expires_at <= at)
        .with_for_update(of=Application, skip_locked=True)
    )
    return session.scalars(question).all()


def correspondence(
    session: Session, application: Application
) -> Sequence[tuple[ApplicationMessage, str | None]]:
    """Return what was asked and answered, with the names of those who asked, oldest first."""
    question = (
        select(ApplicationMessage, Person.name)
        .outerjoin(Person, ApplicationMessage.asked_by == Person.id)
        .where(ApplicationMessage.application_id == application.id)
        .order_by(ApplicationMessage.id)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def findings_on(session: Session, application: Application) -> tuple[Finding, ...]:
    """Return what the house finds out about an application, compared with all others."""
    members = select(Organization.name, Organization.domains, Organization.public_id)
    members = members.where(Organization.id.is_distinct_from(application.organization_id))
    known = [Known(row[0], frozenset(row[1]), row[2]) for row in session.execute(members)]
    rivals = select(Application).where(
        Application.state.in_(QUEUED), Application.id != application.id
    )
    for rival in session.scalars(rivals):
        own = {*rival.domains, domain_of(rival.email) or ""}
        known.append(Known(rival.name, frozenset(own)))
    return findings_about(application, known)
