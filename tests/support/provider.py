"""A little provider of OpenID Connect on the loopback, honest until a test makes it lie."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel import clock
from tests.support.factors import is_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from tests.support.pages import Document, Visitor

CLIENT, SECRET = "osac share", "made up: for tests+only"
RSA = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})

DISCOVERY = "/.well-known/openid-configuration"
NOT_PROVED = "did not say who you are"
NOT_LINKED = "does not open an account here"
STALE = "Try again."

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class IdentityProvider:
    """A provider, who sits there, and what is wrong with it.

    Attributes:
        issuer: its address, and its name.
        subject: who is signed in there.
        claims: what its tokens say otherwise; None leaves a claim out.
        key: with what it signs, and how.
        published: the keys that it shows.
        described: what its discovery document says otherwise.
        spoiled: what becomes of a token before it is given away.
        broken: paths that answer something else.
        asked: the paths that were asked for.

    """

    issuer: str
    subject: str = "248289761001"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | ECKey = field(default_factory=lambda: RSA)
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [RSA, EC])
    described: dict[str, Any] = field(default_factory=dict)
    spoiled: Callable[[str], str] = str
    broken: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, path: str, query: dict[str, str]) -> Answer:
        """Answer what is asked for."""
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]
        if path == DISCOVERY:
            return _said(self.description())
        if path == "/jwks":
            return _said({"keys": [key.as_dict(private=False) for key in self.published]})
        if path == "/authorize":
            return 303, {"Location": self.authorize(query)}, b""
        return 404, {}, b""

    def post(self, path: str, form: dict[str, str], authorization: str | None) -> Answer:
        """Give a token for a code, once, to whoever asked for the code."""
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != _basic() or form["redirect_uri"] != asked["back"]:
            return _said({"error": "invalid_grant"}, 400)
        if _challenge(form["code_verifier"]) != asked["code_challenge"]:
            return _said({"error": "invalid_grant"}, 400)
        return _said({"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)})

    def description(self) -> dict[str, Any]:
        """Return what it says of itself."""
        endpoints = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=a%20b",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        return endpoints | self.described

    def authorize(self, query: dict[str, str]) -> str:
        """Return where a browser goes back to, with a code for whoever sits there."""
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert (query["scope"], query["client_id"]) == ("openid", CLIENT)
        assert query["tenant"] == "a b"
        code = token_hex(8)
        self.codes[code] = query | {"back": query["redirect_uri"], "sub": self.subject}
        back = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, asked: dict[str, str]) -> str:
        """Return an ID token."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.claims
        said = {name: value for name, value in claims.items() if value is not None}
        return self.spoiled(signed(said, self.key))


def signed(claims: dict[str, Any], key: RSAKey | ECKey) -> str:
    """Return claims signed as keys of this kind do it."""
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key)


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """Run a provider on a free port of the loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
        server.RequestHandlerClass = partial(_Handler, provider)
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def settings_for(provider: IdentityProvider) -> dict[str, str]:
    """Return the variables of an installation that uses a provider."""
    return {
        "OSAC_SSO_ISSUER": provider.issuer,
        "OSAC_SSO_CLIENT_ID": CLIENT,
        "OSAC_SSO_CLIENT_SECRET": SECRET,
        "OSAC_SSO_LABEL": "the Department's sign-in",
    }


def leave(visitor: Visitor, page: str = "/login", to: str = "/login/sso") -> str:
    """Press the button on a page, and return the address at the provider."""
    left = press(visitor, page, to)
    assert left.status == 200
    address = left.links()["Go on"]
    assert left.response.headers["Refresh"] == f"0; url={address}"
    return address


def press(visitor: Visitor, page: str, to: str) -> Document:
    """Press the button on a page, with all that its form's address says."""
    shown = visitor.open(page)
    (address,) = {form.action for form in shown.root.forms if str(form.action).startswith(to)}
    return type(shown)(visitor.client.post(address, data=shown.form_to(to)))


def pass_by(address: str) -> str:
    """Sign in at the provider, and return the path that it sends the browser back to."""
    parts = urlsplit(address)
    line = HTTPConnection(parts.netloc, timeout=10)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    back = urlsplit(answer.headers["Location"])
    line.close()
    assert back.netloc == "share.example.org"
    return f"{back.path}?{back.query}"


def sign_on(visitor: Visitor, page: str = "/login") -> Document:
    """Sign in by the provider, and return what the site answers."""
    return visitor.open(pass_by(leave(visitor, page)))


def link(visitor: Visitor) -> Document:
    """Link whoever sits at the provider, and return the page on which that ends."""
    answer = visitor.open(pass_by(leave(visitor, "/account/sso", "/account/sso/link")))
    assert answer.response.location == "/account/sso"
    return visitor.open("/account/sso")


def refused(visitor: Visitor, answer: Document) -> str:
    """Return the words with which somebody was turned back to the log-in page."""
    assert answer.response.location == "/login"
    assert not is_in(visitor)
    return visitor.open("/login").texts("//div[contains(@class, 'notice--error')]")[0]


def acts(session: Session, *beginnings: str) -> list[tuple[str, str | None]]:
    """Return what the record says was done, and by which method."""
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [
        (one.action, one.detail.get("method"))
        for one in entries
        if one.action.startswith(beginnings)
    ]


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, provider: IdentityProvider, *arguments: Any) -> None:  # noqa: ANN401
        self.provider = provider
        super().__init__(*arguments)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._answer(self.provider.get(parts.path, _fields(parts.query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = self.headers.get("Authorization")
        self._answer(self.provider.post(self.path, _fields(body), given))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def _answer(self, answer: Answer) -> None:
        status, headers, body = answer
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _said(what: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(what).encode()


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _basic() -> str:
    return "Basic " + b64encode(urlencode({CLIENT: SECRET}).replace("=", ":").encode()).decode()
