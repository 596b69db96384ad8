"""The front desk of the program's staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from osac_share.admin import policy, queries
from osac_share.admin.views.blueprint import blueprint
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.errors import NotAllowed
from osac_share.search.queries import index_state
from osac_share.search.views import current_index
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

DESK = "admin.policy.may_see_desk"


@blueprint.get("/admin")
@guarded_by(DESK)
def index() -> ResponseReturnValue:
    """Show what waits all over the program, and how long it has."""
    _require_staff()
    session, at = current_session(), clock.now()
    return render_template(
        "admin/index.html",
        queues=queries.queues(session, at=at),
        record=queries.record_state(session, current_settings().record.copy_to, at=at),
        search=index_state(session, current_index()),
        may_read_record=policy.may_read_record(current_actor().standing),
    )


@blueprint.get("/admin/quarantine")
@guarded_by(DESK)
def quarantine() -> ResponseReturnValue:
    """List the drafts that were set aside, by their ids; what they say is on no page."""
    _require_staff()
    return render_template("admin/quarantine.html", rows=queries.quarantined(current_session()))


@blueprint.get("/admin/letters")
@guarded_by(DESK)
def letters() -> ResponseReturnValue:
    """List the letters that no server took."""
    _require_staff()
    return render_template("admin/letters.html", rows=queries.failed_letters(current_session()))


def _require_staff() -> None:
    if not policy.may_see_desk(current_actor().standing):
        raise NotAllowed("This is the desk of the program's staff.")
