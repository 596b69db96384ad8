"""The yearly look of a point of contact over their organization and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts.login import require_fresh
from osac_share.councils.login import current_actor
from osac_share.councils.queries import standings_of
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.membership import actions, queries
from osac_share.membership.forms import VerifyForm
from osac_share.membership.policy import may_end_for
from osac_share.membership.views.blueprint import OWN, blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/organization/verification")
@guarded_by(OWN)
def verification() -> ResponseReturnValue:
    """Show what is kept, and the list of people to go through."""
    return _page(VerifyForm())


@blueprint.post("/organization/verification")
@guarded_by(OWN)
def verify() -> ResponseReturnValue:
    """Confirm it for another year; those who are not ticked any more have left."""
    require_fresh(back=url_for("membership.verification"))
    form = VerifyForm()
    if not form.validate():
        return _page(form, ticked=frozenset(request.form.getlist("here")), status=422)
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        own = queries.get_own_organization(session, by.id, at=at, to_change=True)
        ended = actions.verify(session, own, request.form.getlist("here"), by=by, at=at)
    left = "Nobody has left." if not ended else f"Ended for those who left: {ended}."
    flash(f"Confirmed for another year. {left}", "done")
    return redirect(url_for("membership.own"), code=303)


def _page(
    form: VerifyForm, *, ticked: frozenset[str] | None = None, status: int = 200
) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), clock.now()
    organization = queries.get_own_organization(session, actor.id, at=at)
    people = queries.colleagues(session, organization.id, at=at)
    standings = standings_of(session, {one.person.id for one in people}, at=at)
    html = render_template(
        "membership/verification.html",
        organization=organization,
        people=people,
        fixed={
            one.person.id
            for one in people
            if not may_end_for(actor.standing, standings[one.person.id])
        },
        ticked=ticked,
        form=form,
    )
    return html, status
