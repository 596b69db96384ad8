"""Stopping mail from within a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.delivery.policy import subscription_named_by
from osac_share.delivery.policy.digests import digest_named_by, pace_of
from osac_share.delivery.queries.digests import find_digest, wishes_behind
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.queries import find_by_public_id
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.delivery.models import Digest
    from osac_share.subscriptions.models import Subscription


@blueprint.get("/unsubscribe/<token>")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask before stopping: mail scanners open every link they see, so a GET changes nothing."""
    digest, wishes = _named_by(token)
    return _page(digest, wishes, token)


@blueprint.post("/unsubscribe/<token>")
@public
def one_click(token: str) -> ResponseReturnValue:
    """End what brought a mail, asked by our page or by a mail program with one click (RFC 8058).

    Of a single mail that is its subscription; of a digest, every wish for digests of its pace.
    The signed token is all that either of them shows; it opens this one act and no other.
    """
    with transaction(current_session()) as session:
        digest, wishes = _named_by(token)
        for subscription in wishes:
            subscriptions.end(
                session,
                subscription,
                reason="unsubscribed",
                by=(subscription.person_id, "the holder of the mail"),
                at=clock.now(),
            )
    return _page(digest, wishes, token)


def _named_by(token: str) -> tuple[Digest | None, Sequence[Subscription]]:
    """Return what a token names: a digest with the wishes that bring it, or one subscription."""
    secret, session = current_settings().require_secret(), current_session()
    if named := subscription_named_by(secret, token):
        subscription = find_by_public_id(session, named)
        if subscription is not None:
            return None, [subscription]
    if named := digest_named_by(secret, token):
        digest = find_digest(session, named)
        if digest is not None:
            return digest, wishes_behind(session, digest)
    raise NotFound


def _page(digest: Digest | None, wishes: Sequence[Subscription], token: str) -> ResponseReturnValue:
    """Show what ends, or has ended; its words only to whom it belongs.

    A mail is forwarded, and what its reader asks for today may say more than the mail did.
    """
    reader = current_actor().id
    given = {
        "sentences": [describe(one) for one in wishes if one.person_id == reader],
        "number": len(wishes),
        "done": all(one.ended_at is not None for one in wishes),
        "address": url_for("delivery.one_click", token=token),
    }
    if digest is None:
        return render_template("subscriptions/unsubscribe.html", **given)
    return render_template("delivery/stop_digests.html", pace=pace_of(digest.period), **given)
