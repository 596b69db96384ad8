"""A member's subscriptions: see them, add one with one click, end one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.subscriptions import actions, queries
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.forms import SubscribeForm
from osac_share.web.access import guarded_by
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("subscriptions", __name__)


@blueprint.get("/subscriptions")
@guarded_by("subscriptions.policy.may_subscribe; one's own only")
def index() -> ResponseReturnValue:
    """Show what this person has subscribed to, as sentences, and a form for more."""
    return _page(SubscribeForm())


def _page(form: SubscribeForm, status: int = 200) -> ResponseReturnValue:
    held = queries.subscriptions_of(current_session(), current_actor().id or 0)
    subscriptions = [(subscription, describe(subscription)) for subscription in held]
    return render_template(
        "subscriptions/index.html", subscriptions=subscriptions, form=form
    ), status


@blueprint.post("/subscriptions")
@guarded_by("subscriptions.policy.may_subscribe")
def create() -> ResponseReturnValue:
    """Note a wish and go back to where it was made."""
    form = SubscribeForm()
    if not form.validate():
        return _page(form, 422)
    with transaction(current_session()) as session:
        subscription = actions.subscribe(
            session,
            countries=form.country.data or (),
            topics=form.topic.data or (),
            min_severity=form.min_severity.data,
            by=current_actor(),
            at=clock.now(),
        )
    flash(f"You will get mail at once about {describe(subscription)}.", "done")
    return redirect(own_path(form.back.data) or url_for("subscriptions.index"), code=303)


@blueprint.post("/subscriptions/<public_id>/end")
@guarded_by("one's own only")
def end(public_id: str) -> ResponseReturnValue:
    """End one of one's own subscriptions."""
    actor = current_actor()
    with transaction(current_session()) as session:
        subscription = queries.get_own(session, public_id, actor.id)
        actions.end(
            session,
            subscription,
            reason="unsubscribed",
            by=actor.name_in_record,
            at=clock.now(),
        )
    flash(f"Ended: {describe(subscription)}.", "done")
    return redirect(url_for("subscriptions.index"), code=303)
