"""The sites of somebody's organization, and whether they hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.membership.queries import get_own_organization
from osac_share.subscriptions import actions, policy, queries
from osac_share.subscriptions.forms import SiteForm
from osac_share.subscriptions.views.blueprint import blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

MEMBERS = "people of the organization, in the query"
CONTACT = "the point of contact of the organization, in the query"


@blueprint.get("/organization/sites")
@guarded_by(MEMBERS)
def sites() -> ResponseReturnValue:
    """Show the sites of somebody's own organization."""
    return _page(SiteForm())


@blueprint.post("/organization/sites")
@guarded_by(CONTACT)
def add_site() -> ResponseReturnValue:
    """Note a site."""
    by, at, form = current_actor(), clock.now(), SiteForm()
    _require_contact()
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction(current_session()) as session:
            organization = get_own_organization(session, by.id, at=at, to_change=True)
            actions.add_site(
                session,
                organization,
                name=form.name.data or "",
                country=form.country.data,
                place=form.place.data or "",
                by=by,
                at=at,
            )
    except RuleBroken as refusal:
        form.name.errors = [refusal.message]
        return _page(form, 422)
    flash(f"Noted: {form.name.data}.", "done")
    return redirect(url_for("subscriptions.sites"), code=303)


@blueprint.post("/organization/sites/<public_id>/remove")
@guarded_by(CONTACT)
def remove_site(public_id: str) -> ResponseReturnValue:
    """Take a site off the list."""
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        organization = get_own_organization(session, by.id, at=at, to_change=True)
        site = queries.get_site(session, public_id, organization.id)
        actions.remove_site(session, site, by=by, at=at)
    flash(f"Removed: {site.name}.", "done")
    return redirect(url_for("subscriptions.sites"), code=303)


@blueprint.post("/organization/sites/<any(hear, stop):act>")
@guarded_by(MEMBERS)
def hear_of_sites(act: str) -> ResponseReturnValue:
    """Let somebody hear of their organization's sites, or not any more."""
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        change = {"hear": actions.hear_of_sites, "stop": actions.stop_hearing_of_sites}[act]
        change(session, _own_organization(), by=by, at=at)
    words = {"hear": "You hear of your sites from now on.", "stop": "You hear no more of them."}
    flash(words[act], "done")
    return redirect(url_for("subscriptions.sites"), code=303)


def _own_organization() -> int:
    actor = current_actor()
    organization_id = actor.standing.organization_id
    if organization_id is None or not policy.may_subscribe(actor):
        raise NotAllowed("Sites are for those who represent an organization in good order.")
    return organization_id


def _require_contact() -> None:
    if not current_actor().is_contact:
        raise NotAllowed("Only the organization's point of contact can do this.")
    _own_organization()


def _page(form: SiteForm, status: int = 200) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    organization_id = _own_organization()
    html = render_template(
        "subscriptions/sites.html",
        sites=queries.sites_of(session, organization_id),
        hears=bool(queries.wishes_about_sites(session, actor.id or 0, organization_id)),
        form=form,
    )
    return html, status
