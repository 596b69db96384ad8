"""What mail systems send back, as they write it."""

from __future__ import annotations

READER = "reader@example.org"


def report(status: str, diagnostic: str = "smtp; no such user", **said: str) -> bytes:
    """Return a report on delivery as a mail system writes one (RFC 3464)."""
    return f"""\
From: MAILER-DAEMON@mail.example.net
To: {said.get("to", "bounces@example.org")}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; {READER}
Action: {said.get("action", "failed")}
Status: {status}
Diagnostic-Code: {diagnostic}

--b
Content-Type: {said.get("quotes", "message/rfc822")}

Return-Path: <{said.get("sender", "")}>
Message-ID: {said.get("message_id", "<x@example.org>")}
Subject: [TLP:GREEN] an alert

--b--
""".encode()


def complaint(sender: str) -> bytes:
    """Return a report of abuse as a mail system writes one (RFC 5965)."""
    return f"""\
From: abuse@mail.example.net
To: bounces@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

A reader pressed a button.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1.0
Version: 1

--b
Content-Type: text/rfc822-headers

Return-Path: <{sender}>
Subject: [TLP:GREEN] an alert

--b--
""".encode()
