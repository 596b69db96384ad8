"""What was sent to somebody's own channel lately, and sending it once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.policy.attempts import SENDING
from osac_share.channels.models import WEBHOOK
from osac_share.channels.policy import message_id
from osac_share.channels.views.blueprint import OWN, count_try, member, own, words_of
from osac_share.councils.login import current_actor
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.queries.sent import Sent, sent_lately
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.channels.models import Endpoint


@blueprint.get("/channels/<public_id>/sent")
@guarded_by(OWN)
def sent(public_id: str) -> ResponseReturnValue:
    """List what was sent to one of one's own channels lately."""
    endpoint = own(public_id)
    return render_template(
        "delivery/sent.html",
        endpoint=endpoint,
        rows=_rows(endpoint),
        can_repeat=endpoint.kind == WEBHOOK,
    )


@blueprint.post("/channels/<public_id>/sent/<message>/again")
@guarded_by(OWN)
def send_again(public_id: str, message: str) -> ResponseReturnValue:
    """Send one of them once more, to a webhook, and say what the other side answered."""
    actor, endpoint = member(), own(public_id)
    if endpoint.kind != WEBHOOK:
        raise RuleBroken("Only what went to a webhook is sent again.")
    wanted = next((one for name, one in _rows(endpoint) if name == message), None)
    if wanted is None:
        raise NotFound
    delivery_id = wanted.delivery.id
    count_try(SENDING, actor.email)
    notifier = Notifier(current_settings())
    answer = notifier.again(current_session(), delivery_id, at=clock.now())
    if answer.accepted:
        flash(f"Sent again, and taken: {words_of(answer)}", "done")
    else:
        flash(f"Sent again, and not taken: {words_of(answer)}", "error")
    return redirect(url_for("delivery.sent", public_id=public_id), code=303)


def _rows(endpoint: Endpoint) -> list[tuple[str, Sent]]:
    secret, actor = current_settings().require_secret(), current_actor()
    found = sent_lately(current_session(), endpoint.person_id, endpoint.kind, actor.clearance)
    return [(message_id(secret, one.delivery.id), one) for one in found]
