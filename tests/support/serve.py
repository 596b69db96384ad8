"""Serve the application on a given socket, and say in each answer which run it is of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from osac_share.app import create_app
from osac_share.settings import load_settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Response

NONCE_HEADER = "X-Test-Run"


def serve(listening: socket.socket, environment: Mapping[str, str], nonce: str, log: Path) -> None:
    """Serve until the process is ended; what it says goes to `log`."""
    with log.open("wb") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    app = create_app(load_settings(environment))

    @app.after_request
    def add_nonce(response: Response) -> Response:
        response.headers[NONCE_HEADER] = nonce
        return response

    make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno()).serve_forever()
