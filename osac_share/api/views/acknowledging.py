"""Saying by a program that its owner received an emergency."""

from __future__ import annotations

from http import HTTPStatus

from osac_share.api import queries
from osac_share.api.documents.shapes.writing import Acknowledged, Received
from osac_share.api.views.reading import REPORTS
from osac_share.api.views.serving import holder, operation
from osac_share.councils.login import current_actor
from osac_share.delivery.actions.acknowledging import BY_PROGRAM, acknowledge
from osac_share.kernel import clock
from osac_share.kernel.errors import RuleBroken
from osac_share.subscriptions.policy import EMERGENCY
from osac_share.tokens.policy import ACKNOWLEDGE
from osac_share.web.sessions import current_session


@operation(
    "POST /reports/<public_id>/acknowledgement",
    tag=REPORTS,
    scope=ACKNOWLEDGE,
    body=Received,
    answers={HTTPStatus.OK: Acknowledged},
)
def acknowledge_report(public_id: str, sent: Received) -> Acknowledged:
    """Say that the owner received an emergency.

    Say it when a person has seen it: its authors telephone those who have not. Once counts, and
    the first time stands.
    """
    session = current_session()
    _report, edition = queries.get_report(session, public_id, current_actor().clearance)
    if edition.severity != EMERGENCY:
        raise RuleBroken("Only emergencies are acknowledged.")
    if edition.number != sent.edition:
        raise RuleBroken("Another edition holds now. Read that one.")
    acknowledge(session, edition.id, holder().person_id, via=BY_PROGRAM, at=clock.now())
    return Acknowledged(report=public_id, edition=edition.number)
