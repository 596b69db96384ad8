"""The description of the API: for programs as OpenAPI, for people as a page."""

from __future__ import annotations

import json
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, render_template

from osac_share.api.documents.openapi import described
from osac_share.api.documents.paper import paper_of
from osac_share.api.documents.problems import KINDS
from osac_share.api.views.blueprint import blueprint
from osac_share.api.views.requests import is_known
from osac_share.api.views.serving import OPERATIONS
from osac_share.tokens.policy import SCOPES
from osac_share.web.access import public
from osac_share.web.sessions import current_settings

if TYPE_CHECKING:
    from typing import Any

    from flask.typing import ResponseReturnValue


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Answer the description of the API for programs (OpenAPI 3.1)."""
    body = json.dumps(_description(), indent=1).encode()
    tag = sha256(body).hexdigest()[:32]
    answer = Response(body, content_type="application/json")
    if is_known(tag):
        answer = Response(status=HTTPStatus.NOT_MODIFIED)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@blueprint.get("/api")
@public
def docs() -> ResponseReturnValue:
    """Show the description of the API to people, who may try it with a token of theirs."""
    return render_template(
        "api/docs.html",
        paper=paper_of(_description()),
        problems=KINDS.values(),
        scopes=SCOPES.items(),
        per_minute=current_settings().web.api_per_minute,
    )


def _description() -> dict[str, Any]:
    settings = current_settings()
    return described(OPERATIONS, settings.public.url, settings.site.name)
