"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions import attempts
from osac_share.accounts.forms import LoginForm
from osac_share.accounts.policy import SIGN_IN
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import require_room, welcome
from osac_share.accounts.views.passkeys import current_site
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by, public
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/login", methods=["GET", "POST"], endpoint="login")
@public
def sign_in() -> ResponseReturnValue:
    """Show the log-in form; on a right pair open a session and go where the person wanted."""
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _page(form, 422 if form.is_submitted() else 200)
    secret = _open_session(form)
    if secret is None:
        form.form_errors.append("That address and passphrase do not match an account.")
        return _page(form, 422)
    towards = own_path(form.next.data) or url_for("home.front")
    if not login.begin(secret):
        return redirect(url_for("accounts.second_factor", next=towards), code=303)
    welcome()
    return redirect(towards, code=303)


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


def _page(form: LoginForm, status: int) -> ResponseReturnValue:
    offers_passkeys = current_site() is not None
    html = render_template(
        "accounts/login.html",
        form=form,
        offers_passkeys=offers_passkeys,
        sso=current_settings().sso,
    )
    return html, status


def _open_session(form: LoginForm) -> str | None:
    """Return the secret of a new session, in place of the one before; None for a wrong pair."""
    rows, before, email = current_session(), login.current_login(), form.email.data or ""
    counted = require_room(SIGN_IN, email)
    attempt = actions.check_pair(rows, email=email, password=form.password.data or "")
    with transaction(rows):
        secret = actions.sign_in(
            rows,
            attempt,
            at=clock.now(),
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
            demands_factor=login.demands_factor(attempt.person if attempt.matches else None),
        )
        if secret is not None:
            attempts.forgive(rows, counted)
        if secret is not None and before is not None:
            _leave(before.signed_in)
    return secret


def _leave(signed_in: queries.SignedIn) -> None:
    rows = current_session()
    person = queries.get_person(rows, signed_in.person_id)
    actions.sign_out(rows, signed_in.session_id, person, at=clock.now())
