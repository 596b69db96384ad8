"""A draft as mail, feed entry and short message, exactly as they would go out now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, render_template

from osac_share.councils.login import current_actor
from osac_share.delivery.messages import Letters
from osac_share.delivery.views.blueprint import MAIL_POLICY, blueprint
from osac_share.feeds.documents import FeedRenderer, publisher_of
from osac_share.feeds.queries import find_entry
from osac_share.kernel import clock
from osac_share.kernel.db import rehearsal
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.kernel.mail import SavedMail, opened
from osac_share.reports.actions import issue
from osac_share.reports.documents.short_text import sms_text
from osac_share.reports.queries import get_draft_to_read
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

AUTHORS = "reports.policy.may_edit; reports.policy.may_decide"


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
        publisher = publisher_of(settings)
        entry = find_entry(session, report, draft, publisher)
        return Rehearsed(
            mail=opened(envelope),
            entry=None if entry is None else FeedRenderer(room=1).fragment(entry, "atom"),
            short=sms_text(report, draft, f"{settings.public.url}/reports/{public_id}"),
        )
