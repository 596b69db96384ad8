"""The public halves of the keys that sign, for programs that check by themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response

from osac_share.cap.documents.keys import jwk_set
from osac_share.cap.queries import acknowledged
from osac_share.cap.views.blueprint import blueprint
from osac_share.web.access import public
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_KEEP = {"Cache-Control": "public, max-age=3600"}


@blueprint.get("/verify/certificates.pem")
@public
def certificates() -> ResponseReturnValue:
    """Answer the certificates whose signatures are genuine, the newest first, in PEM."""
    body = "".join(one.pem for one in acknowledged(current_session()))
    return Response(body, content_type="application/x-pem-file", headers=_KEEP)


@blueprint.get("/verify/keys.json")
@public
def keys() -> ResponseReturnValue:
    """Answer the same keys as a JWK Set (RFC 7517)."""
    body = json.dumps(jwk_set(one.pem for one in acknowledged(current_session())), indent=1)
    return Response(body + "\n", content_type="application/jwk-set+json", headers=_KEEP)
