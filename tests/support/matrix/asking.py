"""Asking the application in this process, as a browser with somebody's cookie does."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer
from pypdf import PdfReader

from tests.support.matrix.canaries import Seen, canaries_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from tests.support.matrix.people import Account

COOKIE = "osac"
HALF = "half_session"
"""Where the cookie of a browser holds the secret of a session that owes its second factor."""

_VOLATILE = re.compile(
    rb"reference <code>[^<]*|Content-Length: \d+"
    rb'|csrf_token[^>]* value="[^"]*"|content="Ij[^"]*"'
)
"""What differs from answer to answer by itself: references of failures, and form tokens."""


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def whole(self) -> bytes:
        """Return the bytes in which canaries are looked for, a PDF's words among them."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers).encode()
        # Calendars break their lines, within words, too.
        body = self._printed() if self.is_pdf else self.body.replace(b"\r\n ", b"")
        return head + b"\n\n" + body

    @property
    def is_pdf(self) -> bool:
        """Tell whether this is printed matter."""
        return self.body.startswith(b"%PDF")

    @property
    def seen(self) -> set[Seen]:
        """Return every canary that came back."""
        return canaries_in(self.whole)

    def without(self, ids: tuple[str, ...]) -> tuple[int, bytes]:
        """Return the status and everything else, without these ids and what is volatile."""
        whole = self.whole
        for one in ids:
            whole = whole.replace(one.encode(), b"")
        return self.status, _VOLATILE.sub(b"", whole)

    def _printed(self) -> bytes:
        pages = PdfReader(io.BytesIO(self.body)).pages
        # A word may be broken at the end of a line.
        return "".join(page.extract_text().replace("\n", "") for page in pages).encode()


class Asker:
    """Somebody with a browser that keeps nothing of what it is told."""

    def __init__(self, app: Flask, account: Account) -> None:
        """Sit down with the cookie of an account."""
        self._app: WSGIApplication = app
        self.who = account.who
        raw = hashlib.sha256(account.email.encode()).hexdigest()
        place = HALF if account.who.befell == "factor not shown" else "_user_id"
        said = {"csrf_token": raw}
        if account.secret:
            said |= {place: account.secret, "_fresh": "true"}
        self._cookie = _signed_cookie(app, said)
        self._api_token = account.api_token
        signer = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        self.form_token = str(signer.dumps(raw))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Open an address."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send a form with a token that is valid for this browser."""
        return self.act("POST", path, form)

    def act(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send a form as a browser does, or to the API as a program does."""
        return self.ask(method, path, {"csrf_token": self.form_token, **(form or {})})

    def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return all of the answer."""
        is_by_program = path.startswith("/api/") and method != "GET"
        sent = _said_to_the_api(method, path) if is_by_program else urlencode(form or {}).encode()
        form_type = "application/json" if is_by_program else "application/x-www-form-urlencoded"
        before, _, query = path.partition("?")
        environ: dict[str, object] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": before,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": f"{COOKIE}={self._cookie}",
            "CONTENT_TYPE": form_type if sent else "",
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if path.startswith(("/api/", "/taxii2/")):
            environ |= {"HTTP_AUTHORIZATION": f"Bearer {self._api_token}", "HTTP_IF_MATCH": "*"}
        environ |= {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in (headers or {}).items()
        }
        return self._call(environ)

    def _call(self, environ: dict[str, object]) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            started.append((status, headers))
            return None

        parts = self._app(environ, start)  # type: ignore[arg-type]  # What WSGI says of both.
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = started[-1]
        # What a token may still ask is another number each time.
        kept = tuple(one for one in headers if one[0] not in {"Set-Cookie", "RateLimit"})
        return Answer(int(status[:3]), kept, body)


SAID = {
    "acknowledgement": b'{"edition": 1}',
    "publish": b'{"because": "It cannot wait."}',
    "replacement": b"{}",
    "updates": b"{}",
}
"""What programs send to addresses that end so, so that nothing but rights stands in their way."""


def _said_to_the_api(method: str, path: str) -> bytes:
    return b"{}" if method == "PUT" else SAID.get(path.rpartition("/")[2], b"")


def _signed_cookie(app: Flask, said: Mapping[str, str]) -> str:
    interface = app.session_interface
    signer = interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps(dict(said)))
