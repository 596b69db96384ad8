"""The blueprint that every view of delivery belongs to, and the policy of pages that show mail."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("delivery", __name__)

MAIL_POLICY = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""The one exception to the strict policy: a mail carries its styles with it, so it is shown in
a frame that may run nothing, send nothing and load nothing."""
