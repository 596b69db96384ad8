"""Writing reports: choosing a kind, the form, and saving, by hand and by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.reports import actions, queries
from osac_share.reports.forms import answers_of, form_for, packed, words_of
from osac_share.reports.models import ALERT, COUNCIL, RELAY, WITHDRAWN, WRITING, Edition, Report
from osac_share.reports.queries import Filters
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.drafts import (
    AUTHORS,
    PUBLISHED_MEANWHILE,
    begin,
    conflict,
    editor,
    is_same,
    kept_form,
    last_author,
    missing,
    missing_at_first,
    require_author,
    require_same,
    sent_form,
    write,
)
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council
    from osac_share.reports.forms import DraftForm

__all__ = ["AUTHORS", "require_same"]


REJECTED_STAY = timedelta(days=30)
"""For how long a rejected draft is shown to its council, with the reason."""


@blueprint.get("/drafts")
@guarded_by(AUTHORS)
def drafts() -> ResponseReturnValue:
    """List the drafts that this person may work on."""
    require_author()
    session, standing = current_session(), current_actor().standing
    rows = queries.drafts_of(session, standing)
    rejected = queries.rejected_lately(session, standing, since=clock.now() - REJECTED_STAY)
    last = {draft.authors[-1] for _, draft in rows if draft.authors}
    names = queries.names_of(session, last | {draft.reviewed_by for _, draft in rejected})
    return render_template("reports/drafts.html", rows=rows, rejected=rejected, names=names)


@blueprint.route("/reports/new", methods=["GET", "POST"])
@guarded_by(AUTHORS)
def new() -> ResponseReturnValue:
    """Offer the kinds of report, or begin one of them."""
    councils = require_author()
    if request.method == "GET" and "kind" not in request.args:
        return render_template("reports/choose.html")
    form = _fresh(councils)
    if not form.validate_on_submit():
        earlier = None if form.is_submitted() else _earlier(form, councils)
        status = 422 if form.is_submitted() else 200
        lacking = missing_at_first(form)
        return editor(form, lacking, exercise=_is_exercise(), earlier=earlier, status=status)
    report, _draft = _begin(form)
    return redirect(url_for("reports.preview", public_id=report.public_id), code=303)


@blueprint.post("/reports/new/autosave")
@guarded_by(AUTHORS)
def autosave_new() -> ResponseReturnValue:
    """Begin a draft with what has been typed so far."""
    form = _fresh(require_author())
    if not form.validate():
        return {"errors": form.errors}, 422
    return _saved(*_begin(form))


@blueprint.route("/reports/<public_id>/edit", methods=["GET", "POST"])
@guarded_by(AUTHORS)
def edit(public_id: str) -> ResponseReturnValue:
    """Change a draft."""
    require_author()
    report, draft, council = _own(public_id)
    if request.method == "GET":
        return _open(report, draft, council)
    form = sent_form(report, draft, council)
    lacking = missing(report, draft) if draft else []
    if not form.validate():
        return editor(form, lacking, exercise=report.is_exercise, status=422)
    try:
        with transaction(current_session()) as session:
            standing = current_actor().standing
            report, draft = queries.get_draft(session, public_id, standing, to_change=True)
            if not is_same(form, draft):
                return conflict(form, report, draft)
            write(form, report, draft, council)
    except (RuleBroken, NotFound) as refusal:
        # Published meanwhile, it is no draft any more; the words typed since stay on the page.
        gone = isinstance(refusal, NotFound)
        form.form_errors.append(PUBLISHED_MEANWHILE if gone else refusal.message)
        return editor(form, lacking, exercise=report.is_exercise, status=409)
    return redirect(url_for("reports.preview", public_id=public_id), code=303)


@blueprint.post("/reports/<public_id>/autosave")
@guarded_by(AUTHORS)
def autosave(public_id: str) -> ResponseReturnValue:
    """Save what has been typed so far, and say what is still missing."""
    require_author()
    report, draft, council = _own(public_id)
    form = sent_form(report, draft, council)
    if not form.validate():
        return {"errors": form.errors}, 422
    try:
        with transaction(current_session()) as session:
            standing = current_actor().standing
            report, draft = queries.get_draft(session, public_id, standing, to_change=True)
            if not is_same(form, draft):
                return {"by": last_author(draft), "at": draft.updated_at.isoformat()}, 409
            write(form, report, draft, council)
    except (RuleBroken, NotFound) as refusal:
        gone = isinstance(refusal, NotFound)
        return {"words": PUBLISHED_MEANWHILE if gone else refusal.message}, 409
    return _saved(report, draft)


def _own(public_id: str) -> tuple[Report, Edition | None, Council]:
    report = queries.get_own(current_session(), public_id, current_actor().standing)
    if report.council is None:
        raise NotFound
    return report, report.draft(), report.council


def _open(report: Report, draft: Edition | None, council: Council) -> ResponseReturnValue:
    if draft is None:
        raise NotFound
    if draft.stage != WRITING:
        flash("This was handed in. Take it back to change it.", "done")
        return redirect(url_for("reports.preview", public_id=report.public_id), code=303)
    form = kept_form(report, draft, council)
    return editor(form, missing(report, draft), exercise=report.is_exercise)


def _fresh(councils: Sequence[Council]) -> DraftForm:
    """Return the form of a report that is about to begin, perhaps with an earlier one's words."""
    origin = RELAY if request.args.get("relay") else COUNCIL
    kind = taxonomy.kind(request.args.get("kind", ALERT))
    if origin not in kind.origins:
        raise NotFound
    # What an embassy issues is public already; a council's own words of that kind are not.
    is_own = origin == COUNCIL and RELAY in kind.origins
    values: dict[str, Any] = {"marking": "GREEN" if is_own else kind.marking}
    if kind.is_register:
        values["places"] = "\n".join(
            taxonomy.country(one.country).name for one in councils[0].countries
        )
    if public_id := request.args.get("from"):
        values |= _words_of_earlier(public_id, kind.code, councils)
    if kind.expiry is not None:
        until = clock.now() + timedelta(days=kind.expiry.default_days)
        local = until.astimezone(ZoneInfo(councils[0].time_zone))
        values["expires"] = local.replace(second=0, microsecond=0, tzinfo=None)
    return form_for(kind.code, origin)(councils, data=values)


def _words_of_earlier(
    public_id: str, kind_code: str, councils: Sequence[Council]
) -> dict[str, Any]:
    actor = current_actor()
    earlier, edition = queries.get_visible(current_session(), public_id, actor.clearance)
    council = next((one for one in councils if one.id == earlier.council_id), None)
    is_fit = earlier.kind == kind_code and taxonomy.kind(kind_code).is_register
    if council is None or not is_fit or earlier.state == WITHDRAWN:
        raise NotFound
    values = words_of(earlier, edition, ZoneInfo(council.time_zone))
    of_its_own = ("lock", "edition", "change_note", "release", "told_officials")
    return {name: value for name, value in values.items() if name not in of_its_own}


def _earlier(form: DraftForm, councils: Sequence[Council]) -> Report | None:
    """Return the last report of this kind and of one of these councils, for registers."""
    if not form.kind.is_register or request.args.get("from"):
        return None
    for council in councils:
        filters = Filters(kinds=(form.kind.code,), council_id=council.id, states=("published",))
        clearance = current_actor().clearance
        for report, _edition in queries.listing(current_session(), clearance, filters, limit=1):
            return report
    return None


def _is_exercise() -> bool:
    return bool(request.args.get("exercise"))


def _begin(form: DraftForm) -> tuple[Report, Edition]:
    with transaction(current_session()) as session:
        report, draft = actions.begin(
            session,
            kind=form.kind.code,
            council=form.councils[form.council.data],
            by=current_actor(),
            at=clock.now(),
            origin=form.origin,
            is_exercise=_is_exercise(),
        )
        begin(form, report, draft)
    return report, draft


def _saved(report: Report, draft: Edition) -> ResponseReturnValue:
    """Return what the page must know to go on from what is kept now."""
    if report.council is None:
        raise NotFound
    form = kept_form(report, draft, report.council)
    edit_at = url_for("reports.edit", public_id=report.public_id)
    return {
        "edition": draft.number,
        "lock": draft.lock,
        "base": packed(answers_of(form)),
        "title": draft.title,
        "missing": missing(report, draft),
        "autosave": url_for("reports.autosave", public_id=report.public_id),
        "edit": edit_at,
        "login": url_for("accounts.login", next=edit_at),
    }
