"""Reading reports by programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from osac_share.api import queries
from osac_share.api.documents import answers
from osac_share.api.documents.shapes.asking import ReportsQuery
from osac_share.api.documents.shapes.reading import EditionList, Me, ReportPage, WholeReport
from osac_share.api.views.blueprint import blueprint
from osac_share.api.views.paging import next_page, place_in
from osac_share.api.views.serving import holder, operation, take_allowance
from osac_share.councils.login import current_actor
from osac_share.councils.queries import councils_by_id
from osac_share.kernel.errors import NotFound
from osac_share.reports.documents import body_html
from osac_share.reports.queries import Filters, names_of_addressees
from osac_share.reports.views.noting import note_reading
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.access import by_token
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report

ABOUT, REPORTS = "The token", "Reports"


@operation("GET /me", tag=ABOUT, scope="", answers={HTTPStatus.OK: Me})
def me() -> Me:
    """Say for whom the program acts, and what its token is for."""
    actor = current_actor()
    ids = {council for council, _kind in actor.standing.seats}
    slugs = {one.id: one.slug for one in councils_by_id(current_session(), ids)}
    return answers.me(holder(), actor, slugs)


@operation(
    "GET /reports",
    tag=REPORTS,
    scope=READ_REPORTS,
    query=ReportsQuery,
    answers={HTTPStatus.OK: ReportPage},
)
def reports(asked: ReportsQuery) -> ReportPage:
    """List the reports that the owner may see, the most recent first, a page at a time.

    TLP:RED is never among them. Follow `next` until it is null: what is published meanwhile
    shifts nothing.
    """
    site = current_settings().public.url
    after = place_in(asked.cursor)
    # One more than asked for tells whether there is more.
    rows = queries.reports_after(
        current_session(),
        current_actor().clearance,
        _filters(asked),
        after=after,
        limit=asked.limit + 1,
    )
    following = None
    if len(rows) > asked.limit:
        last, _edition = rows[asked.limit - 1]
        following = next_page(last.published_at or last.changed_at, last.public_id)
    shown = [answers.listed(*row, site) for row in rows[: asked.limit]]
    return ReportPage(reports=shown, next=following)


@operation(
    "GET /reports/<public_id>",
    tag=REPORTS,
    scope=READ_REPORTS,
    answers={HTTPStatus.OK: WholeReport},
)
def report(public_id: str) -> WholeReport:
    """Answer a report with the words of the edition that holds.

    Who reads what is marked TLP:AMBER or stricter is put on record, as on its page.
    """
    found, edition = queries.get_report(current_session(), public_id, current_actor().clearance)
    return _whole(found, edition)


@operation(
    "GET /reports/<public_id>/editions",
    tag=REPORTS,
    scope=READ_REPORTS,
    answers={HTTPStatus.OK: EditionList},
)
def editions(public_id: str) -> EditionList:
    """List the editions of a report that the owner may see, the newest first."""
    clearance, site = current_actor().clearance, current_settings().public.url
    found, published = queries.editions_of(current_session(), public_id, clearance)
    listed = [answers.edition_listed(found, one, site) for one in published]
    return EditionList(editions=listed)


@operation(
    "GET /reports/<public_id>/editions/<int:number>",
    tag=REPORTS,
    scope=READ_REPORTS,
    answers={HTTPStatus.OK: WholeReport},
)
def edition(public_id: str, number: int) -> WholeReport:
    """Answer a report with the words of one of its editions."""
    clearance = current_actor().clearance
    found, published = queries.editions_of(current_session(), public_id, clearance)
    for one in published:
        if one.number == number:
            return _whole(found, one)
    raise NotFound


@blueprint.get("/api/<path:rest>")
@by_token("")
def nothing(**_rest: str) -> ResponseReturnValue:
    """Say in the API's own way that there is nothing at an address."""
    take_allowance()
    raise NotFound


def _whole(found: Report, edition: Edition) -> WholeReport:
    session = current_session()
    note_reading(found.public_id, edition.marking)
    return answers.whole(
        found,
        edition,
        current_settings().public.url,
        html=body_html(session, edition),
        names=names_of_addressees(session, edition.addressees),
    )


def _filters(asked: ReportsQuery) -> Filters:
    return Filters(
        countries=asked.country,
        topics=asked.topic,
        kinds=asked.kind,
        severities=asked.severity,
    )
