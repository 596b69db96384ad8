"""Challenges for passkeys, and signing in with one instead of address and passphrase."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.forms import AnswerForm
from osac_share.accounts.policy import ANSWER_WITHIN, request_options, site_of
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import welcome
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.web.access import public
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.policy import Site

NOT_TAKEN = "That passkey was not taken. Try again, or sign in another way."

_CHALLENGE = "passkey_challenge"


def current_site() -> Site | None:
    """Return the site for which passkeys are made, or None where browsers make none."""
    settings = current_settings()
    return site_of(settings.public.url, settings.site.name)


def new_challenge(purpose: str) -> bytes:
    """Return what a device is to sign next, in this browser and for this purpose only."""
    challenge = secrets.token_hex(32)
    session[_CHALLENGE] = [purpose, challenge, int(clock.now().timestamp())]
    return bytes.fromhex(challenge)


def take_challenge(purpose: str) -> bytes | None:
    """Return the challenge of this browser if it was for this purpose, and a short while ago.

    It is gone from the cookie with that; the actions see to it that a kept copy is of no use.
    """
    said, challenge, begun = session.pop(_CHALLENGE, (None, "", 0))
    age = int(clock.now().timestamp()) - begun
    is_living = said == purpose and 0 <= age <= ANSWER_WITHIN.total_seconds()
    return bytes.fromhex(challenge) if is_living else None


@blueprint.route("/login/passkey", methods=["GET", "POST"])
@public
def passkey() -> ResponseReturnValue:
    """Let a device that knows its person say who comes: two factors in one."""
    form, site = AnswerForm(), current_site()
    if site is None:
        raise NotFound
    if form.validate_on_submit():
        secret = _sign_in(form.credential.data or "", site)
        if secret is not None and login.begin(secret):
            welcome()
            towards = own_path(request.args.get("next")) or url_for("home.front")
            return redirect(towards, code=303)
        form.form_errors.append(NOT_TAKEN)
    options = request_options(site, (), new_challenge("sign in"), needs_verification=True)
    html = render_template("accounts/factors/passkey.html", form=form, options=options)
    return html, 422 if form.is_submitted() else 200


def _sign_in(answer: str, site: Site) -> str | None:
    rows, at, challenge = current_session(), clock.now(), take_challenge("sign in")
    if challenge is None:
        return None
    before = login.current_login()
    with transaction(rows):
        person = actions.use_passkey(
            rows, answer=answer, challenge=challenge, site=site, at=at, needs_verification=True
        )
        if person is None:
            return None
        if before is not None:
            left = queries.get_person(rows, before.signed_in.person_id)
            actions.sign_out(rows, before.signed_in.session_id, left, at=at)
        return actions.begin_session(
            rows,
            person,
            at=at,
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
            needs_factor=True,
            proof=actions.BY_PASSKEY,
        )
