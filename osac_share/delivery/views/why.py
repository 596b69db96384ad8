"""Why did I get this? And why did I not?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from osac_share.councils.login import current_actor
from osac_share.delivery.queries.why import explain
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.reports.queries import get_visible, visible_editions
from osac_share.reports.views.noting import note_reading
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

READERS = "councils.policy.may_see, of whoever is signed in; what is told is of oneself"

MOST_EDITIONS = 20


@blueprint.get("/reports/<public_id>/why")
@guarded_by(READERS)
def why(public_id: str) -> ResponseReturnValue:
    """Tell somebody of each edition that they may see what was sent to them, and why, or not."""
    session, actor, at = current_session(), current_actor(), clock.now()
    report, current = get_visible(session, public_id, actor.clearance)
    note_reading(public_id, current.marking)
    editions = visible_editions(session, report, actor.clearance)[:MOST_EDITIONS]
    return render_template(
        "delivery/why.html",
        report=report,
        current=current,
        explanations=[
            explain(session, actor.id or 0, report, edition, at=at) for edition in editions
        ],
    )
