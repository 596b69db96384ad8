"""The queue of applications, and deciding about one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts.login import require_fresh
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.membership import actions, queries
from osac_share.membership.forms import ChecksForm, QuestionForm, ReasonForm
from osac_share.membership.policy import CHECKS, missing_checks
from osac_share.membership.queries import get_application
from osac_share.membership.views.blueprint import STAFF, blueprint, require_staff
from osac_share.web.access import guarded_by
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.membership.models import Application

SHOWN = 20


@blueprint.get("/admin/applications")
@guarded_by(STAFF)
def applications() -> ResponseReturnValue:
    """List what waits for a decision, the longest waiting first."""
    require_staff()
    session = current_session()
    total = queries.count_waiting(session)
    page = Page(page_number(request.args.get("page")), SIZE, total)
    return render_template(
        "membership/applications.html",
        applications=queries.waiting_applications(session, limit=page.size, offset=page.offset),
        to_confirm=queries.invitations_to_confirm(session),
        decided=queries.decided_applications(session, limit=SHOWN),
        page=page,
    )


@blueprint.get("/admin/applications/<public_id>")
@guarded_by(STAFF)
def application(public_id: str) -> ResponseReturnValue:
    """Show all that was said, what the house finds out, and what to decide."""
    require_staff()
    return _page(get_application(current_session(), public_id))


@blueprint.post("/admin/applications/<public_id>/checks")
@guarded_by(STAFF)
def tick(public_id: str) -> ResponseReturnValue:
    """Note which checks are done."""
    require_staff()
    form = ChecksForm()
    with transaction(current_session()) as session:
        found = get_application(session, public_id, to_change=True)
        codes = (form.checks.data if form.validate() else None) or []
        actions.tick(session, found, codes, by=current_actor(), at=clock.now())
    flash("Noted.", "done")
    return _back(public_id)


@blueprint.post("/admin/applications/<public_id>/ask")
@guarded_by(STAFF)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask the applicant something."""
    require_staff()
    form = QuestionForm(prefix="ask")
    if not form.validate():
        return _page(get_application(current_session(), public_id), question=form, status=422)
    with transaction(current_session()) as session:
        found = get_application(session, public_id, to_change=True)
        actions.ask(session, found, form.words.data or "", by=current_actor(), at=clock.now())
    flash("Asked by letter. The answer comes here.", "done")
    return _back(public_id)


@blueprint.post("/admin/applications/<public_id>/accept")
@guarded_by(STAFF)
def accept(public_id: str) -> ResponseReturnValue:
    """Make the applicant a member."""
    require_staff()
    require_fresh(back=url_for("membership.application", public_id=public_id))
    try:
        with transaction(current_session()) as session:
            found = get_application(session, public_id, to_change=True)
            member = actions.accept(session, found, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        flash(refusal.message, "error")
        return _back(public_id)
    flash(f"{member.name} is a member. Its point of contact is invited by letter.", "done")
    return redirect(url_for("membership.organization", public_id=member.public_id), code=303)


@blueprint.post("/admin/applications/<public_id>/refuse")
@guarded_by(STAFF)
def refuse(public_id: str) -> ResponseReturnValue:
    """Turn the applicant away, with a reason."""
    require_staff()
    form = ReasonForm(prefix="refuse")
    if not form.validate():
        return _page(get_application(current_session(), public_id), reason=form, status=422)
    with transaction(current_session()) as session:
        found = get_application(session, public_id, to_change=True)
        because = form.because.data or ""
        actions.refuse(session, found, because=because, by=current_actor(), at=clock.now())
    flash("Refused. The applicant gets a letter with the reason.", "done")
    return redirect(url_for("membership.applications"), code=303)


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("membership.application", public_id=public_id), code=303)


def _page(
    found: Application,
    *,
    question: QuestionForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session = current_session()
    html = render_template(
        "membership/application.html",
        application=found,
        findings=queries.findings_on(session, found),
        messages=queries.correspondence(session, found),
        checks=CHECKS,
        missing=missing_checks(found.checks),
        checks_form=ChecksForm(found.checks),
        question=question or QuestionForm(prefix="ask"),
        reason=reason or ReasonForm(prefix="refuse"),
    )
    return html, status
