"""What went wrong, told to programs (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request

from osac_share.api.documents.problems import (
    KINDS,
    MEDIA_TYPE,
    KeyUsed,
    Kind,
    Mistaken,
    NotAsDescribed,
    NotJson,
    Overtaken,
    Unread,
    kind_of,
    problem_json,
)
from osac_share.api.views.blueprint import blueprint
from osac_share.kernel.errors import NotAllowed, NotFound, Refusal, TooMany
from osac_share.tokens.login import TokenRefused
from osac_share.web.headers import PRIVATE
from osac_share.web.sessions import current_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from osac_share.api.documents.problems import Error

_SLUGS: dict[type[Refusal], str] = {
    KeyUsed: "key-used",
    Mistaken: "mistaken",
    NotAllowed: "not-allowed",
    NotAsDescribed: "not-as-described",
    NotFound: "nothing-here",
    NotJson: "not-json",
    Overtaken: "changed-meanwhile",
    Refusal: "against-a-rule",
    Unread: "which-version",
}

_PASSED_ON = ("Retry-After", "Allow")


@blueprint.errorhandler(Refusal)
def _refuse(refusal: Refusal) -> Response:
    errors = refusal.errors if isinstance(refusal, NotAsDescribed) else None
    slug = next(_SLUGS[one] for one in type(refusal).__mro__ if one in _SLUGS)
    return _problem(KINDS[slug], refusal.message, errors=errors)


@blueprint.errorhandler(TooMany)
def _slow_down(refusal: TooMany) -> Response:
    return _problem(KINDS["too-many"], refusal.message, {"Retry-After": str(refusal.seconds)})


@blueprint.errorhandler(TokenRefused)
def _turn_away(refusal: TokenRefused) -> Response:
    is_known = refusal.status == HTTPStatus.FORBIDDEN
    kind = KINDS["other-scope"] if is_known else kind_of(refusal.status)
    return _problem(kind, refusal.words, refusal.headers)


@blueprint.after_app_request
def _speak_plainly(response: Response) -> Response:
    # Whatever else went wrong has a page for people; programs get its status in their own way.
    if not request.path.startswith("/api/") or response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    if response.mimetype == MEDIA_TYPE:
        return response
    kind = kind_of(HTTPStatus(response.status_code))
    kept = {name: response.headers[name] for name in _PASSED_ON if name in response.headers}
    return _problem(kind, f"{kind.title}.", kept)


def _problem(
    kind: Kind,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Error] | None = None,
) -> Response:
    said = problem_json(kind, detail, current_settings().public.url, errors)
    answer = Response(
        json.dumps(said), status=kind.status, content_type=MEDIA_TYPE, headers=headers
    )
    answer.headers["Cache-Control"] = PRIVATE
    return answer
