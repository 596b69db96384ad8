"""The mail box of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template

from osac_share.councils.login import current_actor
from osac_share.delivery.views.blueprint import MAIL_POLICY, blueprint
from osac_share.kernel.errors import NotFound
from osac_share.kernel.mail import SavedMail, clean_address, find_in_outbox, read_outbox
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

OWN_MAIL = "one's own mail only; only in a demonstration"


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
