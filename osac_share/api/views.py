"""The JSON API, version 1: reading. Programs come by a token and by nothing else."""

from __future__ import annotations

import json
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from osac_share.api import documents, queries
from osac_share.councils.login import current_actor
from osac_share.councils.queries import councils_by_id
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.reports.documents import body_html
from osac_share.reports.documents.as_json import report_json
from osac_share.reports.queries import Filters, names_of_addressees
from osac_share.reports.views.noting import note_reading
from osac_share.tokens.login import TokenRefused, current_bearer
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.access import by_token
from osac_share.web.headers import PRIVATE
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from osac_share.tokens.queries import Holder

blueprint = Blueprint("api", __name__)

USUAL, MOST = 50, 100
"""How many reports a page of the list holds."""

PROBLEM = "application/problem+json"

_FILTERS = ("country", "topic", "kind", "severity")
_PARAMETERS = frozenset({*_FILTERS, "cursor", "limit"})


@blueprint.get("/api/v1/me")
@by_token("")
def me() -> ResponseReturnValue:
    """Say for whom the program reads, and what its token is for."""
    actor = current_actor()
    ids = {council for council, _kind in actor.standing.seats}
    slugs = {one.id: one.slug for one in councils_by_id(current_session(), ids)}
    return _answer(documents.me_json(_holder(), actor, slugs))


@blueprint.get("/api/v1/reports")
@by_token(READ_REPORTS)
def reports() -> ResponseReturnValue:
    """List the reports that the owner may see, the most recent first, a page at a time."""
    if unknown := sorted(set(request.args) - _PARAMETERS):
        raise RuleBroken(f"There is no parameter {unknown[0]!r} here.")
    session, site, limit = current_session(), current_settings().public.url, _limit()
    word = request.args.get("cursor")
    after = None if word is None else queries.Place(*documents.read_cursor(word))
    # One more than asked for tells whether there is more.
    rows = queries.reports_after(
        session, current_actor().clearance, _filters(), after=after, limit=limit + 1
    )
    following = None
    if len(rows) > limit:
        last, _edition = rows[limit - 1]
        cursor = documents.written_cursor(last.published_at or last.changed_at, last.public_id)
        kept = [one for one in request.args.items(multi=True) if one[0] != "cursor"]
        following = f"{site}{url_for('api.reports')}?{urlencode([*kept, ('cursor', cursor)])}"
    shown = [report_json(*row, site) for row in rows[:limit]]
    return _answer({"reports": shown, "next": following})


@blueprint.get("/api/v1/reports/<public_id>")
@by_token(READ_REPORTS)
def report(public_id: str) -> ResponseReturnValue:
    """Answer one report with its words; that somebody reads it is noted as on its page."""
    session = current_session()
    found, edition = queries.get_report(session, public_id, current_actor().clearance)
    note_reading(public_id, edition.marking)
    return _answer(
        documents.whole_report_json(
            found,
            edition,
            current_settings().public.url,
            html=body_html(session, edition),
            names=names_of_addressees(session, edition.addressees),
        )
    )


@blueprint.get("/api/<path:rest>")
@by_token("")
def nothing(**_rest: str) -> ResponseReturnValue:
    """Say in the API's own way that there is nothing at an address."""
    raise NotFound


@blueprint.errorhandler(TokenRefused)
def _refused(problem: TokenRefused) -> Response:
    return _problem(problem.status, problem.words, problem.headers)


@blueprint.errorhandler(NotFound)
def _absent(problem: NotFound) -> Response:
    return _problem(HTTPStatus.NOT_FOUND, problem.message)


@blueprint.errorhandler(RuleBroken)
def _mistaken(problem: RuleBroken) -> Response:
    return _problem(HTTPStatus.BAD_REQUEST, problem.message)


@blueprint.after_request
def _speak_plainly(response: Response) -> Response:
    # Whatever else went wrong has a page for people; programs get its status in their own way.
    if response.status_code >= HTTPStatus.BAD_REQUEST and response.mimetype != PROBLEM:
        kept = {
            name: response.headers[name]
            for name in ("Retry-After", "Allow")
            if name in response.headers
        }
        return _problem(HTTPStatus(response.status_code), "The request failed.", kept)
    return response


def _answer(said: Mapping[str, Any]) -> Response:
    body = json.dumps(said, ensure_ascii=False).encode()
    answer = Response(body, content_type="application/json; charset=utf-8")
    # Another owner's tag never stands for mine, were the words the same.
    answer.set_etag(sha256(_holder().token_public_id.encode() + body).hexdigest()[:32])
    answer.headers["Cache-Control"] = PRIVATE
    answer.vary.add("Authorization")
    answer.make_conditional(request)
    return answer


def _problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    said = documents.problem_json(status, status.phrase, detail)
    return Response(json.dumps(said), status=status, content_type=PROBLEM, headers=headers)


def _holder() -> Holder:
    bearer = current_bearer()
    if bearer is None:
        # The gate let nobody in: whoever forgot it finds the view closed.
        raise NotFound
    return bearer.signed_in


def _filters() -> Filters:
    chosen = request.args.getlist
    return Filters(
        countries=chosen("country"),
        topics=chosen("topic"),
        kinds=chosen("kind"),
        severities=chosen("severity"),
    )


def _limit() -> int:
    given = request.args.get("limit", str(USUAL))
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(MOST))):
        raise RuleBroken(f"The limit is a number from 1 to {MOST}.")
    return min(max(int(given), 1), MOST)
