"""Reading what came from sources, and deciding about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.councils.policy import may_author_for
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.relays import actions, documents, queries
from osac_share.relays.forms import AsideForm, TakeForm, values_of
from osac_share.relays.models import WAITING
from osac_share.relays.views.blueprint import READERS, blueprint, require_reader
from osac_share.reports.documents import changed_headings, compare, render
from osac_share.reports.models import ALL_CLEAR, CANCELLED
from osac_share.web.access import guarded_by
from osac_share.web.paging import SIZE, Page, page_number
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.relays.models import RelayedItem
    from osac_share.reports.documents import Comparison
    from osac_share.reports.models import Report

HOLDS_FOR = timedelta(days=7)


@blueprint.get("/relays")
@guarded_by(READERS)
def index() -> ResponseReturnValue:
    """List what waits for a decision, and what was decided lately."""
    require_reader()
    session, standing = current_session(), current_actor().standing
    total = queries.count_waiting(session, standing)
    page = Page(page_number(request.args.get("page")), SIZE, total)
    sources = queries.sources_of(session, standing)
    return render_template(
        "relays/index.html",
        items=queries.waiting(session, standing, limit=page.size, offset=page.offset),
        decided=queries.decided_lately(session, standing),
        troubled=[one for one in sources if one.active and one.last_problem],
        sources=sources,
        page=page,
    )


@blueprint.get("/relays/<public_id>")
@guarded_by(READERS)
def item(public_id: str) -> ResponseReturnValue:
    """Show a text as it would read, and what to decide about it."""
    return _page(queries.get_item(current_session(), public_id, current_actor().standing))


@blueprint.post("/relays/<public_id>/take")
@guarded_by(READERS)
def take(public_id: str) -> ResponseReturnValue:
    """Make a draft of a text."""
    session, actor = current_session(), current_actor()
    shown = queries.get_item(session, public_id, actor.standing)
    form = _take_form(shown, queries.find_report(session, shown), None)
    if not form.validate():
        return _page(shown, take_form=form, status=422)
    try:
        with transaction(session):
            locked = queries.get_item(session, public_id, actor.standing, to_change=True)
            report = actions.take(session, locked, form.choice(), by=actor, at=clock.now())
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        fresh = queries.get_item(session, public_id, actor.standing)
        return _page(fresh, take_form=form, status=409)
    if report.draft() is None or not may_author_for(actor.standing, report.council_id):
        flash("Taken in. Its authors find it among their drafts.", "done")
        return redirect(url_for("relays.index"), code=303)
    flash("Taken in as a draft. Nothing has been sent.", "done")
    return redirect(url_for("reports.preview", public_id=report.public_id), code=303)


@blueprint.post("/relays/<public_id>/set-aside")
@guarded_by(READERS)
def set_aside(public_id: str) -> ResponseReturnValue:
    """Decide that a text is not passed on."""
    session, actor = current_session(), current_actor()
    shown = queries.get_item(session, public_id, actor.standing)
    form = AsideForm()
    if not form.validate():
        return _page(shown, aside_form=form, status=422)
    with transaction(session):
        locked = queries.get_item(session, public_id, actor.standing, to_change=True)
        actions.set_aside(session, locked, why=form.why.data or "", by=actor, at=clock.now())
    flash("Set aside.", "done")
    return redirect(url_for("relays.index"), code=303)


def _page(
    shown: RelayedItem,
    *,
    take_form: TakeForm | None = None,
    aside_form: AsideForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session = current_session()
    report = queries.find_report(session, shown)
    changes = compare(shown.former.sections, shown.sections) if shown.former else None
    waits = shown.state == WAITING
    html = render_template(
        "relays/item.html",
        item=shown,
        report=report,
        changes=changes,
        body_html=render(shown.sections, base_url=shown.link or shown.source.url),
        decider=queries.find_name(session, shown.decided_by),
        take_form=(take_form or _take_form(shown, report, changes)) if waits else None,
        aside_form=(aside_form or AsideForm()) if waits else None,
    )
    return html, status


def _take_form(shown: RelayedItem, report: Report | None, changes: Comparison | None) -> TakeForm:
    council = shown.source.council
    proposal = documents.proposal_for(
        shown.title,
        shown.sections,
        severity=shown.severity,
        home=[one.country for one in council.countries],
    )
    return TakeForm(
        council,
        is_update=report is not None,
        kind=report.kind if report else proposal.kind,
        topics=list(proposal.topics),
        severity=proposal.severity,
        alert_kind=proposal.alert_kind,
        change_note=_change_note(shown, changes),
        **values_of(proposal.places, _expires_at(shown), council),
    )


def _expires_at(shown: RelayedItem) -> datetime:
    now = clock.now()
    said = shown.expires_at
    return said if said and said > now else now + HOLDS_FOR


def _change_note(shown: RelayedItem, changes: Comparison | None) -> str:
    """Return a proposal for what members read first about an update."""
    if shown.outcome == CANCELLED:
        return "The issuer canceled this."
    if shown.outcome == ALL_CLEAR:
        return "The issuer gave the all-clear."
    headings = changed_headings(changes) if changes else []
    return f"The issuer changed: {', '.join(headings)}."[:500] if headings else ""
