"""Seeing how one is reached, trying it, saying when, and ending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.login import require_fresh
from osac_share.accounts.policy.attempts import SENDING
from osac_share.channels import actions, queries
from osac_share.channels.forms import BrowserForm, CodeForm, WhenForm
from osac_share.channels.messages import Messenger, trial_notice
from osac_share.channels.policy import KINDS, shown_address, unsealed
from osac_share.channels.views.blueprint import (
    OWN,
    blueprint,
    count_try,
    hand_over,
    home,
    member,
    own,
    words_of,
)
from osac_share.councils.login import current_actor
from osac_share.kernel import clock, webpush
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.ids import new_public_id
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from osac_share.channels.models import Endpoint

ENDED_SHOWN = timedelta(days=30)
"""How long an endpoint that has ended is still listed, with the reason."""


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of endpoint as the page shows it: with the actor's own, if they have one."""

    kind: str
    endpoint: Endpoint | None = None
    place: str = ""
    when: WhenForm | None = None
    is_lost: bool = False
    """The installation has another key than when it was added."""


@blueprint.get("/channels")
@guarded_by(OWN)
def index() -> ResponseReturnValue:
    """Show how this person is reached, and whether it works."""
    settings, at, actor = current_settings(), clock.now(), current_actor()
    served = Messenger(settings).kinds
    held = {one.kind: one for one in queries.endpoints_of(current_session(), actor.id or 0)}
    lines = [_line(kind, held.get(kind), at=at) for kind in KINDS if kind in served or kind in held]
    return render_template(
        "channels/index.html",
        lines=lines,
        ended=queries.ended_since(current_session(), actor.id or 0, since=at - ENDED_SHOWN),
        code=CodeForm(formdata=None),
        browser=BrowserForm(formdata=None),
        server_key=webpush.written(
            webpush.public_point(webpush.server_key(settings.require_secret()))
        ),
    )


@blueprint.post("/channels/<public_id>/when")
@guarded_by(OWN)
def change(public_id: str) -> ResponseReturnValue:
    """Say from which severity on an endpoint is used, and how long an emergency waits for it."""
    form = WhenForm()
    with transaction(current_session()):
        endpoint = own(public_id)
        if not form.validate():
            raise RuleBroken("Choose one of the values that are offered.")
        actions.change(
            endpoint,
            min_rank=int(form.min_rank.data),
            after_minutes=int(form.after_minutes.data),
            on_sheets=form.on_sheets.data,
            key=current_settings().require_secret(),
            at=clock.now(),
        )
    flash(f"Saved: {endpoint.label}.", "done")
    return redirect(home(), code=303)


@blueprint.post("/channels/<public_id>/test")
@guarded_by(OWN)
def test(public_id: str) -> ResponseReturnValue:
    """Send a test now, and say what the other side answered."""
    settings, actor, at = current_settings(), member(), clock.now()
    own(public_id)
    count_try(SENDING, actor.email)
    with transaction(current_session()):
        endpoint = own(public_id)
        if endpoint.verified_at is None:
            raise RuleBroken("Confirm this channel first, by the code that was sent there.")
        contents = actions.opened(endpoint, settings.require_secret(), at=at)
    notice = trial_notice(
        site=settings.site.name,
        url=settings.public.url,
        message=f"msg_{new_public_id()}",
        at=at,
    )
    answer = hand_over(endpoint.id, endpoint.kind, contents, notice)
    if answer.accepted:
        flash(f"The test was taken: {words_of(answer)}", "done")
    else:
        flash(f"The test did not get there: {words_of(answer)}", "error")
    return redirect(home(), code=303)


@blueprint.post("/channels/<public_id>/secret")
@guarded_by("one's own only, freshly proved")
def renew_secret(public_id: str) -> ResponseReturnValue:
    """Put a new secret in the place of a webhook's, and show it, this once."""
    require_fresh(home())
    with transaction(current_session()) as session:
        endpoint = own(public_id)
        secret = actions.renew_secret(
            session,
            endpoint,
            key=current_settings().require_secret(),
            by=current_actor().name_in_record,
            at=clock.now(),
        )
    return render_template("channels/secret.html", endpoint=endpoint, secret=secret)


@blueprint.post("/channels/<public_id>/end")
@guarded_by(OWN)
def end(public_id: str) -> ResponseReturnValue:
    """End an endpoint, and forget its address."""
    with transaction(current_session()) as session:
        endpoint = own(public_id)
        by = current_actor().name_in_record
        actions.end(session, endpoint, by=by, at=clock.now())
    flash(f"Ended: {endpoint.label}. Nothing goes there any more.", "done")
    return redirect(url_for("channels.index"), code=303)


def _line(kind: str, endpoint: Endpoint | None, *, at: datetime) -> Line:
    if endpoint is None:
        return Line(kind)
    contents = unsealed(endpoint, current_settings().require_secret(), at=at)
    if contents is None:
        return Line(kind, endpoint, is_lost=True)
    when = WhenForm(
        formdata=None,
        min_rank=str(endpoint.min_rank),
        after_minutes=str(endpoint.after_minutes),
        on_sheets=contents.on_sheets,
    )
    return Line(kind, endpoint, shown_address(kind, contents.address), when)
