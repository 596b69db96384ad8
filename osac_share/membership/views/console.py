"""A point of contact's own organization: its people, and those who are asked to join them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.login import require_fresh
from osac_share.councils.login import current_actor
from osac_share.councils.queries import standing_of, standings_of
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.forms import HandOverForm, InviteForm, InviteManyForm, ProfileForm
from osac_share.membership.policy import ACTIVE, LAPSED, MOST_AT_ONCE, may_end_for
from osac_share.membership.views.blueprint import OWN, blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Organization

DONE = {
    "suspend": "Suspended. They see no more than strangers do, from now on.",
    "restore": "Restored.",
    "end": "Ended. They keep their account; what members see is closed to them.",
    "resend": "Sent again, with a new link.",
    "revoke": "Withdrawn. The link in the letter opens nothing any more.",
}
NOT_NOW = "Your organization is not in good order. See its page."


@blueprint.get("/organization")
@guarded_by(OWN)
def own() -> ResponseReturnValue:
    """Show the point of contact their people; to others, whom they represent."""
    session, actor, at = current_session(), current_actor(), clock.now()
    if actor.is_contact:
        organization = queries.get_own_organization(session, actor.id, at=at)
        if organization.status == LAPSED:
            return redirect(url_for("membership.verification"), code=303)
        return _console(organization)
    membership = queries.find_membership(session, actor.id, at=at)
    organization_id = membership.organization_id if membership else None
    return render_template(
        "membership/member.html",
        membership=membership,
        contacts=queries.contacts_of(session, organization_id, at=at) if organization_id else [],
        invitations=queries.own_invitations(session, actor.id),
    )


@blueprint.post("/organization/invite")
@guarded_by(OWN)
def invite() -> ResponseReturnValue:
    """Invite one person."""
    form = InviteForm(prefix="invite")
    if not form.validate():
        return _console(_own(), invite_form=form, status=422)
    return _invite(form) or _console(_own(), invite_form=form, status=409)


@blueprint.route("/organization/invite-many", methods=["GET", "POST"])
@guarded_by(OWN)
def invite_many() -> ResponseReturnValue:
    """Invite everybody on a pasted list; many of them need a second person."""
    organization, form, status = _own(), InviteManyForm(), 200
    if form.is_submitted():
        require_fresh(back=url_for("membership.invite_many"))
        if form.validate() and (answer := _invite(form)):
            return answer
        status = 422
    html = render_template(
        "membership/invite_many.html", organization=organization, form=form, most=MOST_AT_ONCE
    )
    return html, status


def _invite(form: InviteForm | InviteManyForm) -> ResponseReturnValue | None:
    invitees = form.invitees()
    try:
        with transaction(current_session()) as session:
            organization = _own(to_change=True)
            by, at = current_actor(), clock.now()
            proposal = actions.invite(session, organization, invitees, by=by, at=at)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return None
    if proposal is not None:
        flash("Proposed. Program staff look at so many invitations before they go out.", "done")
    else:
        number = "1 person is" if len(invitees) == 1 else f"{len(invitees)} people are"
        flash(f"{number} asked. Who is outside of your domains waits for program staff.", "done")
    return redirect(url_for("membership.own"), code=303)


@blueprint.post("/organization/people/<public_id>/<any(suspend, restore, end):act>")
@guarded_by(OWN)
def change_person(public_id: str, act: str) -> ResponseReturnValue:
    """Suspend a colleague, restore them, or end what they are to the organization."""
    require_fresh(back=url_for("membership.own"))
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        organization = _own(to_change=True)
        person, membership = queries.get_colleague(
            session, organization.id, public_id, at=at, to_change=True
        )
        target = standing_of(session, person.id, at=at)
        change = {"suspend": actions.suspend, "restore": actions.restore, "end": actions.end}[act]
        change(session, organization, membership, target, by=by, at=at)
    flash(DONE[act], "done")
    return redirect(url_for("membership.own"), code=303)


@blueprint.post("/organization/invitations/<public_id>/<any(resend, revoke):act>")
@guarded_by(OWN)
def change_invitation(public_id: str, act: str) -> ResponseReturnValue:
    """Send an invitation again, or withdraw it."""
    with transaction(current_session()) as session:
        invitation = queries.get_invitation(session, _own(to_change=True).id, public_id)
        change = {"resend": actions.resend, "revoke": actions.revoke}[act]
        change(session, invitation, by=current_actor(), at=clock.now())
    flash(DONE[act], "done")
    return redirect(url_for("membership.own"), code=303)


@blueprint.post("/organization/hand-over")
@guarded_by(OWN)
def hand_over() -> ResponseReturnValue:
    """Offer a colleague to be the point of contact."""
    require_fresh(back=url_for("membership.own"))
    form, at = HandOverForm(_successors(_own())), clock.now()
    if not form.validate():
        return _console(_own(), hand_over_form=form, status=422)
    with transaction(current_session()) as session:
        organization = _own(to_change=True)
        person, _ = queries.get_colleague(session, organization.id, form.person.data, at=at)
        actions.offer_contact(session, organization, person, by=current_actor(), at=at)
    flash(f"Offered to {person.name}. Until they accept, you are the point of contact.", "done")
    return redirect(url_for("membership.own"), code=303)


@blueprint.route("/organization/profile", methods=["GET", "POST"])
@guarded_by(OWN)
def profile() -> ResponseReturnValue:
    """Keep what is said about the organization up to date."""
    organization = _own()
    form = ProfileForm(organization)
    if not form.validate_on_submit():
        html = render_template("membership/profile.html", organization=organization, form=form)
        return html, 422 if form.is_submitted() else 200
    with transaction(current_session()) as session:
        by, at = current_actor(), clock.now()
        actions.revise(session, _own(to_change=True), form.profile(), by=by, at=at)
    flash("Saved.", "done")
    return redirect(url_for("membership.own"), code=303)


def _own(*, to_change: bool = False) -> Organization:
    session, actor = current_session(), current_actor()
    found = queries.get_own_organization(session, actor.id, at=clock.now(), to_change=to_change)
    if found.status != ACTIVE:
        raise RuleBroken(NOT_NOW)
    return found


def _successors(organization: Organization) -> list[tuple[str, str]]:
    people = queries.colleagues(current_session(), organization.id, at=clock.now())
    return [
        (one.person.public_id, one.person.name)
        for one in people
        if one.state == ACTIVE and not one.membership.is_contact
    ]


def _console(
    organization: Organization,
    *,
    invite_form: InviteForm | None = None,
    hand_over_form: HandOverForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), clock.now()
    people = queries.colleagues(session, organization.id, at=at)
    standings = standings_of(session, {one.person.id for one in people}, at=at)
    html = render_template(
        "membership/console.html",
        organization=organization,
        people=people,
        may_change={
            one.person.id for one in people if may_end_for(actor.standing, standings[one.person.id])
        },
        invitations=queries.waiting_invitations(session, organization.id),
        invite_form=invite_form or InviteForm(prefix="invite"),
        hand_over_form=hand_over_form or HandOverForm(_successors(organization)),
    )
    return html, status
