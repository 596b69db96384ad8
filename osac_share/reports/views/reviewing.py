"""Review: what waits for a second pair of eyes, and what they decide."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.councils.policy import ANALYST
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports import actions, documents, policy, queries
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.publishing import LIFE, reach_of
from osac_share.reports.views.writing import require_same
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report

LOOKED_BACK = timedelta(days=366)
REVIEWERS = "reports.policy.may_decide"
DONE = {
    "approve": "Approved.",
    "return": "Sent back with your note.",
    "reject": "Rejected. Its author reads why.",
}


@blueprint.get("/review")
@guarded_by(REVIEWERS)
def waiting() -> ResponseReturnValue:
    """List what waits for somebody's look, the oldest first."""
    session, actor = current_session(), current_actor()
    if not actor.may_review:
        raise NotAllowed("Reviewing is for chairs, co-chairs and program analysts.")
    waits = queries.waiting_for(session, actor)
    rows = [*waits.in_review, *waits.second_looks, *waits.held_back]
    return render_template(
        "reports/waiting.html",
        waits=waits,
        authors=queries.names_of(session, [one for _, row in rows for one in row.authors]),
        own={row.id for report, row in rows if not policy.may_review(actor.standing, report, row)},
    )


@blueprint.get("/review/double-standard")
@guarded_by("councils.policy.ANALYST")
def double_standard() -> ResponseReturnValue:
    """Show program staff how long after officials the members were told, and who was not."""
    session, actor = current_session(), current_actor()
    if not (actor.standing.active and ANALYST in actor.standing.staff_roles):
        raise NotAllowed("This is for program staff.")
    rows = queries.told_and_published(session, actor.clearance, since=clock.now() - LOOKED_BACK)
    gaps = sorted(
        (edition.published_at - edition.told_officials_at).total_seconds() / 60
        for _report, edition in rows
        if edition.told_officials_at is not None and edition.published_at is not None
    )
    return render_template(
        "reports/double_standard.html",
        rows=rows,
        typical=round(median(gaps)) if gaps else None,
        longest=round(gaps[-1]) if gaps else None,
    )


@blueprint.get("/reports/<public_id>/review")
@guarded_by(REVIEWERS)
def review(public_id: str) -> ResponseReturnValue:
    """Show a draft to somebody who decides about it, with what it changes."""
    report, draft = queries.get_for_review(current_session(), public_id, current_actor().standing)
    return _review(report, draft)


@blueprint.post("/reports/<public_id>/review")
@guarded_by(LIFE)
def decide(public_id: str) -> ResponseReturnValue:
    """Approve a draft, send it back with a note, or reject it with a reason."""
    session, actor, at = current_session(), current_actor(), clock.now()
    decision, words = request.form.get("decision", ""), request.form.get("words", "")[:1000]
    if decision not in DONE:
        raise NotFound
    try:
        with transaction(session):
            report, draft = queries.get_for_review(
                session, public_id, actor.standing, to_change=True
            )
            require_same(draft, request.form.get("lock", type=int))
            match decision:
                case "approve":
                    actions.approve(session, report, draft, by=actor, at=at, words=words)
                case "return":
                    actions.send_back(session, report, draft, by=actor, at=at, words=words)
                case _:
                    actions.reject(session, report, draft, by=actor, at=at, words=words)
    except (RuleBroken, NotAllowed) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        report, draft = queries.get_for_review(session, public_id, actor.standing)
        return _review(report, draft, problem=refusal.message, words=words, status=status)
    published = decision == "approve" and draft.published_at is not None
    flash("Approved and published." if published else DONE[decision], "done")
    if published:
        return redirect(url_for("reports.show", public_id=public_id), code=303)
    return redirect(url_for("reports.waiting"), code=303)


@blueprint.route("/reports/<public_id>/second-look", methods=["GET", "POST"])
@guarded_by(REVIEWERS)
def second_look(public_id: str) -> ResponseReturnValue:
    """Look at what was published in an emergency before anybody could."""
    session, actor = current_session(), current_actor()
    number = request.args.get("edition", type=int)
    report, edition = queries.get_owed_look(session, public_id, actor, number)
    problem, status = None, 200
    if request.method == "POST":
        try:
            with transaction(session):
                report, edition = queries.get_owed_look(
                    session, public_id, actor, edition.number, to_change=True
                )
                words = request.form.get("words", "")[:1000]
                actions.look_again(session, report, edition, by=actor, at=clock.now(), words=words)
        except (RuleBroken, NotAllowed) as refusal:
            problem, status = refusal.message, 409 if isinstance(refusal, RuleBroken) else 403
        else:
            flash("Noted. The record says who looked, and when.", "done")
            return redirect(url_for("reports.waiting"), code=303)
    html = render_template(
        "reports/second_look.html",
        report=report,
        edition=edition,
        body_html=documents.body_html(session, edition),
        may_look=policy.may_review(actor.standing, report, edition),
        people=queries.names_of(session, [edition.published_by, edition.second_look_by]),
        problem=problem,
    )
    return html, status


def _review(
    report: Report,
    draft: Edition,
    *,
    problem: str | None = None,
    words: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    current, zone = report.current(), documents.zone_of(report, draft)
    # Whoever may decide about a draft may all the same not read what it would replace.
    if current and not queries.visible_rows(session, [current.id], actor.clearance):
        current = None
    html = render_template(
        "reports/review.html",
        report=report,
        edition=draft,
        difference=current and documents.differences(current, draft, zone=zone),
        body_html=documents.body_html(session, draft),
        audience=queries.sight_of(session, report, draft),
        reach=reach_of(report, draft),
        screened=policy.screened(draft),
        may_review=policy.may_take("approve", actor.standing, report, draft),
        authors=queries.names_of(session, draft.authors),
        problem=problem,
        words=words,
    )
    return html, status
