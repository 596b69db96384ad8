"""Which mailer an installation uses."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from osac_share.kernel.errors import Misconfigured
from osac_share.kernel.mail.connection import SmtpServer
from osac_share.kernel.mail.dkim import SigningMailer
from osac_share.kernel.mail.folder import OutboxMailer
from osac_share.kernel.mail.smtp import SmtpMailer

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.kernel.mail.dkim import Signer
    from osac_share.kernel.mail.envelopes import Mailer

_KINDS: dict[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_EXAMPLES = (
    "OSAC_MAIL_URL is not one of outbox:, smtp://host:25, "
    "smtp+starttls://user:password@host:587 or smtps://user:password@host:465."
)


def open_mailer(url: str, data_dir: Path, signer: Signer | None = None) -> Mailer:
    """Return the mailer that the setting `url` names; it signs what it sends by a signer.

    `outbox:` writes into the folder `outbox` of `data_dir`, `outbox:name` into another folder
    there or, if it begins with a slash, anywhere. `smtp://`, `smtp+starttls://` and
    `smtps://` send to a server; user name and password are percent-encoded.

    Raises:
        Misconfigured: the address cannot be read, or would send a password unencrypted.

    """
    mailer: Mailer
    if url.startswith("outbox:"):
        mailer = OutboxMailer(data_dir / (url.removeprefix("outbox:") or "outbox"))
    else:
        mailer = SmtpMailer(_server(url))
    return mailer if signer is None else SigningMailer(mailer, signer)


def _server(url: str) -> SmtpServer:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Misconfigured(_EXAMPLES) from None
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _KINDS or not host or beyond:
        raise Misconfigured(_EXAMPLES)
    security, usual_port = _KINDS[parts.scheme]
    if parts.username and security == "none" and not _is_this_machine(host):
        raise Misconfigured(
            "OSAC_MAIL_URL would send a password unencrypted; use smtps or smtp+starttls."
        )
    return SmtpServer(
        host=host,
        port=port or usual_port,
        security=security,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
