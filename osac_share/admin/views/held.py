"""What the site holds about whoever asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Response, render_template

from osac_share.accounts.login import require_fresh
from osac_share.accounts.queries import get_person
from osac_share.admin import actions, queries
from osac_share.admin.views.blueprint import blueprint
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by
from osac_share.web.files import disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person

OWN = "what is held about oneself only"
SHOWN = 10


@blueprint.get("/account/held")
@guarded_by(OWN)
def held() -> ResponseReturnValue:
    """Show people what is held about them, the newest of each kind."""
    parts = queries.held_about(current_session(), _me(), limit=SHOWN)
    return render_template("admin/held.html", parts=parts)


@blueprint.get("/account/held.json")
@guarded_by(OWN)
def held_download() -> ResponseReturnValue:
    """Hand out all that is held about whoever asks."""
    require_fresh()
    session, at = current_session(), clock.now()
    me = _me()
    with transaction(session):
        actions.note_own_download(session, me.public_id, by=current_actor(), at=at)
    held = {part.name: part.rows for part in queries.held_about(session, me)}
    facts = {"site": current_settings().site.name, "at": at.isoformat(), "held": held}
    answer = Response(
        json.dumps(facts, indent=2, default=datetime.isoformat), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = disposition("attachment", "held-about-me.json")
    return answer


def _me() -> Person:
    return get_person(current_session(), current_actor().id or 0)
