"""Files that go with reports: sent by their authors, fetched by their readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wsgi import wrap_file

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.kernel.files import (
    KINDS,
    Folder,
    Received,
    accepted_endings,
    find_kind,
    receive,
    shown_name,
)
from osac_share.reports import actions, policy, queries
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.noting import note_reading
from osac_share.web.access import guarded_by, public
from osac_share.web.files import SANDBOX, disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Attachment, Edition, Report

AUTHORS = "reports.policy.life: revise"
BRIEFLY = "public, max-age=60"
"""How long caches keep a file that is for everyone: about as long as a page of news."""

ROOM_FOR_WORDS = 1_000_000
KILO = 1000


@blueprint.url_value_preprocessor
def _let_files_pass(endpoint: str | None, _values: object) -> None:
    # Before the form is read for its token. Half as much again as a file may have, so that
    # who is a little above it is told so in words. Strangers keep the limit of all forms.
    if endpoint == "reports.attach" and current_actor().is_signed_in:
        largest = current_settings().attachments.largest
        request.max_content_length = largest + largest // 2 + ROOM_FOR_WORDS


@blueprint.get("/reports/<public_id>/attachments")
@guarded_by(AUTHORS)
def attachments(public_id: str) -> ResponseReturnValue:
    """List the files of a draft, with a form for one more."""
    report, draft = queries.get_draft(current_session(), public_id, current_actor().standing)
    return _page(report, draft)


@blueprint.post("/reports/<public_id>/attachments")
@guarded_by(AUTHORS)
def attach(public_id: str) -> ResponseReturnValue:
    """Take in a file and attach it to a draft."""
    session, actor, at = current_session(), current_actor(), clock.now()
    report, draft = queries.get_draft(session, public_id, actor.standing)
    try:
        policy.require("revise", actor.standing, report, draft)
        received = _receive()
        with transaction(session):
            report, draft = queries.get_draft(session, public_id, actor.standing, to_change=True)
            most = current_settings().attachments.most
            actions.attach(session, report, draft, received, most=most, by=actor, at=at)
    except (RuleBroken, NotAllowed) as refusal:
        return _refused(public_id, refusal)
    flash(f"Attached: {received.name}", "done")
    return redirect(url_for("reports.attachments", public_id=public_id), code=303)


@blueprint.post("/reports/<public_id>/attachments/<attachment_id>/remove")
@guarded_by(AUTHORS)
def detach(public_id: str, attachment_id: str) -> ResponseReturnValue:
    """Take a file off a draft."""
    session, actor = current_session(), current_actor()
    try:
        with transaction(session):
            report, draft = queries.get_draft(session, public_id, actor.standing, to_change=True)
            actions.detach(session, report, draft, attachment_id, by=actor, at=clock.now())
    except (RuleBroken, NotAllowed) as refusal:
        return _refused(public_id, refusal)
    flash("Removed.", "done")
    return redirect(url_for("reports.attachments", public_id=public_id), code=303)


@blueprint.get("/attachments/<attachment_id>/<name>")
@public
def attachment(attachment_id: str, name: str) -> ResponseReturnValue:
    """Hand out a file to whoever may see an edition that it goes with."""
    session = current_session()
    found = _find(attachment_id)
    if found.name != name:
        raise NotFound
    kind = find_kind(found.media_type)
    file = _store().open(found.digest)
    answer = Response(
        wrap_file(request.environ, file),
        mimetype=kind.media_type if kind else "application/octet-stream",
        direct_passthrough=True,
    )
    answer.content_length = found.size
    answer.headers["Content-Disposition"] = disposition(
        "inline" if kind and kind.is_picture else "attachment", found.name
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    if queries.is_for_everyone(session, found):
        answer.headers["Cache-Control"] = BRIEFLY
    return answer


def _find(attachment_id: str) -> Attachment:
    session, actor = current_session(), current_actor()
    try:
        found = queries.get_visible_attachment(session, attachment_id, actor.clearance)
    except NotFound:
        return queries.get_drafted_attachment(session, attachment_id, actor.standing)
    if strictest := queries.find_strictest(session, found, actor.clearance):
        note_reading(*strictest)
    return found


def _receive() -> Received:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise RuleBroken("Choose a file first.")
    try:
        return receive(
            sent.stream,
            sent.filename,
            store=_store(),
            scratch=current_settings().files_dir / "incoming",
            largest=current_settings().attachments.largest,
            at=clock.now(),
        )
    except RuleBroken as refusal:
        raise RuleBroken(f"{shown_name(sent.filename)}: {refusal.message}") from None


def _store() -> Folder:
    return Folder(current_settings().files_dir)


def _refused(public_id: str, refusal: RuleBroken | NotAllowed) -> ResponseReturnValue:
    # Nothing else of the draft is touched by a refusal.
    report, draft = queries.get_draft(current_session(), public_id, current_actor().standing)
    status = 403 if isinstance(refusal, NotAllowed) else 409
    return _page(report, draft, problem=refusal.message, status=status)


def _page(
    report: Report, draft: Edition, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "reports/attachments.html",
        report=report,
        edition=draft,
        problem=problem,
        may_attach=policy.may_take("revise", current_actor().standing, report, draft),
        limits=current_settings().attachments,
        accepted=accepted_endings(),
        labels=list(dict.fromkeys(kind.label for kind in KINDS)),
    )
    return html, status


@blueprint.app_template_filter("file_kind")
def file_kind(media_type: str) -> str:
    """Return what a file is, in words: "PDF document"."""
    kind = find_kind(media_type)
    return kind.label if kind else "File"


@blueprint.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Return a size in bytes as people read it: "240 kB", "1.2 MB"."""
    if size < KILO * KILO:
        return f"{max(1, round(size / KILO))} kB"
    return f"{size / KILO / KILO:.1f} MB"
