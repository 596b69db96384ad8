"""A member's subscriptions: see them and what they bring, add, change and end them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils import queries as councils
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.subscriptions import actions, queries
from osac_share.subscriptions.documents import (
    DAYS,
    Sentence,
    describe,
    names_of_councils,
    rate_in_words,
    sentence_of,
)
from osac_share.subscriptions.forms import WEEKDAYS, WishForm
from osac_share.subscriptions.models import AT_ONCE
from osac_share.subscriptions.policy import wish_of
from osac_share.subscriptions.views.blueprint import blueprint, past, ways_of
from osac_share.web.access import guarded_by
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from flask.typing import ResponseReturnValue

    from osac_share.subscriptions.models import Subscription
    from osac_share.subscriptions.policy import Wish

LOOK = "look"
"""What the button says, in the form's `act`, that only shows what a wish would have brought."""


class Held(NamedTuple):
    """A subscription, its words, and how much it brings."""

    subscription: Subscription
    sentence: Sentence
    words: str
    rate: str


class Brought(NamedTuple):
    """What a wish would have brought lately: its words, how much, and the newest of it."""

    sentence: Sentence
    rate: str
    rows: Sequence[tuple[Any, Any]]


@blueprint.get("/subscriptions")
@guarded_by("subscriptions.policy.may_subscribe; one's own only")
def index() -> ResponseReturnValue:
    """Show what this person has subscribed to, as sentences, and a form for more.

    The address may begin the form: `?country=KE&topic=crime`.
    """
    return _page(_form(formdata=request.args) if request.args else _form())


@blueprint.post("/subscriptions")
@guarded_by("subscriptions.policy.may_subscribe")
def create() -> ResponseReturnValue:
    """Note a wish and go back to where it was made; or only show what it would bring."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    wish = form.wish()
    if request.form.get("act") == LOOK:
        return _page(form, brought=_look_back(wish))
    with transaction(current_session()) as session:
        subscription = actions.subscribe(session, wish, by=current_actor(), at=clock.now())
    how = "mail at once" if wish.frequency == AT_ONCE else f"a {wish.frequency} digest"
    flash(f"You will get {how} about {describe(subscription)}.", "done")
    return redirect(own_path(form.back.data) or url_for("subscriptions.index"), code=303)


@blueprint.get("/subscriptions/<public_id>")
@guarded_by("one's own only")
def show(public_id: str) -> ResponseReturnValue:
    """Show one wish, what it would have brought, and the form that changes it."""
    subscription = queries.get_own_wish(current_session(), public_id, current_actor().id)
    wish = wish_of(subscription)
    form = _form(**WishForm.answers(wish, councils.all_councils(current_session())))
    return _changing(subscription, form, brought=_look_back(wish))


@blueprint.post("/subscriptions/<public_id>")
@guarded_by("one's own only; subscriptions.policy.may_subscribe")
def change(public_id: str) -> ResponseReturnValue:
    """Let another wish take the place of this one; or only show what that would bring."""
    subscription = queries.get_own_wish(current_session(), public_id, current_actor().id)
    form = _form()
    if not form.validate():
        return _changing(subscription, form, status=422)
    wish = form.wish(subscription.words)
    if request.form.get("act") == LOOK:
        return _changing(subscription, form, brought=_look_back(wish))
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        held = queries.get_own_wish(session, public_id, by.id, to_change=True)
        changed = actions.change(session, held, wish, by=by, at=at)
    flash(f"Changed: {describe(changed)}.", "done")
    return redirect(url_for("subscriptions.index"), code=303)


@blueprint.post("/subscriptions/<public_id>/end")
@guarded_by("one's own only")
def end(public_id: str) -> ResponseReturnValue:
    """End one of one's own subscriptions."""
    actor = current_actor()
    with transaction(current_session()) as session:
        subscription = queries.get_own(session, public_id, actor.id)
        words = describe(subscription)
        actions.end(
            session, subscription, reason="unsubscribed", by=actor.name_in_record, at=clock.now()
        )
    flash(f"Ended: {words}.", "done")
    return redirect(own_path(request.form.get("back")) or url_for("subscriptions.index"), code=303)


def _form(**given: object) -> WishForm:
    session, actor = current_session(), current_actor()
    return WishForm(councils.all_councils(session), ways_of(session, actor.id or 0), **given)


def _page(
    form: WishForm, status: int = 200, *, brought: Brought | None = None
) -> ResponseReturnValue:
    session, person_id = current_session(), current_actor().id or 0
    return render_template(
        "subscriptions/index.html",
        held=_held(queries.subscriptions_of(session, person_id)),
        trips=queries.trips_of(session, person_id),
        hours=queries.find_hours(session, person_id),
        weekdays=WEEKDAYS,
        form=form,
        brought=brought,
    ), status


def _changing(
    subscription: Subscription,
    form: WishForm,
    *,
    brought: Brought | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    html = render_template(
        "subscriptions/show.html", subscription=subscription, form=form, brought=brought
    )
    return html, status


def _held(subscriptions: Sequence[Subscription]) -> list[Held]:
    session = current_session()
    wishes = [wish_of(one) for one in subscriptions]
    numbers = past().numbers(session, current_actor().clearance, wishes, _since())
    return [
        Held(
            one,
            sentence_of(wish, names_of_councils(session, wish)),
            describe(one),
            rate_in_words(number, wish.frequency),
        )
        for one, wish, number in zip(subscriptions, wishes, numbers, strict=True)
    ]


def _look_back(wish: Wish) -> Brought:
    session, clearance, since = current_session(), current_actor().clearance, _since()
    (number,) = past().numbers(session, clearance, [wish], since)
    return Brought(
        sentence_of(wish, names_of_councils(session, wish)),
        rate_in_words(number, wish.frequency),
        past().newest(session, clearance, wish, since),
    )


def _since() -> datetime:
    return clock.now() - timedelta(days=DAYS)
