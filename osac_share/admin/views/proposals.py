"""What waits for a second person, and what the second person makes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share import acts
from osac_share.accounts.login import require_fresh
from osac_share.admin.forms import RefusalForm
from osac_share.admin.views.blueprint import blueprint
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.proposals import queries
from osac_share.proposals.policy import is_open, is_own
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.proposals.models import Proposal

SECONDS = "acts.may_see; acts.may_decide, asked anew in the act"
DECIDED_LATELY = timedelta(days=14)


@blueprint.get("/proposals")
@guarded_by(SECONDS)
def proposals() -> ResponseReturnValue:
    """List what waits for this person, what they wait for, and what was decided lately."""
    session, actor, at = current_session(), current_actor(), clock.now()
    waiting = queries.open_proposals(session, at=at)
    decided = queries.decided_since(session, at - DECIDED_LATELY)
    return render_template(
        "proposals/index.html",
        for_me=[one for one in waiting if acts.may_decide(session, one, actor)],
        mine=[one for one in waiting if is_own(one, actor.id)],
        decided=[one for one in decided if acts.may_see(session, one, actor)],
    )


@blueprint.get("/proposals/<public_id>")
@guarded_by(SECONDS)
def proposal(public_id: str) -> ResponseReturnValue:
    """Show what is proposed, by whom and since when, and what this person can do about it."""
    return _page(_visible(public_id), RefusalForm())


@blueprint.post("/proposals/<public_id>/second")
@guarded_by(SECONDS)
def second(public_id: str) -> ResponseReturnValue:
    """Second a proposal, and so do it."""
    shown = _visible(public_id)
    require_fresh(url_for("admin.proposal", public_id=public_id))
    form = RefusalForm()
    try:
        with transaction(current_session()) as session:
            acts.second(session, public_id, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(shown, form, 409)
    return _done(public_id, "Seconded, and done.")


@blueprint.post("/proposals/<public_id>/refuse")
@guarded_by(SECONDS)
def refuse(public_id: str) -> ResponseReturnValue:
    """Refuse a proposal with a reason."""
    shown, form = _visible(public_id), RefusalForm()
    if not form.validate():
        return _page(shown, form, 422)
    try:
        with transaction(current_session()) as session:
            because, actor = form.why.data or "", current_actor()
            acts.refuse(session, public_id, because=because, by=actor, at=clock.now())
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(shown, form, 409)
    return _done(public_id, "Refused. Whoever proposed it is told why.")


@blueprint.post("/proposals/<public_id>/withdraw")
@guarded_by(SECONDS)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    with transaction(current_session()) as session:
        acts.withdraw(session, public_id, by=current_actor(), at=clock.now())
    return _done(public_id, "Taken back.")


def _visible(public_id: str) -> Proposal:
    session = current_session()
    found = queries.get_proposal(session, public_id)
    if not acts.may_see(session, found, current_actor()):
        raise NotFound
    return found


def _page(shown: Proposal, form: RefusalForm, status: int = 200) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), clock.now()
    html = render_template(
        "proposals/show.html",
        proposal=shown,
        act=acts.act_of(shown).words,
        waits=is_open(shown, at),
        is_own=is_own(shown, actor.id),
        may_decide=acts.may_decide(session, shown, actor),
        form=form,
    )
    return html, status


def _done(public_id: str, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for("admin.proposal", public_id=public_id), code=303)
