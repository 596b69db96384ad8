"""What the clock must do: promises made for a time, kept by whichever worker comes first.

Each of them takes all that is due, a row at a time under a lock, and does nothing for a row
that another worker has kept meanwhile. After an outage everything that was missed is done, once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from osac_share.accounts.actions import attempts
from osac_share.api import actions as api
from osac_share.cap.queries import reports_without
from osac_share.councils import actions as councils
from osac_share.delivery import actions as delivery
from osac_share.delivery.models import DAILY, WEEKLY
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions as membership
from osac_share.membership import queries as membership_queries
from osac_share.proposals import actions as proposals
from osac_share.proposals.queries import due_to_expire as proposals_due
from osac_share.reports import actions as reports
from osac_share.reports import queries
from osac_share.reports.models import ENDED, SCHEDULED, Edition, Report
from osac_share.subscriptions import actions as subscriptions

if TYPE_CHECKING:
    from osac_share.cap.actions import Issuer

WARN_BEFORE = timedelta(hours=24)
"""How long before a report expires its authors are asked what is to become of it."""

MOST_ROUNDS = 10
"""So many groups of readers get their digests made before mail has its turn again."""

Promise = Callable[[Session, datetime], int]


def end_what_expired(session: Session, at: datetime) -> int:
    """End reports whose time has run out, and return how many."""
    ended = 0
    with transaction(session):
        for report in queries.due_to_expire(session, at=at):
            # Another worker may have been faster; on PostgreSQL the lock waits for it.
            now = select(Report.state).where(Report.id == report.id).with_for_update()
            if session.scalar(now) not in ENDED:
                reports.expire(session, report, at=at)
                ended += 1
    return ended


def release_what_was_held_back(session: Session, at: datetime) -> int:
    """Publish approved drafts whose time has come, and return how many.

    What cannot come out any more, because its own end has passed during an outage, say, goes
    back to review with the reason.
    """
    released = 0
    for edition_id in _due_editions(session, at):
        try:
            with transaction(session):
                if (row := _still_due(session, edition_id)) is not None:
                    reports.release(session, *row, at=at)
                    released += 1
        except RuleBroken as refusal:
            with transaction(session):
                if (row := _still_due(session, edition_id)) is not None:
                    reports.put_back(session, *row, at=at, why=refusal.message)
                    delivery.call_reviewers(session, edition_id, row[1].lock, at=at)
    return released


def ask_for_overdue_looks(session: Session, at: datetime) -> int:
    """Tell those who review, once each, what was not looked at in time; return how many mails."""
    with transaction(session):
        due = queries.overdue_looks(session, at=at)
        return sum(delivery.call_about_overdue_look(session, one, at=at) for _, one in due)


def warn_of_expiry(session: Session, at: datetime) -> int:
    """Tell authors, once each, what ends within a day; return how many mails that makes."""
    with transaction(session):
        due = queries.about_to_expire(session, after=at, before=at + WARN_BEFORE)
        return sum(delivery.call_about_expiry(session, one, at=at) for _, one in due)


def let_seats_turn(session: Session, at: datetime) -> int:
    """Let seats that began or ended by the clock count in what is matched; return how many."""
    with transaction(session):
        return councils.settle_turned_seats(session, at=at)


def let_trips_turn(session: Session, at: datetime) -> int:
    """Begin, end and forget trips by the clock, and return how many that concerned."""
    with transaction(session):
        turned = subscriptions.begin_due_trips(session, at=at)
        turned += subscriptions.end_due_trips(session, at=at)
        return turned + subscriptions.forget_old_trips(session, at=at)


def tell_those_who_answer_for_sites(session: Session, at: datetime) -> int:
    """Let points of contact hear of their sites, and nobody who has left; return the changes."""
    with transaction(session):
        return subscriptions.settle_sites(session, at=at)


def end_what_nobody_seconded(session: Session, at: datetime) -> int:
    """End proposals whose time has run out, and return how many."""
    with transaction(session):
        due = proposals_due(session, at=at)
        for proposal in due:
            proposals.expire(session, proposal, at=at)
        return len(due)


def forget_old_tries(session: Session, at: datetime) -> int:
    """Delete tries to sign in that no limit looks back to any more, and return how many."""
    with transaction(session):
        return attempts.forget_old(session, at=at)


def forget_old_answers(session: Session, at: datetime) -> int:
    """Delete what no program may ask for again, and return how much."""
    with transaction(session):
        return api.forget_old(session, at=at)


def remind_of_verification(session: Session, at: datetime) -> int:
    """Remind points of contact of the yearly look at their organization; return how many letters.

    After an outage each gets the latest reminder that is due, not those that were missed.
    """
    with transaction(session):
        due = membership_queries.due_to_be_reminded(session, at=at)
        return sum(membership.remind(session, one, at=at) for one in due)


def lapse_what_nobody_verified(session: Session, at: datetime) -> int:
    """End what organizations see that nobody looked over in time, and return how many."""
    with transaction(session):
        due = membership_queries.due_to_lapse(session, at=at)
        for organization in due:
            membership.lapse(session, organization, at=at)
        return len(due)


def forget_unverified_applications(session: Session, at: datetime) -> int:
    """Delete applications whose address nobody confirmed in time, and return how many."""
    with transaction(session):
        due = membership_queries.due_to_forget(session, at=at)
        for application in due:
            membership.forget(session, application, at=at)
        return len(due)


def make_digests(session: Session, at: datetime) -> int:
    """Make the digests of readers whose hour has come, and of what a brake held back.

    After an outage each reader gets one that makes up for all that were missed. Returns how many
    were looked at.
    """
    return sum(
        _some_by_some(session, step)
        for step in (
            partial(delivery.make_digests, session, DAILY, at=at),
            partial(delivery.make_digests, session, WEEKLY, at=at),
            partial(delivery.roll_up_bursts, session, at=at),
            partial(delivery.roll_up_overflows, session, at=at),
        )
    )


def _some_by_some(session: Session, step: Callable[[], int]) -> int:
    """Take a step, a transaction each, until nothing is due, or mail is to have its turn."""
    done = 0
    for _ in range(MOST_ROUNDS):
        with transaction(session):
            some = step()
        done += some
        if not some:
            break
    return done


def watch_that_alerts_arrive(session: Session, at: datetime, *, is_held: bool = False) -> int:
    """Raise an alarm for alerts that reach nobody, and end those that do; return how many.

    It is asked after a round of work: a worker that comes back after an outage tries first.

    Args:
        session: the session of the round.
        at: now, in UTC.
        is_held: all mail but that of emergencies is held; what waits for that is well.

    """
    with transaction(session):
        return delivery.watch(session, at=at, is_held=is_held)


def issue_missing_messages(session: Session, at: datetime, *, issuer: Issuer) -> int:
    """Issue in CAP what public alerts in force say, where that was not done; return how many.

    So it is with those that are older than the key that signs, or than this program's CAP.
    """
    if not reports_without(session, limit=1):
        return 0
    with transaction(session):
        return issuer.issue_missing(session, at)


PROMISES: dict[str, Promise] = {
    "seats turned": let_seats_turn,
    "trips turned": let_trips_turn,
    "sites settled": tell_those_who_answer_for_sites,
    "released": release_what_was_held_back,
    "expired": end_what_expired,
    "asked to look": ask_for_overdue_looks,
    "warned": warn_of_expiry,
    "proposals ended": end_what_nobody_seconded,
    "tries forgotten": forget_old_tries,
    "answers forgotten": forget_old_answers,
    "reminded to verify": remind_of_verification,
    "lapsed": lapse_what_nobody_verified,
    "applications forgotten": forget_unverified_applications,
    "digests due": make_digests,
}
"""Every promise by the word that the log has for it, in the order in which they are kept."""


def _due_editions(session: Session, at: datetime) -> list[int]:
    with transaction(session):
        return [edition.id for _report, edition in queries.due_for_release(session, at=at)]


def _still_due(session: Session, edition_id: int) -> tuple[Report, Edition] | None:
    locked = (
        select(Edition)
        .where(Edition.id == edition_id)
        .with_for_update(of=Edition)
        .execution_options(populate_existing=True)
    )
    edition = session.scalars(locked).one()
    if edition.stage != SCHEDULED or edition.published_at is not None:
        return None
    return edition.report, edition
