"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.forms import LoginForm
from osac_share.accounts.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by, public
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/login", methods=["GET", "POST"], endpoint="login")
@public
def sign_in() -> ResponseReturnValue:
    """Show the log-in form; on a right pair open a session and go where the person wanted."""
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("accounts/login.html", form=form), status
    rows, before = current_session(), login.current_login()
    attempt = actions.check_pair(
        rows, email=form.email.data or "", password=form.password.data or ""
    )
    with transaction(rows):
        secret = actions.sign_in(
            rows,
            attempt,
            at=clock.now(),
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
        )
        if secret is not None and before is not None:
            _leave(before.signed_in)
    if secret is None:
        form.form_errors.append("That address and passphrase do not match an account.")
        return render_template("accounts/login.html", form=form), 422
    session.clear()
    login.begin(secret)
    return redirect(own_path(form.next.data) or url_for("home.front"), code=303)


@blueprint.post("/logout")
@guarded_by("anyone signed in")
def logout() -> ResponseReturnValue:
    """End this session everywhere and return to the public front page."""
    leaving = login.current_login()
    if leaving is not None:
        with transaction(current_session()):
            _leave(leaving.signed_in)
    login.end()
    session.clear()
    return redirect(url_for("home.front"), code=303)


def _leave(signed_in: queries.SignedIn) -> None:
    rows = current_session()
    person = queries.get_person(rows, signed_in.person_id)
    actions.sign_out(rows, signed_in.session_id, person, at=clock.now())
