"""Changing a passphrase, and choosing one in place of one forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions import attempts
from osac_share.accounts.forms import ChangePassphraseForm, NewPassphraseForm, ResetForm
from osac_share.accounts.policy import CONFIRM, RESET
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import (
    device_secret,
    keep_device,
    opened_by,
    require_room,
)
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person

ASKED = (
    "If there is an account for this address, a letter is on its way to it. The link in it "
    "works once, for an hour."
)


@blueprint.route("/account/passphrase", methods=["GET", "POST"])
@guarded_by("one's own account, freshly proved")
def passphrase() -> ResponseReturnValue:
    """Change the passphrase of whoever knows the current one; all other sessions end."""
    login.require_fresh()
    person, session_id = login.current_person()
    form = ChangePassphraseForm(about=_words_about(person))
    if form.validate_on_submit():
        rows, attempt = current_session(), require_room(CONFIRM, person.email)
        pair = actions.check_pair(rows, email=person.email, password=form.current.data or "")
        if pair.matches:
            hashed = actions.hashed(form.new.data or "")
            with transaction(rows):
                attempts.forgive(rows, attempt)
                actions.change_passphrase(
                    rows,
                    person,
                    hashed,
                    at=clock.now(),
                    keep_session=session_id,
                    keep_device=device_secret(),
                )
            flash("Your passphrase is changed. Every other session of yours has ended.", "done")
            return redirect(url_for("home.account"), code=303)
        form.current.errors = ["This is not your current passphrase."]
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/passphrase.html", form=form, email=person.email), status


@blueprint.route("/reset", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    """Send a link to whoever forgot their passphrase; known or not, the answer is the same."""
    form = ResetForm()
    if form.validate_on_submit():
        email = form.email.data or ""
        require_room(RESET, email)
        with transaction(current_session()) as rows:
            actions.ask_reset(rows, email, at=clock.now())
        flash(ASKED, "done")
        return redirect(url_for("accounts.login"), code=303)
    return render_template("accounts/reset.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@public
def choose(token: str) -> ResponseReturnValue:
    """Let the holder of the letter choose a passphrase; looking at the page changes nothing."""
    link, person = opened_by(token, "reset")
    form = NewPassphraseForm(about=_words_about(person))
    if form.validate_on_submit():
        hashed = actions.hashed(form.new.data or "")
        with transaction(current_session()) as rows:
            actions.reset_passphrase(rows, link, person, hashed, at=clock.now())
            # Whoever reads the account's mail is not to be kept waiting by others' tries.
            secret = actions.know_device(rows, person, device_secret(), at=clock.now())
        keep_device(secret)
        flash("Your passphrase is changed. Sign in with it.", "done")
        return redirect(url_for("accounts.login"), code=303)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/choose.html", form=form, email=person.email), status


def _words_about(person: Person) -> list[str]:
    return [current_settings().site.name, *queries.words_about(current_session(), person)]
