"""Handing a draft on: its preview, and the steps by which it is published or ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports import actions, documents, policy, queries
from osac_share.reports.models import ALL_CLEAR, CANCELLED, HOLDS
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.writing import AUTHORS, require_same
from osac_share.subscriptions.queries import News, forecast
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report
    from osac_share.subscriptions.queries import Forecast

    Act = Callable[[Report, Edition], object]

LIFE = "reports.policy.life"


@blueprint.get("/reports/<public_id>/preview")
@guarded_by(AUTHORS)
def preview(public_id: str) -> ResponseReturnValue:
    """Show a draft as members will see it, and how many will hear of it."""
    report, draft = queries.get_draft(current_session(), public_id, current_actor().standing)
    return _preview(report, draft)


@blueprint.post("/reports/<public_id>/submit")
@guarded_by(LIFE)
def submit(public_id: str) -> ResponseReturnValue:
    """Hand the draft that the author has just seen to somebody else to look at."""

    def act(report: Report, draft: Edition) -> None:
        actions.submit(current_session(), report, draft, by=current_actor(), at=clock.now())

    return _hand_on(public_id, act, "Sent for review. You hear when somebody has looked at it.")


@blueprint.post("/reports/<public_id>/publish")
@guarded_by(LIFE)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish the draft that the chair has just seen, because it cannot wait."""

    def act(report: Report, draft: Edition) -> None:
        actions.publish_urgently(
            current_session(),
            report,
            draft,
            by=current_actor(),
            at=clock.now(),
            because=request.form.get("because", "")[:500],
        )

    return _hand_on(public_id, act, "Published. Mail is going out now.")


@blueprint.post("/reports/<public_id>/recall")
@guarded_by(LIFE)
def recall(public_id: str) -> ResponseReturnValue:
    """Take a draft back from review, or from waiting for its time."""

    def act(report: Report, draft: Edition) -> None:
        actions.recall(current_session(), report, draft, by=current_actor(), at=clock.now())

    return _hand_on(public_id, act, "Taken back. It is yours to work on again.", "reports.edit")


@blueprint.post("/reports/<public_id>/discard")
@guarded_by(LIFE)
def discard(public_id: str) -> ResponseReturnValue:
    """Put a draft away."""

    def act(report: Report, draft: Edition) -> None:
        actions.discard(current_session(), report, draft, by=current_actor(), at=clock.now())

    return _hand_on(public_id, act, "Put away. The record keeps it.", "reports.drafts")


@blueprint.post("/reports/<public_id>/quarantine")
@guarded_by("reports.actions.quarantine")
def quarantine(public_id: str) -> ResponseReturnValue:
    """Set a draft aside that holds what may not be on this system."""
    session, actor = current_session(), current_actor()
    with transaction(session):
        report, _draft = queries.get_draft(session, public_id, actor.standing, to_change=True)
        actions.quarantine(session, report, by=actor, at=clock.now())
    flash(
        "Set aside. Nobody can open it here any more. Tell the regional security officer or "
        "program staff now; the record has its number: " + public_id,
        "done",
    )
    return redirect(url_for("reports.drafts"), code=303)


@blueprint.post("/reports/<public_id>/update")
@guarded_by(LIFE)
def begin_update(public_id: str) -> ResponseReturnValue:
    """Begin an update of a published report, or the edition that ends it."""
    session, actor = current_session(), current_actor()
    outcome = request.form.get("outcome", HOLDS)
    if outcome not in {HOLDS, ALL_CLEAR, CANCELLED}:
        raise NotFound
    with transaction(session):
        # An update begins with the words of what holds: those are for who may read them.
        report, _current = queries.get_visible(session, public_id, actor.clearance)
        if not policy.may_edit(actor.standing, report):
            raise NotFound
        if report.draft() is None:
            actions.begin_update(session, report, by=actor, at=clock.now(), outcome=outcome)
        else:
            flash("Somebody has begun an update already. This is it.", "done")
    return redirect(url_for("reports.edit", public_id=public_id), code=303)


@blueprint.route("/reports/<public_id>/withdraw", methods=["GET", "POST"])
@guarded_by(LIFE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Ask why a published report is taken back, and take it back."""
    session, actor = current_session(), current_actor()
    report, edition = queries.get_visible(session, public_id, actor.clearance)
    if not policy.may_withdraw(actor.standing, report):
        raise NotAllowed(f"This is for {policy.Who.WITHDRAWER} to do.")
    problem, status = None, 200
    if request.method == "POST":
        try:
            with transaction(session):
                report, edition = queries.get_visible(session, public_id, actor.clearance)
                because = request.form.get("because", "")[:500]
                actions.withdraw(session, report, by=actor, at=clock.now(), because=because)
        except RuleBroken as refusal:
            problem, status = refusal.message, 409
        else:
            flash("Withdrawn. Whoever was sent it is being told.", "done")
            return redirect(url_for("reports.show", public_id=public_id), code=303)
    html = render_template("reports/withdraw.html", report=report, edition=edition, problem=problem)
    return html, status


def reach_of(report: Report, draft: Edition) -> Forecast | None:
    """Return who would hear of a draft; None while it says not yet who may see it."""
    try:
        audience = policy.audience_of(report, draft)
    except ValueError:
        return None
    news = News(
        countries=draft.countries,
        topics=draft.topic_slugs,
        kind=report.kind,
        severity=draft.severity,
        council_id=report.council_id,
        audience=audience,
    )
    return forecast(current_session(), news)


def _hand_on(
    public_id: str, act: Act, done: str, leads_to: str = "reports.show"
) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    try:
        with transaction(session):
            report, draft = queries.get_draft(session, public_id, actor.standing, to_change=True)
            require_same(draft, request.form.get("lock", type=int))
            act(report, draft)
    except NotFound:
        # Pressed twice, or a colleague was faster: what was wished for is done.
        queries.get_visible(session, public_id, actor.clearance)
        flash("This was published already.", "done")
        return redirect(url_for("reports.show", public_id=public_id), code=303)
    except (RuleBroken, NotAllowed) as refusal:
        return _refuse(public_id, refusal)
    flash(done, "done")
    if leads_to == "reports.drafts":
        return redirect(url_for(leads_to), code=303)
    if draft.published_at is None and leads_to == "reports.show":
        leads_to = "reports.preview"
    return redirect(url_for(leads_to, public_id=public_id), code=303)


def _refuse(public_id: str, refusal: RuleBroken | NotAllowed) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    status = 403 if isinstance(refusal, NotAllowed) else 409
    report, draft = queries.get_draft(session, public_id, actor.standing)
    if policy.held_by(draft):
        with transaction(session):
            report, draft = queries.get_draft(session, public_id, actor.standing)
            actions.note_held(session, report, draft, by=actor, at=clock.now())
    return _preview(report, draft, problem=refusal.message, status=status)


def _preview(
    report: Report, draft: Edition, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    session, standing = current_session(), current_actor().standing
    html = render_template(
        "reports/preview.html",
        report=report,
        edition=draft,
        body_html=documents.body_html(session, draft),
        audience=queries.sight_of(session, report, draft),
        reach=reach_of(report, draft),
        missing=policy.missing(report, draft, at=clock.now()),
        screened=policy.screened(draft),
        dead_links=queries.dead_links(session, draft),
        is_spill=policy.is_spill(draft),
        steps={
            step.name
            for step in policy.DRAFTING
            if policy.may_take(step.name, standing, report, draft)
        },
        is_narrowed=policy.is_narrowed(draft),
        people=queries.names_of(session, [draft.reviewed_by]),
        problem=problem,
    )
    return html, status
