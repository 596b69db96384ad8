"""Serve the application on an inherited socket, and say in each answer which run it is of."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from osac_share.app import create_app
from osac_share.settings import load_settings
from tests.support.application import NONCE_HEADER, NONCE_VARIABLE

if TYPE_CHECKING:
    from flask import Response


def main(descriptor: int) -> None:
    """Serve until the process is ended."""
    app = create_app(load_settings())
    nonce = os.environ[NONCE_VARIABLE]

    @app.after_request
    def add_nonce(response: Response) -> Response:
        response.headers[NONCE_HEADER] = nonce
        return response

    make_server("127.0.0.1", 0, app, threaded=True, fd=descriptor).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
