"""Adding somewhere to be reached, and proving that one reads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request

from osac_share.accounts.login import require_fresh
from osac_share.accounts.policy import browser_name
from osac_share.accounts.policy.attempts import CODE, CODE_ENTERED, SENDING
from osac_share.channels import actions
from osac_share.channels.forms import HELP, BrowserForm, CodeForm, EndpointForm, contents_of
from osac_share.channels.messages import Messenger
from osac_share.channels.models import BROWSER, CHAT, SMS, WEBHOOK
from osac_share.channels.policy import (
    Contents,
    chat_address,
    push_address,
    telephone_number,
    webhook_address,
)
from osac_share.channels.views.blueprint import (
    MEMBERS_PROVED,
    OWN,
    blueprint,
    count_try,
    home,
    member,
    own,
    send_code,
)
from osac_share.kernel import clock, webpush
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.channels.models import Endpoint


@blueprint.route("/channels/new/<any(webhook,chat,sms):channel>", methods=["GET", "POST"])
@guarded_by(MEMBERS_PROVED)
def add(channel: str) -> ResponseReturnValue:
    """Ask where somebody is reached, and send a code there."""
    # Whoever sits at an open screen must not turn somebody's alerts to a place of their own.
    require_fresh()
    kind, actor, settings = channel, member(), current_settings()
    if kind not in Messenger(settings).kinds:
        abort(404)
    form = EndpointForm(kind)
    try:
        if not form.validate_on_submit():
            return _page(form, kind, 422 if form.is_submitted() else 200)
        contents = Contents(_address(kind, form), on_sheets=kind == SMS and form.on_sheets.data)
    except RuleBroken as refusal:
        form.address.errors = [refusal.message]
        return _page(form, kind, 422)
    count_try(SENDING, actor.email)
    count_try(CODE, contents.address)
    endpoint, contents = _added(kind, form.label.data or "", contents)
    send_code(endpoint.id, kind, contents)
    if kind == WEBHOOK:
        return render_template("channels/secret.html", endpoint=endpoint, secret=contents.signing)
    return redirect(home(), code=303)


@blueprint.post("/channels/browser")
@guarded_by(MEMBERS_PROVED)
def add_browser() -> ResponseReturnValue:
    """Take the address that a browser got from its maker's push service."""
    require_fresh(home())
    actor = member()
    count_try(SENDING, actor.email)
    form = BrowserForm()
    if not form.validate():
        raise RuleBroken("Your browser gave no address. Try again, or take another one.")
    contents = contents_of(form)
    push_address(contents.address, current_settings().channels.push_services)
    try:
        is_key = webpush.is_key(webpush.read(contents.browser), webpush.read(contents.auth))
    except ValueError:
        is_key = False
    if not is_key:
        raise RuleBroken("Your browser gave no key. Try again, or take another one.")
    _added(BROWSER, browser_name(request.user_agent.string), contents)
    flash("This browser shows notifications from now on. Send a test to see one.", "done")
    return redirect(home(), code=303)


@blueprint.post("/channels/<public_id>/verify")
@guarded_by(OWN)
def verify(public_id: str) -> ResponseReturnValue:
    """Take the code that came to a new endpoint."""
    form, actor = CodeForm(), member()
    own(public_id)
    count_try(CODE_ENTERED, actor.email)
    with transaction(current_session()) as session:
        endpoint = own(public_id)
        is_right = form.validate() and actions.verify(
            session,
            endpoint,
            form.code.data or "",
            key=current_settings().require_secret(),
            by=actor.name_in_record,
            at=clock.now(),
        )
    if is_right:
        flash(f"Confirmed: {endpoint.label}. You are reached there from now on.", "done")
    else:
        flash("That is not the code, or it is too old. Try again, or ask for a new one.", "error")
    return redirect(home(), code=303)


@blueprint.post("/channels/<public_id>/code")
@guarded_by(OWN)
def new_code(public_id: str) -> ResponseReturnValue:
    """Send another code to an endpoint that is not confirmed yet."""
    actor, key, at = member(), current_settings().require_secret(), clock.now()
    address = actions.opened(own(public_id), key, at=at).address
    count_try(SENDING, actor.email)
    count_try(CODE, address)
    with transaction(current_session()):
        endpoint = own(public_id)
        contents = actions.renew_code(endpoint, key=key, at=at)
    send_code(endpoint.id, endpoint.kind, contents)
    return redirect(home(), code=303)


def _address(kind: str, form: EndpointForm) -> str:
    given = form.address.data or ""
    if kind == SMS:
        return telephone_number(given)
    if kind == CHAT:
        return chat_address(given)
    return webhook_address(given, current_settings().channels.allowed_private)


def _added(kind: str, label: str, contents: Contents) -> tuple[Endpoint, Contents]:
    actor, key, at = member(), current_settings().require_secret(), clock.now()
    with transaction(current_session()) as session:
        wanted, by = actions.Wanted(kind, label, contents), actor.name_in_record
        endpoint = actions.add(session, actor.id or 0, wanted, key=key, by=by, at=at)
        return endpoint, actions.opened(endpoint, key, at=at)


def _page(form: EndpointForm, kind: str, status: int) -> ResponseReturnValue:
    return render_template("channels/add.html", form=form, kind=kind, help=HELP[kind]), status
