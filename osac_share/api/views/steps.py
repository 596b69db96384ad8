"""Handing drafts on by programs: the same steps as on the pages, and no review.

To review is to look, which a person does; and what asks a person to prove again who they are is
not offered here at all.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from osac_share.api import queries
from osac_share.api.documents.shapes.writing import DraftState, Reason
from osac_share.api.views.drafts import DRAFTS, ONE, to_change, told
from osac_share.api.views.serving import operation
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.reports import actions, policy
from osac_share.tokens.policy import PUBLISH_REPORTS, WRITE_REPORTS
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from osac_share.api.views.serving import Told

DONE = {HTTPStatus.OK: DraftState}


def note_what_holds_it(public_id: str) -> None:
    """Put on record that the guard held a draft, as its page does; never the words themselves."""
    session, actor = current_session(), current_actor()
    with transaction(session):
        try:
            report, draft = queries.get_draft_for_program(session, public_id, actor.standing)
        except NotFound:
            return
        if policy.held_by(draft):
            actions.note_held(session, report, draft, by=actor, at=clock.now())


@operation(
    f"POST {ONE}/submit",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    answers=DONE,
    is_versioned=True,
    regret=note_what_holds_it,
)
def submit(public_id: str) -> Told:
    """Hand a draft in, for somebody else to look at."""
    report, draft = to_change(public_id)
    actions.submit(current_session(), report, draft, by=current_actor(), at=clock.now())
    return told(report, draft)


@operation(f"POST {ONE}/recall", tag=DRAFTS, scope=WRITE_REPORTS, answers=DONE, is_versioned=True)
def recall(public_id: str) -> Told:
    """Take a draft back from review, or from waiting for its time."""
    report, draft = to_change(public_id)
    actions.recall(current_session(), report, draft, by=current_actor(), at=clock.now())
    return told(report, draft)


@operation(
    f"POST {ONE}/publish",
    tag=DRAFTS,
    scope=PUBLISH_REPORTS,
    body=Reason,
    answers=DONE,
    is_versioned=True,
    regret=note_what_holds_it,
)
def publish(public_id: str, sent: Reason) -> Told:
    """Publish what cannot wait for a second person, where the owner is chair of the council.

    Only what all members may read comes out so, and somebody else looks at it within a day.
    Everything else is handed in, and published by whoever reviews it.
    """
    report, draft = to_change(public_id)
    actions.publish_urgently(
        current_session(),
        report,
        draft,
        by=current_actor(),
        at=clock.now(),
        because=sent.because,
    )
    return told(report, draft)
