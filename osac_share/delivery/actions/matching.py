"""Who must hear of an edition: decided once, for everybody, inside the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, literal, null, or_, select

from osac_share.channels.models import Endpoint
from osac_share.councils.models import Clearance
from osac_share.delivery.models import (
    ACCEPTED,
    BURST,
    DAILY,
    HELD,
    MAIL,
    SENDING,
    TO_READ,
    WAITING,
    WEEKLY,
    Delivery,
    Digest,
)
from osac_share.delivery.policy import BURST_WITHIN, EMERGENCY, URGENCY, is_burst
from osac_share.delivery.queries import news_of
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import insert_or_leave
from osac_share.reports.models import HOLDS, WITHDRAWN, Edition, Report
from osac_share.search.queries.standing import searches_met
from osac_share.subscriptions.policy import PACES, SEVERITY_RANK
from osac_share.subscriptions.queries import matching

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.subscriptions.queries import News


def match(session: Session, edition_id: int, *, at: datetime) -> int:
    """Write a ledger row for everybody who must hear of an edition, and return how many are new.

    Nothing per recipient runs outside the database, and running it again adds nobody twice. A
    minor edition is told to no one. The end of a report is told to those, too, who were told of
    any edition of it; that it was withdrawn is told to them alone. An emergency goes at once, and
    by every channel that somebody has; anything else waits for the digests of those who wish so,
    and for the end of the burst when its council publishes one: that comes by mail alone.
    """
    edition = session.get_one(Edition, edition_id)
    if not edition.is_major:
        return 0
    news = replace(news_of(session, edition), searches=searches_met(session, edition))
    is_in_burst = _is_in_burst(session, edition)
    told = _tell_by_mail(session, edition, news, at, is_in_burst=is_in_burst)
    if not is_in_burst:
        told += _tell_by_endpoints(session, edition, news, at)
    crashpoint("matched")
    return told


def _tell_by_mail(
    session: Session, edition: Edition, news: News, at: datetime, *, is_in_burst: bool
) -> int:
    # By mail an emergency, and what comes in a burst, reaches whoever wants to hear of it at all.
    is_emergency = edition.severity == EMERGENCY
    channel = None if is_emergency or is_in_burst else MAIL
    told_by = None if is_in_burst else MAIL
    found = _hearing(matching(news, channel=channel), edition, news, told_by)
    pace = literal(PACES["at_once"]) if is_emergency else found.c.pace
    at_once = (HELD, BURST) if is_in_burst else (WAITING, null())
    held_for = case(
        (pace == PACES[DAILY], DAILY), (pace == PACES[WEEKLY], WEEKLY), else_=at_once[1]
    )
    state = case((pace == PACES["at_once"], at_once[0]), else_=HELD)
    rows = select(
        found.c.person_id,
        found.c.subscription_id,
        state.label("state"),
        held_for.label("held_for"),
        # SQLite reads an ON CONFLICT after a bare FROM as the ON of a join.
    ).where(found.c.person_id.is_not(None))
    return _write(session, edition, rows, channel=MAIL, matched_at=at, available_at=at)


def _tell_by_endpoints(session: Session, edition: Edition, news: News, at: datetime) -> int:
    kinds = session.execute(
        select(Endpoint.kind, Endpoint.after_minutes)
        .where(Endpoint.ended_at.is_(None), Endpoint.verified_at.is_not(None))
        .distinct()
    ).all()
    return sum(_tell_by_endpoint(session, edition, news, *one, at) for one in kinds)


def _tell_by_endpoint(
    session: Session, edition: Edition, news: News, kind: str, minutes: int, at: datetime
) -> int:
    is_emergency = edition.severity == EMERGENCY
    if minutes and not is_emergency:
        return 0
    wanted = matching(news, channel=None if is_emergency else kind)
    found = _hearing(wanted, edition, news, kind)
    rows = (
        select(
            found.c.person_id,
            found.c.subscription_id,
            literal(WAITING).label("state"),
            null().label("held_for"),
        )
        .join(Endpoint, Endpoint.person_id == found.c.person_id)
        .where(Endpoint.kind == kind, Endpoint.after_minutes == minutes)
        .where(Endpoint.ended_at.is_(None), Endpoint.verified_at.is_not(None))
        .where(or_(literal(is_emergency), found.c.pace == PACES["at_once"]))
        .where(Endpoint.min_rank <= SEVERITY_RANK[edition.severity])
    )
    due = at + timedelta(minutes=minutes)
    return _write(session, edition, rows, channel=kind, matched_at=at, available_at=due)


def _write(session: Session, edition: Edition, rows: Select[*tuple[Any, ...]], **same: Any) -> int:  # noqa: ANN401
    row = {
        "edition_id": edition.id,
        "purpose": TO_READ,
        "urgency": URGENCY[edition.severity],
        "attempts": 0,
        "fence": 0,
        **same,
    }
    columns = Delivery.__table__.c
    rows = rows.add_columns(*(literal(value, columns[name].type) for name, value in row.items()))
    written = session.connection().execute(
        insert_or_leave(session, Delivery).from_select(
            ["person_id", "subscription_id", "state", "held_for", *row],
            rows,
            include_defaults=False,
        ),
        execution_options={"preserve_rowcount": True},
    )
    rowcount: int = written.rowcount
    return rowcount


def _hearing(
    wanted: Select[int, int, int], edition: Edition, news: News, channel: str | None
) -> Any:  # noqa: ANN401 -- a subquery, whose columns have no public type.
    """Return who hears of an edition: those who want to, and who were told on a channel, or any."""
    if edition.outcome == HOLDS:
        return wanted.subquery()
    told = _told_before(edition, news)
    if channel is not None:
        told = told.where(Delivery.channel == channel)
    if edition.outcome == WITHDRAWN:
        return told.subquery()
    both = wanted.union_all(told).subquery()
    return (
        select(
            both.c.person_id,
            func.min(both.c.subscription_id).label("subscription_id"),
            func.min(both.c.pace).label("pace"),
        )
        .group_by(both.c.person_id)
        .subquery()
    )


def _told_before(edition: Edition, news: News) -> Select[int, int, int]:
    """Return the question who was, or is just being, told of another edition of the report."""
    # What a digest tells may be under way, or have come although no answer did.
    is_under_way = or_(Digest.state == SENDING, and_(Digest.state == WAITING, Digest.attempts > 0))
    cleared = select(Clearance.person_id).where(Clearance.token.in_(news.audience))
    return (
        select(
            Delivery.person_id,
            func.min(Delivery.subscription_id).label("subscription_id"),
            func.min(_pace_of(Delivery.held_for)).label("pace"),
        )
        .join(Edition, Delivery.edition_id == Edition.id)
        .outerjoin(Digest, Delivery.digest_id == Digest.id)
        .where(Edition.report_id == edition.report_id, Edition.id != edition.id)
        .where(Delivery.purpose == TO_READ, Delivery.person_id.in_(cleared))
        .where(
            or_(
                Delivery.state.in_((ACCEPTED, SENDING, WAITING)),
                and_(Delivery.state == HELD, is_under_way),
            )
        )
        .group_by(Delivery.person_id)
    )


def _pace_of(held_for: Any) -> Any:  # noqa: ANN401 -- a mapped column.
    return case((held_for == DAILY, PACES[DAILY]), (held_for == WEEKLY, PACES[WEEKLY]), else_=0)


def _is_in_burst(session: Session, edition: Edition) -> bool:
    """Tell whether its council had published too much before it; when it is matched is no matter.

    So an outage makes no burst out of what came one by one, and ends none that there was.
    """
    council_id, moment = edition.report.council_id, edition.published_at
    if council_id is None or moment is None or edition.severity == EMERGENCY:
        return False
    is_later = and_(Edition.published_at == moment, Edition.id > edition.id)
    lately = (
        select(func.count())
        .select_from(Edition)
        .join(Report, Edition.report_id == Report.id)
        .where(Report.council_id == council_id, Edition.is_major.is_(True))
        .where(Edition.published_at > moment - BURST_WITHIN, Edition.published_at <= moment)
        .where(Edition.severity != EMERGENCY, ~is_later)
    )
    return is_burst(session.scalar(lately) or 0)
