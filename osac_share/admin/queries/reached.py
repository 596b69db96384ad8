"""What is held about how a person is reached: their channels, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from osac_share.channels.models import Endpoint
from osac_share.delivery.models import Acknowledgement, Bounce, Digest, Mailbox, PhoneCall
from osac_share.reports.models import Edition, Report

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from osac_share.kernel.db import Base


def own(
    of: type[Base],
    *columns: InstrumentedAttribute[Any] | ColumnElement[Any],
    whose: ColumnElement[bool],
) -> Select[Any]:
    """Return the question for the rows of a table that are somebody's, the newest first."""
    newest = [key.desc() for key in inspect(of).primary_key]
    return select(*columns).select_from(of).where(whose).order_by(*newest)


def reached(me: int) -> dict[str, Select[Any]]:
    """Return the questions how this person is reached. Addresses and keys stay sealed."""
    return {
        "Channels": own(
            Endpoint,
            *(Endpoint.kind, Endpoint.label, Endpoint.created_at, Endpoint.verified_at),
            *(Endpoint.ended_at, Endpoint.ended_reason, Endpoint.last_accepted_at),
            whose=Endpoint.person_id == me,
        ),
        "Digests sent to you": own(
            Digest,
            *(Digest.period, Digest.created_at, Digest.state, Digest.accepted_at, Digest.reason),
            whose=Digest.person_id == me,
        ),
        "Acknowledgements": _about_edition(
            own(
                Acknowledgement,
                *(Report.public_id.label("report"), Acknowledgement.at, Acknowledgement.via),
                whose=Acknowledgement.person_id == me,
            ),
            Acknowledgement.edition_id,
        ),
        "Calls to you": _about_edition(
            own(
                PhoneCall,
                *(Report.public_id.label("report"), PhoneCall.at, PhoneCall.outcome),
                whose=PhoneCall.person_id == me,
            ),
            PhoneCall.edition_id,
        ),
        "Mail that came back": own(
            Bounce,
            *(Bounce.at, Bounce.kind, Bounce.code, Bounce.words),
            whose=Bounce.person_id == me,
        ),
        "Your mailbox": select(
            *(Mailbox.failures, Mailbox.failing_since, Mailbox.closed_at, Mailbox.reason)
        ).where(Mailbox.person_id == me),
    }


def _about_edition(question: Select[Any], edition_id: InstrumentedAttribute[int]) -> Select[Any]:
    return question.join(Edition, edition_id == Edition.id).join(
        Report, Edition.report_id == Report.id
    )
