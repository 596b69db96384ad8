"""Saying that an emergency was received: from its mail, without signing in, or on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.delivery.actions.acknowledging import BY_MAIL, BY_PAGE, acknowledge
from osac_share.delivery.policy import EMERGENCY, acknowledged_by
from osac_share.delivery.queries.acknowledging import acknowledged_at, find_receipt
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports.queries import get_visible
from osac_share.reports.views.asides import add_aside
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.delivery.queries.acknowledging import Receipt
    from osac_share.reports.queries import Glance

READERS = "councils.policy.may_see, of whoever is signed in"


@blueprint.get("/acknowledge/<token>")
@public
def receipt(token: str) -> ResponseReturnValue:
    """Ask first: mail scanners open every link they see, so a GET changes nothing.

    The page says that a message was sent, and when; of what it is about it says nothing.
    """
    return _page(_receipt(token))


@blueprint.post("/acknowledge/<token>")
@public
def acknowledge_mail(token: str) -> ResponseReturnValue:
    """Note that the holder of a mail received it; the code is all that they show."""
    with transaction(current_session()) as session:
        received = _receipt(token)
        acknowledge(session, received.edition_id, received.person_id, via=BY_MAIL, at=clock.now())
    return _page(_receipt(token))


@blueprint.post("/reports/<public_id>/acknowledge")
@guarded_by(READERS)
def acknowledge_report(public_id: str) -> ResponseReturnValue:
    """Note that somebody who is signed in received the emergency that they read."""
    actor = current_actor()
    with transaction(current_session()) as session:
        _report, edition = get_visible(session, public_id, actor.clearance)
        if actor.id is None:
            raise NotAllowed("Sign in to acknowledge this.")
        if edition.severity != EMERGENCY:
            raise RuleBroken("Only emergencies are acknowledged.")
        acknowledge(session, edition.id, actor.id, via=BY_PAGE, at=clock.now())
    flash("Noted: its authors see that you received this.", "done")
    return redirect(url_for("reports.show", public_id=public_id), code=303)


def _receipt(token: str) -> Receipt:
    delivery_id = acknowledged_by(current_settings().require_secret(), token)
    found = None if delivery_id is None else find_receipt(current_session(), delivery_id)
    if found is None:
        raise NotFound
    return found


def _page(received: Receipt) -> ResponseReturnValue:
    return render_template("delivery/acknowledge.html", receipt=received)


def _acknowledged(session: Session, actor: Actor, glance: Glance) -> datetime | None:
    if actor.id is None:
        return None
    return acknowledged_at(session, glance.current_edition_id, actor.id)


add_aside("acknowledged", _acknowledged)
