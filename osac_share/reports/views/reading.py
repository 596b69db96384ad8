"""Browsing and reading reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
from osac_share.reports import documents, policy, queries
from osac_share.reports.models import Report
from osac_share.reports.queries import Filters
from osac_share.reports.views.blueprint import blueprint
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import public
from osac_share.web.keeping import kept_page
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.policy import Actor


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
    steps = _steps_for(actor, glance) if shown == glance.current_edition_id else ()
    return kept_page(
        "reports/show.html",
        (glance, shown, steps),
        lambda: {**_words_of(public_id, shown, actor.clearance), "steps": steps},
        reader=actor.name,
        look=actor.look,
    )


def _steps_for(actor: Actor, glance: queries.Glance) -> tuple[str, ...]:
    """Return what this reader may do with the report that they look at; mostly nothing."""
    if not (actor.may_compose or actor.is_analyst):
        return ()
    report = Report(origin=glance.origin, council_id=glance.council_id, state=glance.state)
    return tuple(
        step.name for step in policy.HOLDING if policy.may_take(step.name, actor.standing, report)
    )


def _words_of(public_id: str, shown: int, clearance: frozenset[str]) -> dict[str, object]:
    session = current_session()
    report, _current = queries.get_visible(session, public_id, clearance)
    editions = queries.visible_editions(session, report, clearance)
    edition = next((one for one in editions if one.id == shown), None)
    if edition is None:
        raise NotFound
    before = documents.find_predecessor(editions, edition)
    zone = documents.zone_of(report, edition)
    return {
        "report": report,
        "edition": edition,
        "editions": editions,
        "before": before,
        "difference": before and documents.differences(before, edition, zone=zone),
        "body_html": documents.body_html(session, edition),
        "sight": queries.sight_of(session, report, edition),
        "is_current": edition.id == report.current_edition_id,
    }
