"""Browsing, reading and writing reports."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.councils.policy import AUTHORING, may_compose
from osac_share.councils.queries import councils_by_id
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports import actions, documents, policy, queries
from osac_share.reports.forms import AlertForm, words_of
from osac_share.reports.models import ALERT
from osac_share.reports.queries import Filters
from osac_share.subscriptions.queries import forecast
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import guarded_by, public
from osac_share.web.keeping import kept_page
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council
    from osac_share.reports.models import Edition, Report

blueprint = Blueprint("reports", __name__)

AUTHORS = "councils.policy.may_compose; reports.policy.may_edit"
HOLDS_FOR = timedelta(days=7)
PUBLISHED_MEANWHILE = (
    "This was published while you were working, as it was before your changes. "
    "What you typed is still here: copy what must not be lost."
)


@blueprint.get("/reports")
@public
def index() -> ResponseReturnValue:
    """List what this actor may see, narrowed by the address's parameters."""
    filters = _filters()
    session, clearance = current_session(), current_actor().clearance
    total = queries.count(session, clearance, filters)
    page = Page(page_number(request.args.get("page")), SIZE, total)
    rows = queries.listing(session, clearance, filters, limit=page.size, offset=page.offset)
    return render_template("reports/index.html", rows=rows, page=page, filters=filters)


def _filters() -> Filters:
    region = request.args.get("region", "")
    countries = [code.upper() for code in request.args.getlist("country") if code]
    if not countries and region in {one.code for one in taxonomy.regions()}:
        countries = [country.iso2 for country in taxonomy.countries(region)]
    return Filters(
        countries=countries[:300],
        topics=[slug for slug in request.args.getlist("topic") if slug][:50],
        kinds=[code for code in request.args.getlist("kind") if code][:20],
        severities=[code for code in request.args.getlist("severity") if code][:5],
        states=[code for code in request.args.getlist("state") if code][:10],
    )


@blueprint.get("/reports/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """Show a report as it stands now."""
    return _show(public_id, None)


@blueprint.get("/reports/<public_id>/editions/<int:number>")
@public
def edition(public_id: str, number: int) -> ResponseReturnValue:
    """Show one edition of a report, which may have been superseded."""
    return _show(public_id, number)


def _show(public_id: str, number: int | None) -> ResponseReturnValue:
    actor = current_actor()
    glance = queries.get_glance(current_session(), public_id, actor.clearance)
    shown = glance.edition_id(number)
    return kept_page(
        "reports/show.html",
        (glance, shown),
        lambda: _words_of(public_id, shown, actor.clearance),
        reader=actor.name,
        look=actor.look,
    )


def _words_of(public_id: str, shown: int, clearance: frozenset[str]) -> dict[str, object]:
    session = current_session()
    report, _current = queries.get_visible(session, public_id, clearance)
    editions = queries.visible_editions(session, report, clearance)
    edition = next((one for one in editions if one.id == shown), None)
    if edition is None:
        raise NotFound
    return {
        "report": report,
        "edition": edition,
        "editions": editions,
        "body_html": documents.body_html(session, edition),
        "is_current": edition.id == report.current_edition_id,
    }


@blueprint.get("/drafts")
@guarded_by(AUTHORS)
def drafts() -> ResponseReturnValue:
    """List the drafts that this person may work on."""
    _require_author()
    rows = queries.drafts_of(current_session(), current_actor().standing)
    return render_template("reports/drafts.html", rows=rows)


@blueprint.route("/reports/new", methods=["GET", "POST"])
@guarded_by(AUTHORS)
def new() -> ResponseReturnValue:
    """Begin an alert. What is typed is kept as a draft at the first press of a button."""
    councils = _require_author()
    until = clock.now() + HOLDS_FOR
    local = until.astimezone(ZoneInfo(councils[0].time_zone)).replace(second=0, microsecond=0)
    form = AlertForm(councils, expires=local.replace(tzinfo=None))
    if not form.validate_on_submit():
        return _editor(form, None)
    with transaction(current_session()) as session:
        report, draft = actions.begin(
            session,
            kind=ALERT,
            council=form.councils[form.council.data],
            by=current_actor(),
            at=clock.now(),
        )
        _take(form, report, draft)
    return redirect(url_for("reports.preview", public_id=report.public_id), code=303)


@blueprint.route("/reports/<public_id>/edit", methods=["GET", "POST"])
@guarded_by(AUTHORS)
def edit(public_id: str) -> ResponseReturnValue:
    """Change a draft."""
    _require_author()
    session, standing = current_session(), current_actor().standing
    report = queries.get_own(session, public_id, standing)
    draft = report.draft()
    if report.council is None or (draft is None and request.method == "GET"):
        raise NotFound
    form = AlertForm([report.council], data=draft and words_of(draft, report.council))
    if not form.validate_on_submit():
        return _editor(form, report)
    try:
        with transaction(session):
            report, draft = queries.get_draft(session, public_id, standing, to_change=True)
            _require_same(draft, form.lock.data)
            _take(form, report, draft)
    except (RuleBroken, NotFound) as refusal:
        # Published meanwhile, it is no draft any more; the words typed since stay on the page.
        gone = isinstance(refusal, NotFound)
        form.form_errors.append(PUBLISHED_MEANWHILE if gone else refusal.message)
        return _editor(form, report, status=409)
    return redirect(url_for("reports.preview", public_id=public_id), code=303)


@blueprint.get("/reports/<public_id>/preview")
@guarded_by(AUTHORS)
def preview(public_id: str) -> ResponseReturnValue:
    """Show a draft as members will see it, and how many will hear of it."""
    report, draft = queries.get_draft(current_session(), public_id, current_actor().standing)
    return _preview(report, draft)


@blueprint.post("/reports/<public_id>/publish")
@guarded_by("reports.policy.may_publish")
def publish(public_id: str) -> ResponseReturnValue:
    """Publish the draft that the author has just seen."""
    session = current_session()
    try:
        with transaction(session):
            report, draft = queries.get_draft(
                session, public_id, current_actor().standing, to_change=True
            )
            _require_same(draft, request.form.get("lock", type=int))
            actions.publish(session, report, draft, by=current_actor(), at=clock.now())
    except NotFound:
        # Pressed twice, or a colleague was faster: what was wished for is done.
        queries.get_visible(session, public_id, current_actor().clearance)
        flash("This was published already.", "done")
        return redirect(url_for("reports.show", public_id=public_id), code=303)
    except (RuleBroken, NotAllowed) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        report, draft = queries.get_draft(session, public_id, current_actor().standing)
        return _preview(report, draft, problem=refusal.message, status=status)
    flash("Published. Mail is going out now.", "done")
    return redirect(url_for("reports.show", public_id=public_id), code=303)


def _preview(
    report: Report, draft: Edition, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    reach = forecast(
        session,
        countries=draft.countries,
        topics=draft.topic_slugs,
        severity=draft.severity,
        audience=policy.audience_of(report, draft),
    )
    html = render_template(
        "reports/preview.html",
        report=report,
        edition=draft,
        body_html=documents.body_html(session, draft),
        reach=reach,
        may_publish=policy.may_publish(current_actor().standing, report),
        problem=problem,
    )
    return html, status


def _editor(
    form: AlertForm, report: Report | None, *, status: int | None = None
) -> ResponseReturnValue:
    # Whatever was typed stays in the form: an error never costs an author their words.
    status = status or (422 if form.is_submitted() else 200)
    return render_template("reports/edit.html", form=form, report=report), status


def _require_author() -> Sequence[Council]:
    actor = current_actor()
    councils = councils_by_id(current_session(), actor.standing.councils_as(AUTHORING))
    if not councils or not may_compose(actor.standing):
        raise NotAllowed("Reports are written by the chairs and secretaries of councils.")
    return councils


def _require_same(draft: Edition, lock: int | None) -> None:
    if lock != draft.lock:
        raise RuleBroken(
            "Somebody changed this draft after you opened it. Open it again to see both; "
            "nothing of theirs is lost."
        )


def _take(form: AlertForm, report: Report, draft: Edition) -> None:
    sections = form.written_sections()
    actions.revise(
        current_session(),
        report,
        draft,
        by=current_actor(),
        at=clock.now(),
        title=form.title.data or "",
        summary=documents.summary_of(sections),
        sections=sections,
        severity=form.severity.data,
        marking=form.marking.data,
        addressees=(),
        places=form.located(),
        topics=form.topics.data or (),
        alert_kind=form.alert_kind.data,
        expires_at=form.expires_at(),
    )
