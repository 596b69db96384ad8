"""The script that a browser runs to show a notification, also when no page of ours is open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, current_app

from osac_share.channels.views.blueprint import blueprint
from osac_share.web.access import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SCRIPT = "js/push.js"


@blueprint.get("/push.js")
@public
def push_script() -> ResponseReturnValue:
    """Answer the script at the root of the site: a service worker serves what lies below it."""
    script = Path(current_app.static_folder or "") / SCRIPT
    return Response(
        script.read_bytes(),
        mimetype="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )
