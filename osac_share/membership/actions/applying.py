"""What an applicant does, from the form to taking it back. None of these commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from osac_share.audit.actions import SYSTEM, record
from osac_share.kernel.errors import RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.models import (
    ASKED,
    UNVERIFIED,
    WAITING,
    WITHDRAWN,
    Application,
    ApplicationMessage,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.letters.models import Link
    from osac_share.membership.models import Answers

TO_VERIFY = "application"
TO_FOLLOW = "application_status"
"""The purposes of the two links: of the page to confirm an address, and of the application's."""

VERIFY_WITHIN = timedelta(days=7)
FOLLOW_FOR = timedelta(days=400)
APPLICANT = (None, "applicant")
"""Nobody signed in: the record names no more than that."""

USED = "This link was used before. The letter that came after it leads to your application."


def apply(session: Session, answers: Answers, *, at: datetime) -> None:
    """Take in an application, and ask its contact by letter to confirm the address.

    Until then nobody knows that it was really they: whoever sends the form again replaces
    what it said. An open application whose address is confirmed stays as it is, and the
    contact gets the address of its page once more. Nobody learns here which of these it was.
    """
    application = _open_application(session, answers, at=at)
    if application.state == UNVERIFIED:
        _ask_to_verify(session, application, answers, at=at)
        return
    letters.write(
        session,
        "application_again",
        to=application.email,
        at=at,
        link=application.link,
        name=application.name,
    )


def _open_application(session: Session, answers: Answers, *, at: datetime) -> Application:
    if (known := queries.find_open_application(session, answers.email)) is not None:
        return known
    application = Application(open_for=answers.email, created_at=at, state=UNVERIFIED)
    application.take_answers(answers)
    try:
        with session.begin_nested():
            session.add(application)
    except IntegrityError:
        # The same form came twice at the same moment, and the other was faster.
        return queries.get_open_application(session, answers.email)
    note(session, "begin", application, by=APPLICANT, at=at)
    return application


def _ask_to_verify(
    session: Session, application: Application, answers: Answers, *, at: datetime
) -> None:
    application.take_answers(answers)
    if application.link is not None:
        application.link.ended_at = at
    application.link = _link(session, TO_VERIFY, application, at=at, lasts=VERIFY_WITHIN)
    letters.write(
        session,
        "application",
        to=application.email,
        at=at,
        link=application.link,
        name=application.name,
    )


def hand_in(session: Session, application: Application, link: Link, *, at: datetime) -> None:
    """Confirm the contact's address: from now on the application waits for the staff.

    Raises:
        RuleBroken: that was done before, or there is nothing to confirm any more.

    """
    if application.state != UNVERIFIED or not letters.use(session, link, at=at):
        raise RuleBroken(USED)
    application.state, application.verified_at = WAITING, at
    application.link = _link(session, TO_FOLLOW, application, at=at, lasts=FOLLOW_FOR)
    letters.write(
        session,
        "application_received",
        to=application.email,
        at=at,
        link=application.link,
        name=application.name,
    )
    note(session, "hand_in", application, by=APPLICANT, at=at)
    session.flush()


def answer(session: Session, application: Application, words: str, *, at: datetime) -> None:
    """Answer what the staff asked; the application waits for them again.

    Raises:
        RuleBroken: nothing is asked at the moment.

    """
    if application.state != ASKED:
        raise RuleBroken("There is no question to answer at the moment.")
    application.state = WAITING
    session.add(ApplicationMessage(application=application, at=at, words=words))
    note(session, "answer", application, by=APPLICANT, at=at)
    session.flush()


def withdraw(session: Session, application: Application, *, at: datetime) -> None:
    """Take an application back.

    Raises:
        RuleBroken: it was decided before.

    """
    if not application.is_open:
        raise RuleBroken("This application was decided before.")
    application.settle(WITHDRAWN, by=None, at=at)
    note(session, "withdraw", application, by=APPLICANT, at=at)
    session.flush()


def forget(session: Session, application: Application, *, at: datetime) -> None:
    """Delete an application whose address nobody confirmed in time, with all that it says."""
    note(session, "forget", application, by=SYSTEM, at=at)
    session.delete(application)
    session.flush()


def _link(
    session: Session, purpose: str, application: Application, *, at: datetime, lasts: timedelta
) -> Link:
    about = {"application": application.public_id}
    return letters.make_link(session, purpose, at=at, lasts=lasts, about=about)


def note(
    session: Session,
    act: str,
    application: Application,
    *,
    by: tuple[int | None, str],
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Record what became of an application. What it says stays out of the record."""
    record(
        session,
        f"application.{act}",
        by=by,
        at=at,
        object_kind="application",
        object_id=application.public_id,
        **detail,
    )
