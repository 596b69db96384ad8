"""A council's members' list: for its steering committee, and kept by its chairs and secretary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, url_for

from osac_share.accounts.login import require_fresh
from osac_share.accounts.queries import find_person_by_email
from osac_share.councils import actions, policy, queries
from osac_share.councils.forms import AddForm, AnswerForm, JoiningForm, SeatForm
from osac_share.councils.login import current_actor
from osac_share.councils.views.blueprint import blueprint
from osac_share.councils.views.people import KEEPERS, listed_council, to_list
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.proposals.queries import get_proposal
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council

NOBODY = "Nobody in the community has this address."


@blueprint.get("/councils/<slug>/members")
@guarded_by(KEEPERS)
def members(slug: str) -> ResponseReturnValue:
    """Show who sits on the council and who asks to, and what the reader decides about it."""
    council = listed_council(slug)
    return _page(council, AddForm(), _seat_form(council))


@blueprint.post("/councils/<slug>/members")
@guarded_by(KEEPERS)
def add(slug: str) -> ResponseReturnValue:
    """Put a member of the community on the list."""
    council, form = listed_council(slug), AddForm()
    if not form.validate():
        return _page(council, form, _seat_form(council), 422)
    person = find_person_by_email(current_session(), form.email.data or "")
    if person is None:
        form.email.errors = [NOBODY]
        return _page(council, form, _seat_form(council), 422)
    try:
        with transaction(current_session()) as session:
            locked = queries.get_council(session, slug, to_change=True)
            actions.add_member(session, locked, person.id, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        form.email.errors = [refusal.message]
        return _page(council, form, _seat_form(council), 422)
    return to_list(slug, "Added. They are told by letter.")


@blueprint.post("/councils/<slug>/members/<int:seat_id>/remove")
@guarded_by(KEEPERS)
def remove(slug: str, seat_id: int) -> ResponseReturnValue:
    """End a seat."""
    with transaction(current_session()) as session:
        held = queries.get_seat(session, listed_council(slug), seat_id)
        actions.remove(session, held, by=current_actor(), at=clock.now())
    return to_list(slug, "The seat has ended. They are told by letter.")


@blueprint.post("/councils/<slug>/members/seats")
@guarded_by(KEEPERS)
def seat(slug: str) -> ResponseReturnValue:
    """Seat a member on the steering committee or as secretary."""
    require_fresh(url_for("councils.members", slug=slug))
    council = listed_council(slug)
    form = _seat_form(council)
    if not form.validate():
        return _page(council, AddForm(), form, 422)
    try:
        with transaction(current_session()) as session:
            locked = queries.get_council(session, slug, to_change=True)
            kind, actor = form.kind.data or "", current_actor()
            actions.seat_on_committee(
                session, locked, form.person.data, kind, by=actor, at=clock.now()
            )
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(council, AddForm(), form, 409)
    return to_list(slug, "Seated. They are told by letter.")


@blueprint.post("/councils/<slug>/members/joining")
@guarded_by(KEEPERS)
def joining(slug: str) -> ResponseReturnValue:
    """Say how members come to sit on the council."""
    listed_council(slug)
    form = JoiningForm()
    if not form.validate():
        return to_list(slug, "Choose one of the two.", "error")
    with transaction(current_session()) as session:
        council = queries.get_council(session, slug, to_change=True)
        said = form.joining.data or ""
        actions.set_joining(session, council, said, by=current_actor(), at=clock.now())
    return to_list(slug, "Saved.")


@blueprint.post("/councils/<slug>/members/export")
@guarded_by(KEEPERS)
def export(slug: str) -> ResponseReturnValue:
    """Propose to fetch the list as a file; a second person decides."""
    require_fresh(url_for("councils.members", slug=slug))
    council = listed_council(slug)
    try:
        with transaction(current_session()) as session:
            actor, at = current_actor(), clock.now()
            proposal = actions.propose_export(session, council, by=actor, at=at)
    except RuleBroken as refusal:
        return to_list(slug, refusal.message, "error")
    flash("Proposed. Somebody else has to second it within 72 hours.", "done")
    return redirect(url_for("admin.proposal", public_id=proposal.public_id), code=303)


@blueprint.get("/proposals/<public_id>/members.csv")
@guarded_by("proposals.Proposal.proposed_by; councils.policy.may_keep_list")
def fetch_list(public_id: str) -> ResponseReturnValue:
    """Hand over a members' list that two people agreed to; each time is recorded."""
    with transaction(current_session()) as session:
        proposal = get_proposal(session, public_id)
        actor, at = current_actor(), clock.now()
        name, content = actions.fetch_list(session, proposal, by=actor, at=at)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, mimetype="text/csv", headers=headers)


def _seat_form(council: Council) -> SeatForm:
    found = queries.members(current_session(), council.id, at=clock.now())
    return SeatForm({one.person.id: one.person.name for one in found})


def _page(
    council: Council, add_form: AddForm, seat_form: SeatForm, status: int = 200
) -> ResponseReturnValue:
    session, standing, at = current_session(), current_actor().standing, clock.now()
    html = render_template(
        "councils/members.html",
        council=council,
        members=queries.members(session, council.id, at=at),
        requests=queries.waiting_requests(session, council.id, at=at),
        keeps=policy.may_keep_list(standing, council.id),
        chairs=policy.may_seat_for(standing, council.id),
        leads=policy.may_publish_for(standing, council.id),
        add_form=add_form,
        seat_form=seat_form,
        answer_form=AnswerForm(formdata=None),
        joining_form=JoiningForm(council.joining),
    )
    return html, status
