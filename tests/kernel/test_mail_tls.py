"""Mail is handed to the server that the certificate names, or not at all."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as Received

from osac_share.kernel.mail import Answer, Envelope, SmtpMailer, SmtpServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOST = "127.0.0.1"
BODY = b"Subject: Alert\r\n\r\nAvoid the harbor.\r\n"

Security = Literal["starttls", "tls"]
BOTH = pytest.mark.parametrize("security", ["starttls", "tls"])


@dataclass
class Office:
    """Keeps what arrives, and who logged in."""

    taken: list[bytes] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 -- aiosmtpd looks for this name.
        self, _server: SMTP, _session: Session, received: Received
    ) -> str:
        assert isinstance(received.content, bytes)
        self.taken.append(received.content)
        return "250 kept"

    def authenticate(
        self, _server: SMTP, _session: Session, _received: Received, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.users.append(given.login)
        return AuthResult(success=given.password == b"secret", handled=False)


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate that signs itself, and its key, into one file."""
    both = folder / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=mail", "-addext", f"subjectAltName={name}"),
            *("-keyout", str(both), "-out", str(folder / "public.pem")),
        ],
        check=True,
        capture_output=True,
    )
    both.write_bytes(both.read_bytes() + (folder / "public.pem").read_bytes())
    return both


@contextmanager
def office(pem: Path, security: Security) -> Iterator[tuple[int, Office]]:
    """Run a mail server with this certificate; yield its port and what it keeps."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    kept = Office()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            kept,
            loop=loop,
            authenticator=kept.authenticate,
            auth_require_tls=security == "starttls",
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
        )

    # In a thread from the beginning: a browser test may have left a loop running in this one.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(
        listen(loop, protocol, context if security == "tls" else None), loop
    ).result()
    yield listening.sockets[0].getsockname()[1], kept
    asyncio.run_coroutine_threadsafe(close(listening), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def listen(
    loop: asyncio.AbstractEventLoop, protocol: Callable[[], SMTP], context: ssl.SSLContext | None
) -> asyncio.Server:
    return await loop.create_server(protocol, HOST, 0, ssl=context)


async def close(listening: asyncio.Server) -> None:
    listening.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def send(port: int, security: Security, password: str) -> Answer:
    server = SmtpServer(HOST, port, security, "desk", password)
    with SmtpMailer(server, timeout=10) as sending:
        (answer,) = sending.send(
            [Envelope("alerts@example.org", "ben@example.org", BODY, "<d1@example.org>")]
        )
    return answer


@BOTH
def test_a_server_with_a_trusted_certificate_gets_mail_and_log_in(
    security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    with office(pem, security) as (port, kept):
        answer = send(port, security, "secret")
    assert answer.accepted
    assert kept.users == [b"desk"]
    assert kept.taken == [BODY]


@BOTH
@pytest.mark.parametrize(
    ("name", "trusted"), [("DNS:other.example.org", "yes"), (f"IP:{HOST}", "")]
)
def test_a_certificate_of_another_name_or_of_nobody_ends_the_talk(
    security: Security, name: str, trusted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    with office(pem, security) as (port, kept):
        answer = send(port, security, "secret")
    assert not answer.accepted
    assert not answer.permanent
    assert "certificate" in answer.text.lower()
    assert (kept.users, kept.taken) == ([], [])


@BOTH
def test_a_wrong_password_is_ours_to_mend(
    security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    with office(pem, security) as (port, kept):
        answer = send(port, security, "wrong")
    assert (answer.accepted, answer.permanent, answer.code) == (False, False, 535)
    assert kept.taken == []
