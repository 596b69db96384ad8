"""Showing the second factor: the only pages that half a session opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions.attempts import forgive
from osac_share.accounts.actions.factors import WRONG_CODE
from osac_share.accounts.forms import AnswerForm, CodeForm
from osac_share.accounts.policy import FACTOR, FEW_CODES, request_options
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import require_room, welcome
from osac_share.accounts.views.passkeys import (
    NOT_TAKEN,
    current_site,
    new_challenge,
    take_challenge,
)
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import public
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person, UserSession
    from osac_share.accounts.policy import Site


@blueprint.route("/login/second-factor", methods=["GET", "POST"])
@public
def second_factor() -> ResponseReturnValue:
    """Ask for a code; on a right one the session becomes a whole one."""
    half = login.current_half()
    if half is None:
        return to_login()
    begun, person = half
    form = CodeForm()
    if form.validate_on_submit():
        secret = _strengthen_by_code(begun, person, form.code.data or "")
        if secret is not None:
            return _enter(secret, person)
        form.code.errors = [WRONG_CODE]
    return _page(person, form)


@blueprint.post("/login/second-factor/passkey")
@public
def second_factor_passkey() -> ResponseReturnValue:
    """Take the answer of a passkey instead of a code."""
    half, form, site = login.current_half(), AnswerForm(), current_site()
    if half is None:
        return to_login()
    secret = None
    challenge = take_challenge("second factor")
    if form.validate() and site is not None and challenge is not None:
        secret = _strengthen_by_passkey(*half, form.credential.data or "", challenge, site)
    if secret is not None:
        return _enter(secret, half[1])
    shown = CodeForm(formdata=None)
    shown.form_errors.append(NOT_TAKEN)
    return _page(half[1], shown)


def to_login() -> ResponseReturnValue:
    """Send whoever has no half session, or no more, to where one begins."""
    return redirect(url_for("accounts.login", next=request.args.get("next")), code=303)


def towards() -> str:
    """Return where the person wanted to go before they were asked for more."""
    return own_path(request.args.get("next")) or url_for("home.front")


def _enter(secret: str, person: Person) -> ResponseReturnValue:
    if not login.begin(secret):
        return to_login()
    welcome()
    left = queries.recovery_codes_left(current_session(), person.id)
    if left <= FEW_CODES:
        flash(f"You have {left} recovery codes left. Make new ones under your second factors.")
    return redirect(towards(), code=303)


def _strengthen_by_code(begun: UserSession, person: Person, code: str) -> str | None:
    rows, key = current_session(), current_settings().require_secret()
    tried, at = require_room(FACTOR, person.email), clock.now()
    with transaction(rows):
        if not actions.use_code(rows, person, code, key=key, at=at):
            return None
        forgive(rows, tried)
        return actions.strengthen(rows, begun.id, person, at=at)


def _strengthen_by_passkey(
    begun: UserSession, person: Person, answer: str, challenge: bytes, site: Site
) -> str | None:
    rows, at = current_session(), clock.now()
    with transaction(rows):
        shown = actions.use_passkey(
            rows,
            answer=answer,
            challenge=challenge,
            site=site,
            at=at,
            person=person,
            needs_verification=False,
        )
        return None if shown is None else actions.strengthen(rows, begun.id, person, at=at)


def _page(person: Person, form: CodeForm) -> ResponseReturnValue:
    rows, site = current_session(), current_site()
    counts = queries.factor_counts(rows, person.id)
    if not counts.has_any:
        return redirect(url_for("accounts.enroll", next=towards()), code=303)
    options = None
    if counts.passkeys and site is not None:
        known = queries.passkeys_of(rows, person.id)
        challenge = new_challenge("second factor")
        options = request_options(site, known, challenge, needs_verification=False)
    html = render_template(
        "accounts/factors/second_factor.html",
        form=form,
        counts=counts,
        options=options,
        towards=towards(),
    )
    return html, 422 if request.method == "POST" else 200
