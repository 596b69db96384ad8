"""Writing by programs: drafts are begun, read, changed and put away."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.api import queries
from osac_share.api.documents import drafting
from osac_share.api.documents.operations import BASE
from osac_share.api.documents.shapes.asking import DraftsQuery
from osac_share.api.documents.shapes.writing import (
    DraftPage,
    DraftState,
    DraftWords,
    Missing,
    NewDraft,
    NewUpdate,
    WholeDraft,
)
from osac_share.api.forms import changed_form, first_form
from osac_share.api.views.paging import next_page, place_in
from osac_share.api.views.requests import require_version
from osac_share.api.views.serving import Told, operation, tag_of
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports import actions, policy
from osac_share.reports.forms.circles import ticked
from osac_share.reports.models import Report
from osac_share.reports.queries import spelled_recipients
from osac_share.reports.views import drafts as pages
from osac_share.tokens.policy import WRITE_REPORTS
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from osac_share.reports.models import Edition

DRAFTS = "Drafts"
ONE = "/drafts/<public_id>"


@operation(
    "GET /drafts",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    query=DraftsQuery,
    answers={HTTPStatus.OK: DraftPage},
)
def drafts(asked: DraftsQuery) -> DraftPage:
    """List the drafts that the owner may work on, the last touched first, a page at a time."""
    pages.require_author()
    site, after = current_settings().public.url, place_in(asked.cursor)
    rows = queries.drafts_after(
        current_session(), current_actor().standing, after=after, limit=asked.limit + 1
    )
    following = None
    if len(rows) > asked.limit:
        report, last = rows[asked.limit - 1]
        following = next_page(last.updated_at, report.public_id)
    shown = [drafting.listed(*row, site) for row in rows[: asked.limit]]
    return DraftPage(drafts=shown, next=following)


@operation(
    "POST /drafts",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    body=NewDraft,
    answers={HTTPStatus.CREATED: DraftState},
)
def begin(sent: NewDraft) -> Told:
    """Begin a report for one of the owner's councils.

    It may be incomplete: what it lacks for being handed in is told at its `missing`.
    """
    seated = {one.slug: one for one in pages.require_author()}
    if sent.council not in seated:
        raise NotAllowed("You do not write for this council.")
    form = first_form(sent.kind, seated[sent.council], sent.words, before="/words")
    report, draft = actions.begin(
        current_session(),
        kind=sent.kind,
        council=seated[sent.council],
        by=current_actor(),
        at=clock.now(),
        is_exercise=sent.is_exercise,
    )
    pages.begin(form, report, draft)
    return told(report, draft, HTTPStatus.CREATED)


@operation(f"GET {ONE}", tag=DRAFTS, scope=WRITE_REPORTS, answers={HTTPStatus.OK: WholeDraft})
def draft(public_id: str) -> Told:
    """Answer a draft with its words, in the form in which they are sent back."""
    session = current_session()
    pages.require_author()
    report, found = queries.get_draft_for_program(session, public_id, current_actor().standing)
    parts = ticked(found.addressees, report.council_id)
    addressed = drafting.Addressed(
        parts["circles"], parts["sectors"], spelled_recipients(session, parts["rest"])
    )
    shape = drafting.whole(report, found, current_settings().public.url, addressed)
    return Told(shape, tag=version_of(report, found))


@operation(
    f"PUT {ONE}",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    body=DraftWords,
    answers={HTTPStatus.OK: DraftState},
    is_versioned=True,
)
def revise(public_id: str, sent: DraftWords) -> Told:
    """Replace all that a draft says."""
    pages.require_author()
    report, found = to_change(public_id)
    if report.council is None:
        raise NotFound
    policy.require("revise", current_actor().standing, report, found)
    form = changed_form(report, found, report.council, sent)
    pages.write(form, report, found, report.council)
    return told(report, found)


@operation(
    f"GET {ONE}/missing",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    answers={HTTPStatus.OK: Missing},
)
def missing(public_id: str) -> Missing:
    """Say what a draft lacks for being handed in.

    The guard's objections to words that may not be here are among it.
    """
    pages.require_author()
    standing = current_actor().standing
    report, found = queries.get_draft_for_program(current_session(), public_id, standing)
    return Missing(missing=policy.missing(report, found, at=clock.now()))


@operation(
    f"DELETE {ONE}",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    answers={HTTPStatus.NO_CONTENT: None},
    is_versioned=True,
)
def discard(public_id: str) -> Told:
    """Put a draft away. The record keeps it."""
    report, found = to_change(public_id)
    actions.discard(current_session(), report, found, by=current_actor(), at=clock.now())
    return Told(None, HTTPStatus.NO_CONTENT)


@operation(
    "POST /reports/<public_id>/updates",
    tag=DRAFTS,
    scope=WRITE_REPORTS,
    body=NewUpdate,
    answers={HTTPStatus.CREATED: DraftState},
)
def begin_update(public_id: str, sent: NewUpdate) -> Told:
    """Begin the next edition of a published report, or the one that lifts or cancels it.

    It begins with the words of the edition that holds, and comes out on the same ways as any
    other draft.
    """
    session, actor = current_session(), current_actor()
    # Of two who begin at once the second waits here, and is told that there is a draft.
    session.execute(select(Report.id).where(Report.public_id == public_id).with_for_update())
    report, _current = queries.get_report(session, public_id, actor.clearance)
    if not policy.may_edit(actor.standing, report):
        raise NotFound
    if report.draft() is not None:
        raise RuleBroken("Somebody has begun an update already. Continue that one.")
    begun = actions.begin_update(session, report, by=actor, at=clock.now(), outcome=sent.outcome)
    return told(report, begun, HTTPStatus.CREATED)


def to_change(public_id: str) -> tuple[Report, Edition]:
    """Return a draft that nobody else changes now, in the version that the request is about.

    Raises:
        NotFound: there is none, or it is not the owner's to see.
        Refusal: the request names another version, or none.

    """
    report, found = queries.get_draft_for_program(
        current_session(), public_id, current_actor().standing, to_change=True
    )
    require_version(version_of(report, found))
    return report, found


def version_of(report: Report, draft: Edition) -> str:
    """Return the version of a draft, for this token."""
    return tag_of("draft", report.public_id, draft.number, draft.lock)


def told(report: Report, draft: Edition, status: HTTPStatus = HTTPStatus.OK) -> Told:
    """Return what a program is told of a draft that it wrote or handed on."""
    current_session().flush()
    location = f"{BASE}/drafts/{report.public_id}" if status is HTTPStatus.CREATED else ""
    shape = drafting.state(report, draft, current_settings().public.url)
    return Told(shape, status, location, version_of(report, draft))
