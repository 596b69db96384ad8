"""What the staff does with the account of one of an organization's people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.login import require_fresh
from osac_share.councils.login import current_actor
from osac_share.councils.queries import standing_of
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.forms import AccountForm
from osac_share.membership.policy import may_administer
from osac_share.membership.views.blueprint import STAFF, blueprint, require_staff
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Membership, Organization, Person

CHANGES = {
    "suspend": actions.suspend_account,
    "restore": actions.restore_account,
    "end-sessions": actions.end_sessions,
    "clear-factors": actions.clear_factors,
}
DONE = {
    "suspend": "The account is suspended.",
    "restore": "The account is restored.",
    "end-sessions": "Their sessions are ended, and they are told.",
    "clear-factors": "Their second factors are cleared, and they are told.",
    "remove": "They no longer represent the organization.",
    "groups": "Their groups are saved.",
}


@blueprint.get("/admin/organizations/<public_id>/people/<person_id>")
@guarded_by(STAFF)
def account(public_id: str, person_id: str) -> ResponseReturnValue:
    """Show one of an organization's people, and what can be done about the account."""
    require_staff()
    return _page(*_found(public_id, person_id))


@blueprint.post("/admin/organizations/<public_id>/people/<person_id>")
@guarded_by(STAFF)
def change_account(public_id: str, person_id: str) -> ResponseReturnValue:
    """Do what was chosen, for the reason that is given."""
    require_staff()
    here = url_for("membership.account", public_id=public_id, person_id=person_id)
    require_fresh(back=here)
    organization, person, membership = _found(public_id, person_id)
    form = AccountForm(person, organization)
    if not form.validate():
        return _page(organization, person, membership, form=form, status=422)
    try:
        _change(form, public_id, person_id)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(*_found(public_id, person_id), form=form, status=409)
    flash(DONE[form.act.data], "done")
    if form.act.data == "remove":
        here = url_for("membership.organization", public_id=public_id)
    return redirect(here, code=303)


def _change(form: AccountForm, public_id: str, person_id: str) -> None:
    act, because = form.act.data, form.because.data or ""
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        organization, person, _ = _found(public_id, person_id, to_change=True)
        if act == "groups":
            chosen = form.groups.data or []
            actions.set_groups(session, person, chosen, because=because, by=by, at=at)
        elif act == "remove":
            actions.remove(session, organization, person, because=because, by=by, at=at)
        else:
            CHANGES[act](session, person, because=because, by=by, at=at)


def _found(
    public_id: str, person_id: str, *, to_change: bool = False
) -> tuple[Organization, Person, Membership]:
    session = current_session()
    organization = queries.get_organization(session, public_id)
    person, membership = queries.get_colleague(
        session, organization.id, person_id, at=clock.now(), to_change=to_change
    )
    return organization, person, membership


def _page(
    organization: Organization,
    person: Person,
    membership: Membership,
    *,
    form: AccountForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    target = standing_of(current_session(), person.id, at=clock.now())
    html = render_template(
        "membership/account.html",
        organization=organization,
        person=person,
        membership=membership,
        may_change=may_administer(current_actor().standing, target),
        form=form or AccountForm(person, organization),
    )
    return html, status
