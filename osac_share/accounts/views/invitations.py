"""Opening an account that somebody was invited to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts import actions, queries
from osac_share.accounts.forms import InvitationForm
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import opened_by
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Ask for name and passphrase; looking at the page changes nothing."""
    link, person = opened_by(token, "invitation")
    rows = current_session()
    about = [current_settings().site.name, *queries.words_about(rows, person)]
    form = InvitationForm(about=about)
    if request.method == "GET":
        form.name.data = person.name
    if form.validate_on_submit():
        hashed = actions.hashed(form.new.data or "")
        with transaction(rows):
            actions.accept_invitation(
                rows, link, person, name=form.name.data or "", hashed=hashed, at=clock.now()
            )
        flash("Your account is open. Sign in with the passphrase that you chose.", "done")
        return redirect(url_for("accounts.login"), code=303)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/invitation.html", form=form, email=person.email), status
