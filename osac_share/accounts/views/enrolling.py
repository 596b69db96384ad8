"""Setting up a second factor: at the first sign-in of those who must, and later of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from flask import Response, flash, redirect, render_template, request, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.forms import AppForm, PasskeyForm
from osac_share.accounts.policy import app_address, creation_options, grouped
from osac_share.accounts.views.blueprint import blueprint
from osac_share.accounts.views.doorstep import welcome
from osac_share.accounts.views.passkeys import current_site, new_challenge, take_challenge
from osac_share.accounts.views.second_factor import to_login, towards
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Person

WIDEST = 280
"""How many pixels a QR code may take: it fits beside the thumb that holds a narrow screen."""


@dataclass(frozen=True, slots=True)
class Enrollee:
    """Somebody who sets up a factor, and the session in which they do."""

    session_id: int
    person: Person
    is_half: bool


@blueprint.route("/login/enroll", methods=["GET", "POST"])
@public
def enroll() -> ResponseReturnValue:
    """Set up the first factor of somebody whose office demands one, before anything else."""
    enrollee = _half_enrollee()
    return to_login() if enrollee is None else _by_app(enrollee)


@blueprint.post("/login/enroll/passkey")
@public
def enroll_passkey() -> ResponseReturnValue:
    """Take a passkey for the first factor."""
    enrollee = _half_enrollee()
    return to_login() if enrollee is None else _by_passkey(enrollee)


@blueprint.route("/account/factors/add", methods=["GET", "POST"])
@guarded_by("anyone signed in who has just proved that it is they")
def add_factor() -> ResponseReturnValue:
    """Set up a further factor, or a first one of one's own accord."""
    login.require_fresh()
    return _by_app(_own_enrollee())


@blueprint.post("/account/factors/add/passkey")
@guarded_by("anyone signed in who has just proved that it is they")
def add_passkey() -> ResponseReturnValue:
    """Take a passkey for a further factor."""
    login.require_fresh(url_for("accounts.add_factor"))
    return _by_passkey(_own_enrollee())


@blueprint.get("/login/enroll/picture")
@public
def proposed_picture() -> ResponseReturnValue:
    """Draw the QR code of a secret that was proposed to whoever asks; for all others, nothing."""
    person, settings, at = _asking(), current_settings(), clock.now()
    sealed, key = request.args.get("of", ""), settings.require_secret()
    if person is None:
        raise NotFound
    secret = actions.proposed_secret(person, sealed, key=key, at=at)
    if secret is None:
        raise NotFound
    address = app_address(secret, account=person.email, issuer=settings.site.name)
    code, drawn = segno.make(address, error="m"), BytesIO()
    scale = max(1, WIDEST // code.symbol_size()[0])
    code.save(drawn, kind="svg", scale=scale, dark="#000", light="#fff", svgclass=None)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def show_codes(codes: list[str], onwards: str) -> str:
    """Return the page that shows recovery codes, this once."""
    return render_template(
        "accounts/factors/codes.html", codes=[grouped(code) for code in codes], onwards=onwards
    )


def _half_enrollee() -> Enrollee | None:
    half = login.current_half()
    if half is None:
        return None
    begun, person = half
    return Enrollee(begun.id, person, is_half=True)


def _asking() -> Person | None:
    half, entered = login.current_half(), login.current_login()
    if half is not None:
        return half[1]
    return None if entered is None else login.current_person()[0]


def _own_enrollee() -> Enrollee:
    person, session_id = login.current_person()
    return Enrollee(session_id, person, is_half=False)


def _by_app(enrollee: Enrollee) -> ResponseReturnValue:
    form = AppForm()
    if not form.validate_on_submit():
        return _page(enrollee, form)

    def add() -> None:
        actions.add_authenticator(
            current_session(),
            enrollee.person,
            sealed=form.sealed.data or "",
            code=form.code.data or "",
            name=form.name.data or "",
            key=current_settings().require_secret(),
            at=clock.now(),
        )

    try:
        return _enrolled(enrollee, add)
    except RuleBroken as refusal:
        form.code.errors = [refusal.message]
        return _page(enrollee, form)


def _by_passkey(enrollee: Enrollee) -> ResponseReturnValue:
    form, site, challenge = PasskeyForm(), current_site(), take_challenge("new passkey")
    shown = AppForm(formdata=None)
    if not form.validate() or site is None or challenge is None:
        shown.form_errors.append(actions.NOT_MADE)
        return _page(enrollee, shown)

    def add() -> None:
        actions.add_passkey(
            current_session(),
            enrollee.person,
            answer=form.credential.data or "",
            challenge=challenge,
            site=site,
            name=form.name.data or "",
            at=clock.now(),
        )

    try:
        return _enrolled(enrollee, add)
    except RuleBroken as refusal:
        shown.form_errors.append(refusal.message)
        return _page(enrollee, shown)


def _enrolled(enrollee: Enrollee, add: Callable[[], None]) -> ResponseReturnValue:
    rows, at, person = current_session(), clock.now(), enrollee.person
    codes: list[str] = []
    with transaction(rows):
        if enrollee.is_half:
            actions.hold_for_first_factor(rows, person)
        add()
        actions.end_other_sessions(rows, person.id, keep=enrollee.session_id, at=at)
        secret = actions.strengthen(rows, enrollee.session_id, person, at=at)
        if not queries.recovery_codes_left(rows, person.id):
            codes = actions.renew_recovery_codes(rows, person, at=at)
    onwards = towards() if enrollee.is_half else url_for("accounts.factors")
    if secret is None or not login.begin(secret):
        return to_login()
    welcome()
    if codes:
        return show_codes(codes, onwards)
    flash("The second factor was added. Your other sessions were ended.", "done")
    return redirect(onwards, code=303)


def _page(enrollee: Enrollee, form: AppForm) -> ResponseReturnValue:
    person, settings, at = enrollee.person, current_settings(), clock.now()
    rows, site, key = current_session(), current_site(), settings.require_secret()
    if enrollee.is_half and queries.has_factor(rows, person.id):
        return redirect(url_for("accounts.second_factor", next=towards()), code=303)
    secret = actions.proposed_secret(person, form.sealed.data or "", key=key, at=at)
    if secret is None:
        secret, form.sealed.data = actions.propose_secret(person, key=key, at=at)
    options = None
    if site is not None:
        known = queries.passkeys_of(rows, person.id)
        options = creation_options(site, person, known, new_challenge("new passkey"))
    html = render_template(
        "accounts/factors/enroll.html",
        form=form,
        asked=PasskeyForm(formdata=None),
        options=options,
        secret=grouped(secret.lower()),
        is_half=enrollee.is_half,
        towards=towards(),
    )
    return html, 422 if request.method == "POST" else 200
