"""Changing the address of an account: asked for by its owner, confirmed from the new address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts import actions, login
from osac_share.accounts.forms import AddressForm
from osac_share.accounts.policy import ADDRESS
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import opened_by, require_room
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ASKED = (
    "A letter is on its way to the new address. Open the link in it within 24 hours; until then "
    "nothing changes."
)


@blueprint.route("/account/address", methods=["GET", "POST"])
@guarded_by("one's own account, freshly proved")
def address() -> ResponseReturnValue:
    """Send a link to a new address; whether another account has it already, nobody learns."""
    login.require_fresh()
    person, _ = login.current_person()
    form = AddressForm()
    if form.validate_on_submit():
        require_room(ADDRESS, form.email.data or "")
        try:
            with transaction(current_session()) as rows:
                actions.ask_address(rows, person, form.email.data or "", at=clock.now())
        except RuleBroken as refusal:
            form.email.errors = [refusal.message]
        else:
            flash(ASKED, "done")
            return redirect(url_for("home.account"), code=303)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/address.html", form=form, email=person.email), status


@blueprint.get("/account/address/<token>")
@public
def new_address(token: str) -> ResponseReturnValue:
    """Ask before changing: mail scanners open every link they see, so a GET changes nothing."""
    link, person = opened_by(token, "address")
    return render_template(
        "accounts/new_address.html", old=person.email, new=link.about["email"], token=token
    )


@blueprint.post("/account/address/<token>")
@public
def confirm_address(token: str) -> ResponseReturnValue:
    """Give the account the address to which the link was sent."""
    link, person = opened_by(token, "address")
    with transaction(current_session()) as rows:
        actions.confirm_address(rows, link, person, at=clock.now())
    flash(f"Your address is now {person.email}. Sign in with it from now on.", "done")
    return redirect(url_for("home.front"), code=303)
