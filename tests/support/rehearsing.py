"""What a preview shows, beside what really goes out: mail, feed entry and short message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.reports import actions
from osac_share.reports.documents.short_text import sms_text
from osac_share.reports.models import Contents
from osac_share.reports.queries import get_draft
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from osac_share.taxonomy import queries as taxonomy
from osac_share.worker import Worker
from tests.support.factories import NARROWED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.settings import Settings
    from tests.support.pages import Visitor

# What differs from reader to reader: the addresses by which a reader acts, and the reason.
_OWN_LINK = re.compile(r"/(?:unsubscribe|acknowledge)/[\w.-]+")
_OWN_REASON = re.compile(r"You get this because [^.<]*\.")

KINDS = ("alert", "evacuation_notice", "situation_report", "analysis", "announcement")
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT")
SEVERITIES = ("emergency", "security", "routine")


@dataclass(frozen=True)
class Shape:
    """What is published in one comparison."""

    kind: str
    marking: str
    severity: str
    is_exercise: bool = False


def shapes() -> Iterator[Shape]:
    """Yield every kind with every marking, severities by turns, and some exercises."""
    for number, (kind, marking) in enumerate(product(KINDS, MARKINGS)):
        severity = SEVERITIES[number % len(SEVERITIES)]
        yield Shape(kind, marking, severity)
        if number % 3 == 0:
            yield Shape(kind, marking, severity, is_exercise=True)


@dataclass
class Stage:
    """An installation with a chair who subscribed to their own country, on a stopped clock."""

    session: Session
    engine: Engine
    settings: Settings
    council: Council
    chair: Actor
    visitor: Visitor

    def subscribe(self) -> None:
        """Let the chair hear of everything in the country."""
        with transaction(self.session):
            subscribe(self.session, Wish(places=["KE"]), by=self.chair, at=clock.now())

    def differences(self, shape: Shape) -> list[str]:
        """Publish one report; return which of its channels differ from what was previewed."""
        address = self._draft(shape)
        page = self.visitor.open(f"/reports/{address}/preview/mail")
        assert page.status == 200, page.text
        shown = [one.text_content() for one in page.root.xpath("//pre")]
        shown_html = _get(self.visitor.client, f"/reports/{address}/preview/mail/html")
        report_words = self._publish(address)
        with Worker(self.settings, self.engine) as worker:
            worker.drain()
        folder = self.settings.data.dir / "outbox"
        sent = read_outbox(folder, self.chair.email, limit=1)[0]
        feed = _get(self.visitor.client, "/feeds/reports.atom?past=the-doorstep")
        found = {
            "subject": page.root.xpath("string(//h2[1])") == f"Mail: {sent.subject}",
            "mail as text": _common(shown[0]) == _common(sent.text),
            "mail as HTML": _common(shown_html) == _common(sent.html or ""),
            "short message": shown[-1] == report_words,
            "feed": (shown[1] in feed) if len(shown) == 3 else shape.marking != "CLEAR",
        }
        return [channel for channel, is_equal in found.items() if not is_equal]

    def _draft(self, shape: Shape) -> str:
        kind = taxonomy.kind(shape.kind)
        contents = Contents(
            title=f"Nairobi (Kenya), {kind.label.lower()} & <more>",
            sections=[
                {"heading": one.heading, "body": f"- **Words** of “{one.heading}” & <b>more</b>."}
                for one in kind.sections
            ],
            severity=shape.severity,
            marking=shape.marking,
            places=[("KE", "Nairobi"), ("KE", "Kisumu")],
            topics=["civil-unrest"],
            alert_kind="demonstration" if shape.kind == "alert" else None,
            expires_at=clock.now() + timedelta(days=kind.expiry.default_days)
            if kind.expiry
            else None,
            narrowed_because=NARROWED,
        )
        with transaction(self.session):
            report, draft = actions.begin(
                self.session,
                kind=shape.kind,
                council=self.council,
                by=self.chair,
                at=clock.now(),
                is_exercise=shape.is_exercise,
            )
            actions.revise(self.session, report, draft, contents, by=self.chair, at=clock.now())
            return report.public_id

    def _publish(self, address: str) -> str:
        with transaction(self.session):
            report, draft = get_draft(self.session, address, self.chair.standing, to_change=True)
            actions.publish(self.session, report, draft, by=self.chair, at=clock.now())
            return sms_text(report, draft, f"{self.settings.public.url}/reports/{address}")


def _common(words: str) -> str:
    return _OWN_REASON.sub("", _OWN_LINK.sub("", words)).replace("\r\n", "\n")


def _get(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)
