"""Reports on paper: a PDF with its marking and its reader's name on each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.checking import check_code
from osac_share.kernel.files import name_of
from osac_share.kernel.typesetting import CannotTypeset
from osac_share.reports import documents, queries
from osac_share.reports.documents.printing import Print, pdf_of
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.noting import note_reading
from osac_share.web.access import public
from osac_share.web.errors import page
from osac_share.web.files import SANDBOX, disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report

SOMEBODY = "somebody who had not signed in"


@blueprint.get("/reports/<public_id>.pdf")
@public
def pdf(public_id: str) -> ResponseReturnValue:
    """Print a report as it stands now."""
    clearance = current_actor().clearance
    report, edition = queries.get_visible(current_session(), public_id, clearance)
    return _pdf(report, edition)


@blueprint.get("/reports/<public_id>/editions/<int:number>.pdf")
@public
def edition_pdf(public_id: str, number: int) -> ResponseReturnValue:
    """Print one edition of a report, which may have been superseded."""
    clearance = current_actor().clearance
    report, edition = queries.get_visible_edition(current_session(), public_id, number, clearance)
    return _pdf(report, edition)


def _pdf(report: Report, edition: Edition) -> ResponseReturnValue:
    note_reading(report.public_id, edition.marking)
    session, actor, settings = current_session(), current_actor(), current_settings()
    path = url_for("reports.edition", public_id=report.public_id, number=edition.number)
    print_ = Print(
        reader=actor.name or SOMEBODY,
        zone=actor.time_zone or "UTC",
        at=clock.now(),
        site=settings.site.name,
        address=f"{settings.public.url}{path}",
        check=check_code(settings.require_secret(), edition.id, edition.text_digest),
    )
    try:
        made = pdf_of(
            report,
            edition,
            body=documents.body_html(session, edition),
            sight=queries.sight_of(session, report, edition),
            is_current=edition.id == report.current_edition_id,
            print_=print_,
        )
    except CannotTypeset as refusal:
        return page(503, refusal.message)
    name = name_of(documents.shown_title(report, edition), ending="pdf")
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = disposition("attachment", name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
