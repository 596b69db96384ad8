"""The blueprint of TAXII: who gets in, what is understood, and how an answer is written."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from werkzeug.http import parse_options_header

from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.taxii.documents import TAXII, error_json
from osac_share.tokens.login import TokenRefused
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.access import by_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("taxii", __name__, url_prefix="/taxii2")


def at(rule: str, method: str = "GET") -> Callable[[Callable[..., ResponseReturnValue]], Any]:
    """Open an address below `/taxii2`, with or without its last slash: nobody is sent elsewhere."""
    return blueprint.route(rule, methods=[method], strict_slashes=False)


for_readers = by_token(READ_REPORTS, as_password=True)
"""Every view is for programs that may read reports."""

_TYPE = "application/taxii+json"
_RANGES = frozenset({_TYPE, "application/*", "*/*"})
_VERSION = "2.1"


def answer(said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer of TAXII."""
    return Response(json.dumps(said), content_type=TAXII, headers=headers)


def _error(status: HTTPStatus, words: str, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(error_json(status, words))
    return Response(body, status=status, content_type=TAXII, headers=headers)


@blueprint.before_request
def _must_be_understood() -> Response | None:
    accepted = request.accept_mimetypes
    if accepted and not any(_is_ours(one) for one, quality in accepted if quality > 0):
        return _error(HTTPStatus.NOT_ACCEPTABLE, f"Every answer is {TAXII}.")
    has_body = request.method not in {"GET", "HEAD", "DELETE"}
    if has_body and not _is_ours(request.headers.get("Content-Type", ""), exactly=True):
        return _error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Every request is {TAXII}.")
    return None


def _is_ours(media_type: str, *, exactly: bool = False) -> bool:
    kind, options = parse_options_header(media_type)
    known = {_TYPE} if exactly else _RANGES
    return kind.lower() in known and options.get("version", _VERSION) == _VERSION


@blueprint.errorhandler(TokenRefused)
def _refused(problem: TokenRefused) -> Response:
    return _error(problem.status, problem.words, problem.headers)


@blueprint.errorhandler(NotFound)
def _absent(problem: NotFound) -> Response:
    return _error(HTTPStatus.NOT_FOUND, problem.message)


@blueprint.errorhandler(NotAllowed)
def _forbidden(problem: NotAllowed) -> Response:
    return _error(HTTPStatus.FORBIDDEN, problem.message)


@blueprint.errorhandler(RuleBroken)
def _mistaken(problem: RuleBroken) -> Response:
    return _error(HTTPStatus.BAD_REQUEST, problem.message)


@blueprint.after_request
def _speak_plainly(response: Response) -> Response:
    # Whatever else went wrong has a page for people; clients get its status in their own way.
    if response.status_code >= HTTPStatus.BAD_REQUEST and response.mimetype != _TYPE:
        kept = {
            name: response.headers[name]
            for name in ("Retry-After", "Allow")
            if name in response.headers
        }
        return _error(HTTPStatus(response.status_code), "The request failed.", kept)
    return response
