"""What second factors somebody has: named, removed, and stood in for by codes on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.forms import NameForm
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.enrolling import show_codes
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


OWN = "anyone signed in, their own; to change them, one who has just proved that it is they"


@blueprint.get("/account/factors")
@guarded_by(OWN)
def factors() -> ResponseReturnValue:
    """List what the person has."""
    return _page()


@blueprint.post("/account/factors/<public_id>/name")
@guarded_by(OWN)
def rename_factor(public_id: str) -> ResponseReturnValue:
    """Give a factor another name."""
    login.require_fresh(url_for("accounts.factors"))
    form = NameForm()
    if not form.validate():
        return _page(refusal=str(form.name.errors[0]) if form.name.errors else ""), 422
    with transaction(current_session()) as rows:
        person, _session_id = login.current_person()
        actions.rename_factor(rows, person, public_id, name=form.name.data or "", at=clock.now())
    return redirect(url_for("accounts.factors"), code=303)


@blueprint.post("/account/factors/<public_id>/remove")
@guarded_by(OWN)
def remove_factor(public_id: str) -> ResponseReturnValue:
    """Remove a factor, and end the sessions elsewhere."""
    login.require_fresh(url_for("accounts.factors"))
    at = clock.now()
    try:
        with transaction(current_session()) as rows:
            person, session_id = login.current_person()
            is_demanded = login.demands_factor(person)
            actions.remove_factor(rows, person, public_id, is_demanded=is_demanded, at=at)
            actions.end_other_sessions(rows, person.id, keep=session_id, at=at)
    except RuleBroken as refusal:
        return _page(refusal=refusal.message), 409
    flash("Removed. Your other sessions were ended.", "done")
    return redirect(url_for("accounts.factors"), code=303)


@blueprint.post("/account/factors/codes")
@guarded_by(OWN)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    login.require_fresh(url_for("accounts.factors"))
    with transaction(current_session()) as rows:
        person, _session_id = login.current_person()
        if not queries.has_factor(rows, person.id):
            raise NotFound
        codes = actions.renew_recovery_codes(rows, person, at=clock.now())
    return show_codes(codes, url_for("accounts.factors"))


def _page(refusal: str = "") -> str:
    rows, (person, _session_id) = current_session(), login.current_person()
    return render_template(
        "accounts/factors/index.html",
        factors=queries.factors_of(rows, person.id),
        left=queries.recovery_codes_left(rows, person.id),
        is_demanded=login.demands_factor(person),
        refusal=refusal,
    )
