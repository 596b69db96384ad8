"""Drafts as their authors work on them: who may, what is taken, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import render_template, request

from osac_share.councils.login import current_actor
from osac_share.councils.policy import AUTHORING, may_compose
from osac_share.councils.queries import councils_by_id
from osac_share.kernel import clock
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import actions, documents, policy, queries
from osac_share.reports.forms import answers_of, differences, form_of, packed, settled, words_of
from osac_share.reports.models import DRAFT, RELAY, Contents, Edition, Report
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council
    from osac_share.reports.forms import DraftForm

AUTHORS = "councils.policy.may_compose; reports.policy.may_edit"
PUBLISHED_MEANWHILE = (
    "This was published while you were working, as it was before your changes. "
    "What you typed is still here: copy what must not be lost."
)


def require_author() -> Sequence[Council]:
    """Return the councils that this person writes for.

    Raises:
        NotAllowed: there is none.

    """
    actor = current_actor()
    seated = councils_by_id(current_session(), actor.standing.councils_as(AUTHORING))
    councils = [council for council in seated if not council.is_closed]
    if not councils or not may_compose(actor.standing):
        raise NotAllowed("Reports are written by the chairs and secretaries of councils.")
    return councils


def require_same(draft: Edition, lock: int | None) -> None:
    """Refuse to go on with a draft that somebody changed since it was shown.

    Raises:
        RuleBroken: the words that the author is told.

    """
    if lock != draft.lock:
        raise RuleBroken(
            "Somebody changed this draft after you opened it. Open it again to see both; "
            "nothing of theirs is lost."
        )


def is_same(form: DraftForm, draft: Edition) -> bool:
    """Tell whether a draft is still what the author of `form` had before them."""
    return bool((form.edition.data, form.lock.data) == (draft.number, draft.lock))


def sent_form(report: Report, draft: Edition | None, council: Council) -> DraftForm:
    """Return the form of a draft as it was sent, what was not sent as it is kept."""
    kept = words_of(report, draft, ZoneInfo(council.time_zone)) if draft else {}
    fields = settled(request.form)
    return form_of(report)([council], report, draft, formdata=fields, data=kept | {"lock": 0})


def kept_form(report: Report, draft: Edition, council: Council) -> DraftForm:
    """Return the form of a draft as it is kept."""
    kept = words_of(report, draft, ZoneInfo(council.time_zone))
    form = form_of(report)([council], report, draft, formdata=None, data=kept)
    form.base.data = packed(answers_of(form))
    return form


def begin(form: DraftForm, report: Report, draft: Edition) -> None:
    """Take what a form says into a draft that has just begun."""
    if report.origin == RELAY:
        report.issuer = form.issuer.data or ""
    _take(form, report, draft)


def write(form: DraftForm, report: Report, draft: Edition, council: Council) -> None:
    """Take what a form says into a draft. Who changed nothing has not written."""
    if answers_of(form) != answers_of(kept_form(report, draft, council)):
        _take(form, report, draft)


def _take(form: DraftForm, report: Report, draft: Edition) -> None:
    actor = current_actor()
    contents = form.contents(Contents.of(draft))
    actions.revise(current_session(), report, draft, contents, by=actor, at=clock.now())


def missing(report: Report, draft: Edition) -> list[str]:
    """Return what a draft still lacks."""
    return policy.missing(report, draft, at=clock.now())


def missing_at_first(form: DraftForm) -> list[str]:
    """Return what a draft lacks that nobody has begun."""
    report = Report(kind=form.kind.code, origin=form.origin, state=DRAFT)
    draft = Edition(number=1)
    draft.take(Contents(title="", sections=[], marking=form.marking.data))
    return missing(report, draft)


def last_author(draft: Edition) -> str:
    """Return who saved a draft last, as this person is told."""
    names = queries.names_of(current_session(), draft.authors[-1:])
    if current_actor().id in names:
        return "Your other window"
    return next(iter(names.values()), "Somebody")


def editor(
    form: DraftForm,
    lacking: Sequence[str],
    *,
    exercise: bool,
    earlier: Report | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show a form. Whatever was typed stays in it: an error never costs an author their words."""
    html = render_template(
        "reports/edit.html",
        form=form,
        report=form.report,
        missing=lacking,
        exercise=exercise,
        earlier=earlier,
        now=clock.now(),
    )
    return html, status


def conflict(form: DraftForm, report: Report, draft: Edition) -> ResponseReturnValue:
    """Show an author's words beside those that a colleague saved meanwhile."""
    theirs = kept_form(report, draft, form.councils[form.council.data])
    differing = differences(form, theirs)
    names = {one.name for one in differing}
    html = render_template(
        "reports/conflict.html",
        report=report,
        draft=draft,
        form=form,
        theirs=theirs,
        differences=differing,
        answers={name: said for name, said in answers_of(form).items() if name not in names},
        compared=documents.compare(theirs.written_sections(), form.written_sections()),
        colleague=last_author(draft),
    )
    return html, 409
