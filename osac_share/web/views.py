"""Addresses that belong to no feature: health and the security contact."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response
from sqlalchemy import text

from osac_share.kernel import clock
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("web", __name__)

VALID_FOR = timedelta(days=180)
"""How long a fetched security.txt may be relied on (RFC 9116 advises less than a year)."""


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Answer that the process is alive."""
    return _plain("ok\n")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Answer that the database can be read; otherwise the error page says 503."""
    current_session().execute(text("SELECT 1"))
    return _plain("ready\n")


@blueprint.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """Name the contact for security problems (RFC 9116)."""
    settings = current_settings()
    return _plain(
        f"Contact: mailto:{settings.site.contact}\n"
        f"Expires: {clock.now() + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Canonical: {settings.public.url}/.well-known/security.txt\n"
        "Preferred-Languages: en\n"
    )


def _plain(body: str) -> Response:
    return Response(body, mimetype="text/plain", headers={"Cache-Control": "no-store"})
