"""Single sign-on: to the provider, back from it, and what one has linked there.

A form's answer may not lead off the site, whose policy sends forms nowhere else. So a page of
ours says where it goes next, and the browser goes on from there by itself.
"""

from __future__ import annotations

import logging
from dataclasses import astuple
from typing import TYPE_CHECKING, cast

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions import attempts
from osac_share.accounts.actions.providers import SignOn
from osac_share.accounts.actions.sessions import Proof
from osac_share.accounts.policy import FRESH_FOR, SINGLE
from osac_share.accounts.policy.sso import Errand, authorization_address, is_living
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import require_room, welcome
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, Refusal, RuleBroken
from osac_share.kernel.ids import new_secret
from osac_share.web.access import guarded_by, public
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person
    from osac_share.accounts.policy.sso import Proved

logger = logging.getLogger(__name__)

OWN = "anyone signed in, their own; to change it, one who has just proved that it is they"
AWAY = "That sign-in cannot be reached at the moment. Try again later, or use your passphrase."
STALE = "That took too long, or began in another browser. Try again."
NOT_PROVED = "That sign-in did not say who you are. Try again, or use your passphrase."
NOT_LINKED = (
    "That sign-in does not open an account here. Sign in once with your passphrase, and link it "
    "under your account."
)

_ERRAND = "sso_errand"


@blueprint.post("/login/sso")
@public
def sso() -> ResponseReturnValue:
    """Send somebody to the provider to sign in."""
    towards = own_path(request.args.get("next")) or url_for("home.front")
    back = url_for("accounts.login", next=request.args.get("next"))
    return _send(_sign_on(), towards=towards, session_id=None, otherwise=back)


@blueprint.get("/account/sso")
@guarded_by(OWN)
def own_sso() -> ResponseReturnValue:
    """Show which account at the provider opens one's own here."""
    settings, (person, _session_id) = _sign_on().settings, login.current_person()
    linked = queries.identities_of(current_session(), person.id, settings.issuer)
    return render_template("accounts/sso/index.html", sso=settings, linked=linked)


@blueprint.post("/account/sso/link")
@guarded_by(OWN)
def link_sso() -> ResponseReturnValue:
    """Send somebody to the provider to link their account there."""
    sign_on, page = _sign_on(), url_for("accounts.own_sso")
    login.require_fresh(page)
    _person, session_id = login.current_person()
    return _send(sign_on, towards=page, session_id=session_id, otherwise=page)


@blueprint.post("/account/sso/unlink")
@guarded_by(OWN)
def unlink_sso() -> ResponseReturnValue:
    """Let the account at the provider open nothing any more, and end the sessions elsewhere."""
    settings, page = _sign_on().settings, url_for("accounts.own_sso")
    login.require_fresh(page)
    at = clock.now()
    with transaction(current_session()) as rows:
        person, session_id = login.current_person()
        if actions.unlink_identities(rows, person, issuer=settings.issuer, at=at):
            actions.end_other_sessions(rows, person.id, keep=session_id, at=at)
            flash("Unlinked. Your other sessions were ended.", "done")
    return redirect(page, code=303)


@blueprint.get("/login/sso/back")
@public
def sso_back() -> ResponseReturnValue:
    """Take back from the provider whom a browser was sent there with.

    Only the browser that was sent can come back, once, and within ten minutes.
    """
    sign_on, at = _sign_on(), clock.now()
    errand = _take_errand(at)
    if errand is None:
        return _turn_back(STALE)
    counted = require_room(SINGLE)
    with transaction(current_session()) as rows:
        if not actions.spend(rows, errand.state, at=at):
            return _turn_back(STALE)
    proved = _prove(sign_on, errand, at)
    if errand.session_id is not None:
        return _link(errand, proved, sign_on, counted, at)
    return _enter(errand, proved, sign_on, counted, at)


def _sign_on() -> SignOn:
    settings = current_settings()
    if not settings.sso.is_on:
        raise NotFound
    known = current_app.extensions.get("osac_sign_on")
    if known is None:
        agent = f"OSAC-Share (+{settings.public.url})"
        known = current_app.extensions.setdefault("osac_sign_on", SignOn(settings.sso, agent=agent))
    return cast("SignOn", known)


def _address_back() -> str:
    return current_settings().public.url + url_for("accounts.sso_back")


def _send(
    sign_on: SignOn, *, towards: str, session_id: int | None, otherwise: str
) -> ResponseReturnValue:
    at = clock.now()
    try:
        provider = sign_on.provider(at)
    except Refusal as problem:
        logger.warning("single sign-on: %s", problem.message)
        flash(AWAY, "error")
        return redirect(otherwise, code=303)
    begun = int(at.timestamp())
    errand = Errand(new_secret(), new_secret(), new_secret(), begun, towards, session_id)
    cookie[_ERRAND] = list(astuple(errand))
    address = authorization_address(
        provider, errand, client_id=sign_on.settings.client_id, redirect_uri=_address_back()
    )
    page = render_template("accounts/sso/leaving.html", sso=sign_on.settings, address=address)
    answer = make_response(page)
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


def _take_errand(at: datetime) -> Errand | None:
    kept = cookie.pop(_ERRAND, None)
    errand = None if kept is None else Errand(*kept)
    if errand is None or not is_living(errand, request.args.get("state", ""), at):
        return None
    return errand


def _prove(sign_on: SignOn, errand: Errand, at: datetime) -> Proved | None:
    code, issuer = request.args.get("code", ""), request.args.get("iss")
    try:
        sign_on.require_own(issuer, at)
        return sign_on.prove(code, errand, redirect_uri=_address_back(), at=at) if code else None
    except Refusal as problem:
        logger.warning("single sign-on: %s", problem.message)
        return None


def _link(
    errand: Errand, proved: Proved | None, sign_on: SignOn, counted: int, at: datetime
) -> ResponseReturnValue:
    entered, rows = login.current_login(), current_session()
    if entered is None or entered.signed_in.session_id != errand.session_id:
        return _turn_back(STALE)
    if proved is None:
        flash(NOT_PROVED, "error")
        return redirect(errand.towards, code=303)
    issuer = sign_on.settings.issuer
    try:
        with transaction(rows):
            person, _session_id = login.current_person()
            actions.link_identity(rows, person, issuer=issuer, subject=proved.subject, at=at)
            attempts.forgive(rows, counted)
        flash("Linked. It signs you in from now on.", "done")
    except RuleBroken as refusal:
        flash(refusal.message, "error")
    return redirect(errand.towards, code=303)


def _enter(
    errand: Errand, proved: Proved | None, sign_on: SignOn, counted: int, at: datetime
) -> ResponseReturnValue:
    rows, address = current_session(), request.remote_addr or ""
    before, issuer, secret = login.current_login(), sign_on.settings.issuer, None
    with transaction(rows):
        if proved is None:
            actions.refuse_sign_on(rows, None, at=at, address=address)
            return _turn_back(NOT_PROVED)
        person = actions.recognize(
            rows, issuer=issuer, subject=proved.subject, at=at, address=address
        )
        if person is None:
            return _turn_back(NOT_LINKED)
        attempts.forgive(rows, counted)
        if before is not None:
            left = queries.get_person(rows, before.signed_in.person_id)
            actions.sign_out(rows, before.signed_in.session_id, left, at=at)
        secret = _begin(person, _proof(proved, trusts=sign_on.settings.trusts_factor, at=at), at)
    if not login.begin(secret):
        return redirect(url_for("accounts.second_factor", next=errand.towards), code=303)
    welcome()
    return redirect(errand.towards, code=303)


def _begin(person: Person, proof: Proof, at: datetime) -> str:
    rows = current_session()
    return actions.begin_session(
        rows,
        person,
        at=at,
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        needs_factor=login.demands_factor(person) or queries.has_factor(rows, person.id),
        proof=proof,
    )


def _proof(proved: Proved, *, trusts: bool, at: datetime) -> Proof:
    # A provider lets people pass who sat down there long ago: that is no fresh proof here.
    stale_since = proved.asked_at or at - FRESH_FOR
    return Proof("sso", is_strong=trusts and proved.is_strong, stale_since=stale_since)


def _turn_back(why: str) -> ResponseReturnValue:
    flash(why, "error")
    return redirect(url_for("accounts.login"), code=303)
