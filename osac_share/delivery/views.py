"""Stopping mail from within a mail, and the mail box of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.delivery.messages import Letters
from osac_share.delivery.policy import subscription_named_by
from osac_share.feeds.documents import FeedRenderer, Publisher
from osac_share.feeds.queries import find_entry
from osac_share.kernel import clock
from osac_share.kernel.db import rehearsal, transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.kernel.mail import SavedMail, clean_address, find_in_outbox, opened, read_outbox
from osac_share.reports.actions import issue
from osac_share.reports.documents.short_text import sms_text
from osac_share.reports.queries import get_draft_to_read
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.queries import find_by_public_id
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

    from osac_share.subscriptions.models import Subscription

blueprint = Blueprint("delivery", __name__)

AUTHORS = "reports.policy.may_edit; reports.policy.may_decide"
OWN_MAIL = "one's own mail only; only in a demonstration"

MAIL_POLICY = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""The one exception to the strict policy: a mail carries its styles with it, so it is shown in
a frame that may run nothing, send nothing and load nothing."""


@blueprint.get("/unsubscribe/<token>")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask before stopping: mail scanners open every link they see, so a GET changes nothing."""
    return _unsubscribe_page(_subscription(token), token)


@blueprint.post("/unsubscribe/<token>")
@public
def one_click(token: str) -> ResponseReturnValue:
    """End the subscription, asked by our page or by a mail program with one click (RFC 8058).

    The signed token is all that either of them shows; it opens this one act and no other.
    """
    with transaction(current_session()) as session:
        subscription = _subscription(token)
        subscriptions.end(
            session,
            subscription,
            reason="unsubscribed",
            by=(subscription.person_id, "the holder of the mail"),
            at=clock.now(),
        )
    return _unsubscribe_page(subscription, token)


def _subscription(token: str) -> Subscription:
    named = subscription_named_by(current_settings().require_secret(), token)
    subscription = find_by_public_id(current_session(), named) if named else None
    if subscription is None:
        raise NotFound
    return subscription


def _unsubscribe_page(subscription: Subscription, token: str) -> ResponseReturnValue:
    return render_template(
        "subscriptions/unsubscribe.html",
        sentence=describe(subscription),
        done=subscription.ended_at is not None,
        address=url_for("delivery.one_click", token=token),
    )


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would go out if a draft were published now."""

    mail: SavedMail
    entry: str | None
    short: str


@blueprint.get("/reports/<public_id>/preview/mail")
@guarded_by(AUTHORS)
def preview_mail(public_id: str) -> ResponseReturnValue:
    """Show a draft as mail, feed entry and short message, exactly as they would go out now."""
    try:
        rehearsed = _rehearse(public_id)
    except RuleBroken as refusal:
        html = render_template(
            "delivery/preview.html", public_id=public_id, rehearsed=None, problem=refusal.message
        )
        return html, 409
    return render_template(
        "delivery/preview.html", public_id=public_id, rehearsed=rehearsed, problem=None
    )


@blueprint.get("/reports/<public_id>/preview/mail/html")
@guarded_by(AUTHORS)
def preview_mail_html(public_id: str) -> ResponseReturnValue:
    """Return the HTML of a draft's mail as a mail program would show it, for its frame."""
    html = _rehearse(public_id).mail.html
    if html is None:
        raise NotFound
    return Response(html, mimetype="text/html", headers=MAIL_POLICY)


def _rehearse(public_id: str) -> Rehearsed:
    settings, actor = current_settings(), current_actor()
    with rehearsal(current_session()) as session:
        report, draft = get_draft_to_read(session, public_id, actor.standing)
        issue(session, report, draft, published_by=actor.id, at=clock.now())
        envelope = Letters(settings).address(
            draft,
            actor.email,
            delivery_id=0,
            subscription="preview",
            subscription_words="reports like this one",
        )
        site = settings.site
        publisher = Publisher(site.name, settings.public.url, site.council_label)
        entry = find_entry(session, report, draft, publisher)
        return Rehearsed(
            mail=opened(envelope),
            entry=None if entry is None else FeedRenderer(room=1).fragment(entry, "atom"),
            short=sms_text(report, draft, f"{settings.public.url}/reports/{public_id}"),
        )


@blueprint.get("/outbox")
@guarded_by(OWN_MAIL)
def outbox() -> ResponseReturnValue:
    """List the mails that the demonstration kept for this person instead of sending them."""
    mails = read_outbox(_folder(), current_actor().email)
    return render_template("delivery/outbox.html", mails=mails)


@blueprint.get("/outbox/<mail_id>")
@guarded_by(OWN_MAIL)
def message(mail_id: str) -> ResponseReturnValue:
    """Show one mail in both its forms."""
    return render_template("delivery/message.html", mail=_own_mail(mail_id))


@blueprint.get("/outbox/<mail_id>/html")
@guarded_by(OWN_MAIL)
def message_html(mail_id: str) -> ResponseReturnValue:
    """Return a mail's HTML as a mail program would show it, for the frame on its page."""
    html = _own_mail(mail_id).html
    if html is None:
        raise NotFound
    return Response(html, mimetype="text/html", headers=MAIL_POLICY)


def _own_mail(mail_id: str) -> SavedMail:
    mail = find_in_outbox(_folder(), mail_id)
    if mail is None or mail.recipient != clean_address(current_actor().email):
        raise NotFound
    return mail


def _folder() -> Path:
    settings = current_settings()
    if not settings.site.demo or not settings.mail.url.startswith("outbox:"):
        raise NotFound
    return settings.data.dir / (settings.mail.url.removeprefix("outbox:") or "outbox")
