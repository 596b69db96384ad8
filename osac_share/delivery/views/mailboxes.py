"""Mail that comes back: what its reader sees of it, and their point of contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.login import current_person
from osac_share.councils.login import current_actor
from osac_share.delivery.actions.bouncing import reopen
from osac_share.delivery.queries.mailboxes import find_trouble, troubles_in
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.membership.queries import get_own_organization
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

OWN_MAILBOX = "one's own mailbox only"
CONTACTS = "the organization's point of contact, of its people"


@blueprint.get("/mailbox")
@guarded_by(OWN_MAILBOX)
def mailbox() -> ResponseReturnValue:
    """Tell somebody whether mail reaches them, since they would not learn it by mail."""
    person, _session_id = current_person()
    trouble = find_trouble(current_session(), person.id)
    return render_template("delivery/mailbox.html", trouble=trouble)


@blueprint.post("/mailbox")
@guarded_by(OWN_MAILBOX)
def reopen_mailbox() -> ResponseReturnValue:
    """Believe somebody that their mailbox works; if it does not, the next mail says so."""
    with transaction(current_session()) as session:
        person, _session_id = current_person()
        reopened = reopen(session, person, at=clock.now())
    if reopened:
        flash("Mail goes to you again.", "done")
    return redirect(url_for("delivery.mailbox"), code=303)


@blueprint.get("/organization/mail")
@guarded_by(CONTACTS)
def organization_mail() -> ResponseReturnValue:
    """Show a point of contact whose mail comes back: those people hear of nothing."""
    session, at = current_session(), clock.now()
    organization = get_own_organization(session, current_actor().id, at=at)
    return render_template(
        "delivery/organization_mail.html",
        organization=organization,
        troubles=troubles_in(session, organization.id),
    )
