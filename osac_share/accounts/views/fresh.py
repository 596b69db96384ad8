"""Proving once more that it is still the same person who sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions.attempts import forgive
from osac_share.accounts.forms import AnswerForm, ConfirmForm
from osac_share.accounts.policy import CONFIRM, FACTOR, request_options
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import require_room
from osac_share.accounts.views.passkeys import (
    NOT_TAKEN,
    current_site,
    new_challenge,
    take_challenge,
)
from osac_share.accounts.views.second_factor import towards
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person

NOT_RIGHT = "That is not right. A code works only once: wait for the next one."


@blueprint.route("/confirm", methods=["GET", "POST"])
@guarded_by("anyone signed in")
def confirm() -> ResponseReturnValue:
    """Ask for the passphrase again, and for a code of those who have a second factor."""
    person, session_id = login.current_person()
    form = ConfirmForm(has_factor=queries.has_factor(current_session(), person.id))
    if form.validate_on_submit():
        if _is_proved(person, session_id, form):
            return redirect(towards(), code=303)
        form.form_errors.append(NOT_RIGHT)
    return _page(person, form)


@blueprint.post("/confirm/passkey")
@guarded_by("anyone signed in")
def confirm_passkey() -> ResponseReturnValue:
    """Take a passkey that knows its person instead of both."""
    (person, session_id), form, site = login.current_person(), AnswerForm(), current_site()
    rows, at, challenge = current_session(), clock.now(), take_challenge("confirm")
    if form.validate() and site is not None and challenge is not None:
        with transaction(rows):
            shown = actions.use_passkey(
                rows,
                answer=form.credential.data or "",
                challenge=challenge,
                site=site,
                at=at,
                person=person,
                needs_verification=True,
            )
            if shown is not None:
                actions.freshen(rows, session_id, person, at=at)
                return redirect(towards(), code=303)
    asked = ConfirmForm(has_factor=True)
    asked.form_errors.append(NOT_TAKEN)
    return _page(person, asked)


def _is_proved(person: Person, session_id: int, form: ConfirmForm) -> bool:
    rows, key = current_session(), current_settings().require_secret()
    asks_code = "code" in form
    scopes = (CONFIRM, FACTOR) if asks_code else (CONFIRM,)
    tried = [require_room(scope, person.email) for scope in scopes]
    attempt = actions.check_pair(rows, email=person.email, password=form.password.data or "")
    if not attempt.matches:
        return False
    at = clock.now()
    with transaction(rows):
        if asks_code and not actions.use_code(rows, person, form.code.data or "", key=key, at=at):
            return False
        for one in tried:
            forgive(rows, one)
        actions.freshen(rows, session_id, person, at=at)
    return True


def _page(person: Person, form: ConfirmForm) -> ResponseReturnValue:
    rows, site, options = current_session(), current_site(), None
    known = queries.passkeys_of(rows, person.id)
    if known and site is not None:
        challenge = new_challenge("confirm")
        options = request_options(site, known, challenge, needs_verification=True)
    html = render_template(
        "accounts/factors/confirm.html", form=form, options=options, towards=towards()
    )
    return html, 422 if request.method == "POST" else 200
