"""The headers that every answer carries, pages, errors and files alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from flask import Flask, Response

    from osac_share.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

STRICT = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Headers of every answer; a view may set a stricter or a framed policy of its own first."""

PRIVATE = "private, no-store"
"""What caches are told of everything that does not say otherwise (RFC 9111). Flask names the
cookie in `Vary` whenever an answer looked at it."""

HSTS = "max-age=31536000; includeSubDomains"


def protect(app: Flask) -> None:
    """Add the headers to whatever `app` answers."""
    settings = cast("Settings", app.extensions["osac_settings"])
    app.after_request(partial(strengthen, is_secure=settings.public.is_secure))


def strengthen(response: Response, *, is_secure: bool) -> Response:
    """Add the headers to an answer, wherever it has none of that name.

    Args:
        response: the answer.
        is_secure: whether the site is reached by HTTPS.

    """
    given = {name.lower() for name, _value in response.headers}
    for name, value in STRICT.items():
        if name.lower() not in given:
            response.headers.add(name, value)
    if is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if "cache-control" not in given:
        response.headers.add("Cache-Control", PRIVATE)
    if response.headers["Cache-Control"].startswith("private"):
        response.headers.setdefault("X-Robots-Tag", "noindex, noarchive")
    return response
