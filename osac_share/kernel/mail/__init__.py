"""Mail: messages prepared once and addressed many times, and the ways to send them.

The one place of the application that speaks SMTP.
"""

from __future__ import annotations

from osac_share.kernel.mail.connection import SmtpServer
from osac_share.kernel.mail.dkim import Signer, SigningMailer, open_signer
from osac_share.kernel.mail.envelopes import Answer, Envelope, Mailer
from osac_share.kernel.mail.folder import (
    OutboxMailer,
    SavedMail,
    find_in_outbox,
    opened,
    read_outbox,
)
from osac_share.kernel.mail.headers import clean_address, clean_header
from osac_share.kernel.mail.opening import open_mailer
from osac_share.kernel.mail.prepared import Message, PreparedMessage, slot
from osac_share.kernel.mail.smtp import SmtpMailer

__all__ = [
    "Answer",
    "Envelope",
    "Mailer",
    "Message",
    "OutboxMailer",
    "PreparedMessage",
    "SavedMail",
    "Signer",
    "SigningMailer",
    "SmtpMailer",
    "SmtpServer",
    "clean_address",
    "clean_header",
    "find_in_outbox",
    "open_mailer",
    "open_signer",
    "opened",
    "read_outbox",
    "slot",
]
