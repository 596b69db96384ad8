"""The staff's view of member organizations and their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts.login import require_fresh
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.forms import ClassificationForm, ReasonForm
from osac_share.membership.policy import ACTIVE, LAPSED, SUSPENDED
from osac_share.membership.views.blueprint import STAFF, blueprint, require_staff
from osac_share.web.access import guarded_by
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from osac_share.accounts.models import Organization

STATUSES = (ACTIVE, LAPSED, SUSPENDED)
LONGEST_SEARCH = 100


@blueprint.get("/admin/organizations")
@guarded_by(STAFF)
def organizations() -> ResponseReturnValue:
    """List organizations; a few letters of a name or a domain narrow it."""
    require_staff()
    session, at = current_session(), clock.now()
    words = request.args.get("words", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    status = request.args.get("status", "")
    status = status if status in STATUSES else ""
    total = queries.count_organizations(session, words=words, status=status)
    page = Page(page_number(request.args.get("page")), SIZE, total)
    rows = queries.organization_rows(
        session, at=at, words=words, status=status, limit=page.size, offset=page.offset
    )
    return render_template(
        "membership/organizations.html", rows=rows, page=page, words=words, statuses=STATUSES
    )


@blueprint.get("/admin/organizations/<public_id>")
@guarded_by(STAFF)
def organization(public_id: str) -> ResponseReturnValue:
    """Show an organization, its people, and what the record says about it."""
    require_staff()
    return _page(queries.get_organization(current_session(), public_id))


@blueprint.post("/admin/organizations/<public_id>/particulars")
@guarded_by(STAFF)
def reclassify(public_id: str) -> ResponseReturnValue:
    """Change its name, type, sector or domains."""
    require_staff()
    found = queries.get_organization(current_session(), public_id)
    form = ClassificationForm(found)
    if not form.validate():
        return _page(found, form=form, status=422)
    try:
        with transaction(current_session()) as session:
            locked = queries.get_organization(session, public_id, to_change=True)
            by, at = current_actor(), clock.now()
            actions.reclassify(session, locked, form.classification(), by=by, at=at)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(found, form=form, status=409)
    return _done(public_id, "Saved.")


@blueprint.post("/admin/organizations/<public_id>/<any(suspend, restore):act>")
@guarded_by(STAFF)
def change_organization(public_id: str, act: str) -> ResponseReturnValue:
    """Suspend an organization, or put it in good order again."""
    require_staff()
    require_fresh(back=url_for("membership.organization", public_id=public_id))
    form = ReasonForm(prefix=act)
    if not form.validate():
        return _page(queries.get_organization(current_session(), public_id), why=form, status=422)
    with transaction(current_session()) as session:
        found = queries.get_organization(session, public_id, to_change=True)
        change = {"suspend": actions.close, "restore": actions.reopen}[act]
        change(session, found, because=form.because.data or "", by=current_actor(), at=clock.now())
    return _done(public_id, {"suspend": "Suspended.", "restore": "Restored."}[act])


@blueprint.post("/admin/organizations/<public_id>/invitations/<invitation_id>/confirm")
@guarded_by(STAFF)
def confirm_invitation(public_id: str, invitation_id: str) -> ResponseReturnValue:
    """Confirm an address outside of the organization's domains."""
    return _decide(public_id, invitation_id, actions.confirm, "Confirmed. The letter goes out.")


@blueprint.post("/admin/organizations/<public_id>/invitations/<invitation_id>/decline")
@guarded_by(STAFF)
def refuse_invitation(public_id: str, invitation_id: str) -> ResponseReturnValue:
    """Let nothing go out to an address outside of the organization's domains."""
    return _decide(public_id, invitation_id, actions.revoke, "Declined. Nothing goes out.")


def _decide(
    public_id: str, invitation_id: str, change: Callable[..., None], words: str
) -> ResponseReturnValue:
    require_staff()
    with transaction(current_session()) as session:
        found = queries.get_organization(session, public_id, to_change=True)
        invitation = queries.get_invitation(session, found.id, invitation_id)
        change(session, invitation, by=current_actor(), at=clock.now())
    return _done(public_id, words)


def _done(public_id: str, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for("membership.organization", public_id=public_id), code=303)


def _page(
    found: Organization,
    *,
    form: ClassificationForm | None = None,
    why: ReasonForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session, at = current_session(), clock.now()
    act = "restore" if found.status == SUSPENDED else "suspend"
    html = render_template(
        "membership/organization.html",
        organization=found,
        people=queries.colleagues(session, found.id, at=at),
        invitations=queries.waiting_invitations(session, found.id),
        history=queries.history_of(session, found),
        form=form or ClassificationForm(found),
        act=act,
        why=why or ReasonForm(prefix=act),
    )
    return html, status
