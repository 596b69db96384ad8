"""Telling people who are not at a screen: call sheets, what came of the calls, and fax pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.delivery.actions.telephoning import note_call, note_fax, note_sheet
from osac_share.delivery.documents import call_sheet, fax_sheet, script
from osac_share.delivery.policy.telephoning import OUTCOMES
from osac_share.delivery.queries.telephoning import call_list, get_callee
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.files import name_of
from osac_share.kernel.typesetting import CannotTypeset
from osac_share.reports.documents.printing import Print
from osac_share.reports.policy import may_edit
from osac_share.reports.queries import get_visible
from osac_share.reports.views.noting import note_reading
from osac_share.web.access import guarded_by
from osac_share.web.errors import page
from osac_share.web.files import SANDBOX, disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.delivery.policy.telephoning import Household
    from osac_share.reports.models import Edition, Report

CALLERS = "reports.policy.may_edit, of what they may see"


@blueprint.get("/reports/<public_id>/calls")
@guarded_by(CALLERS)
def calls(public_id: str) -> ResponseReturnValue:
    """List whom to telephone about a report, and what came of it."""
    report, edition, council_id = _found(public_id)
    note_reading(report.public_id, edition.marking)
    return render_template(
        "delivery/calls.html",
        report=report,
        edition=edition,
        households=_households(edition, council_id),
        script=script(report, edition),
        outcomes=OUTCOMES,
    )


@blueprint.post("/reports/<public_id>/calls")
@guarded_by(CALLERS)
def note(public_id: str) -> ResponseReturnValue:
    """Note what came of one call."""
    at = clock.now()
    with transaction(current_session()) as session:
        report, edition, council_id = _found(public_id)
        person = get_callee(session, edition, council_id, request.form.get("person", ""), at=at)
        outcome = request.form.get("outcome", "")
        note_call(session, report, edition, person, outcome, by=current_actor(), at=at)
    flash(f"Noted: {person.name}, {OUTCOMES[outcome].lower()}.", "done")
    return redirect(url_for("delivery.calls", public_id=public_id), code=303)


@blueprint.get("/reports/<public_id>/calls.pdf")
@guarded_by(CALLERS)
def calls_pdf(public_id: str) -> ResponseReturnValue:
    """Print a sheet of whom to call, with what to say."""
    report, edition, council_id = _found(public_id)
    note_reading(report.public_id, edition.marking)
    households = _households(edition, council_id)
    try:
        made = call_sheet(report, edition, households, _print(report))
    except CannotTypeset as refusal:
        return page(503, refusal.message)
    with transaction(current_session()) as session:
        people = sum(len(one.people) for one in households)
        note_sheet(session, report, edition, people=people, by=current_actor(), at=clock.now())
    return _pdf(made, "call sheet")


@blueprint.get("/reports/<public_id>/fax.pdf")
@guarded_by(CALLERS)
def fax_pdf(public_id: str) -> ResponseReturnValue:
    """Print a report as one page to fax."""
    report, edition, _council_id = _found(public_id)
    note_reading(report.public_id, edition.marking)
    try:
        made = fax_sheet(report, edition, _print(report))
    except CannotTypeset as refusal:
        return page(503, refusal.message)
    with transaction(current_session()) as session:
        note_fax(session, report, edition, by=current_actor(), at=clock.now())
    return _pdf(made, "fax")


def _found(public_id: str) -> tuple[Report, Edition, int]:
    actor = current_actor()
    report, edition = get_visible(current_session(), public_id, actor.clearance)
    # Whom to call, and how, is known to those who keep the list of the council anyhow.
    if not may_edit(actor.standing, report):
        raise NotAllowed("Calls are made by those who publish for the council.")
    if report.council_id is None:
        raise RuleBroken("This report is of no council, so there is nobody to call.")
    return report, edition, report.council_id


def _households(edition: Edition, council_id: int) -> list[Household]:
    key = current_settings().require_secret()
    return call_list(current_session(), edition, council_id, key=key, at=clock.now())


def _print(report: Report) -> Print:
    settings, actor = current_settings(), current_actor()
    path = url_for("reports.show", public_id=report.public_id)
    return Print(
        reader=actor.name,
        zone=actor.time_zone or "UTC",
        at=clock.now(),
        site=settings.site.name,
        address=f"{settings.public.url}{path}",
    )


def _pdf(made: bytes, name: str) -> Response:
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = disposition("attachment", name_of(name, ending="pdf"))
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
