"""What somebody sees who has an account and is asked to represent an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.queries import get_person
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.membership import actions, queries
from osac_share.membership.views.blueprint import INVITED, blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/organization/invited/<public_id>")
@guarded_by(INVITED)
def invitation(public_id: str) -> ResponseReturnValue:
    """Show an invitation, and what accepting it changes."""
    session, actor, at = current_session(), current_actor(), clock.now()
    found = queries.get_own_invitation(session, public_id, actor.id)
    return render_template(
        "membership/invitation.html",
        invitation=found,
        is_open=found.is_living and at < found.expires_at,
        membership=queries.find_membership(session, actor.id, at=at),
    )


@blueprint.post("/organization/invited/<public_id>/accept")
@guarded_by(INVITED)
def accept_invitation(public_id: str) -> ResponseReturnValue:
    """Represent the organization from now on."""
    at, person_id = clock.now(), current_actor().id
    with transaction(current_session()) as session:
        found = queries.get_own_invitation(session, public_id, person_id, to_change=True)
        actions.take(session, found, get_person(session, person_id or 0), at=at)
    flash(f"You represent {found.organization.name} from now on.", "done")
    return redirect(url_for("membership.own"), code=303)


@blueprint.post("/organization/invited/<public_id>/decline")
@guarded_by(INVITED)
def decline_invitation(public_id: str) -> ResponseReturnValue:
    """Decline; nothing changes."""
    at, person_id = clock.now(), current_actor().id
    with transaction(current_session()) as session:
        found = queries.get_own_invitation(session, public_id, person_id, to_change=True)
        actions.turn_down(session, found, get_person(session, person_id or 0), at=at)
    flash("Declined.", "done")
    return redirect(url_for("membership.own"), code=303)
