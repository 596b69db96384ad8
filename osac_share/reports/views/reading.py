"""Browsing and reading reports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from flask import render_template, request

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
from osac_share.reports import documents, policy, queries
from osac_share.reports.models import Report
from osac_share.reports.queries import Filters
from osac_share.reports.views.asides import Found, asides_of, named
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.noting import noted, require_noted
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import public
from osac_share.web.keeping import kept_page
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


@blueprint.get("/reports")
@public
def index() -> ResponseReturnValue:
    """List what this actor may see, narrowed by the address's parameters."""
    filters = asked_filters()
    session, clearance = current_session(), current_actor().clearance
    total = queries.count(session, clearance, filters)
    page = Page(page_number(request.args.get("page")), SIZE, total)
    rows = queries.listing(session, clearance, filters, limit=page.size, offset=page.offset)
    return render_template("reports/index.html", rows=rows, page=page, filters=filters)


def asked_filters() -> Filters:
    """Return what the parameters of an address narrow a list of reports to."""
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
    return noted(
        partial(
            kept_page,
            "reports/show.html",
            partial(_find_shown, public_id, number),
            partial(_words_of, public_id),
            reader=current_actor(),
        )
    )


class _Shown(NamedTuple):
    """All that the page on an edition depends on."""

    glance: queries.Glance
    edition_id: int
    steps: tuple[str, ...]
    asides: Found


def _find_shown(public_id: str, number: int | None, session: Session, actor: Actor) -> _Shown:
    glance = queries.get_glance(session, public_id, actor.clearance)
    edition_id = glance.edition_id(number)
    require_noted(session, actor, public_id, glance.marking)
    is_current = edition_id == glance.current_edition_id
    steps = _steps_for(actor, glance) if is_current else ()
    return _Shown(glance, edition_id, steps, asides_of(session, actor, glance))


def _steps_for(actor: Actor, glance: queries.Glance) -> tuple[str, ...]:
    """Return what this reader may do with the report that they look at; mostly nothing."""
    if not (actor.may_compose or actor.is_analyst):
        return ()
    report = Report(origin=glance.origin, council_id=glance.council_id, state=glance.state)
    return tuple(
        step.name for step in policy.HOLDING if policy.may_take(step.name, actor.standing, report)
    )


def _words_of(public_id: str, shown: _Shown) -> dict[str, object]:
    session, clearance = current_session(), current_actor().clearance
    report, _current = queries.get_visible(session, public_id, clearance)
    editions = queries.visible_editions(session, report, clearance)
    edition = next((one for one in editions if one.id == shown.edition_id), None)
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
        "steps": shown.steps,
        "asides": named(shown.asides),
        "is_current": edition.id == report.current_edition_id,
    }
