"""Browsers: they alone read what comes, and what their push service disowns has ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key
from sqlalchemy import select

from osac_share.channels.models import BROWSER
from osac_share.channels.policy import Contents
from osac_share.delivery.models import Acknowledgement
from osac_share.kernel import webpush
from tests.support.push import decrypt

if TYPE_CHECKING:
    from tests.channels.conftest import Desk
    from tests.support.pages import Visitor

KEY = generate_private_key(webpush.CURVE)
AUTH = bytes(range(16))


def browser_at(desk: Desk) -> Contents:
    """Return what a browser gives whose push service is the receiver."""
    return Contents(
        desk.receiver.at("/push/abc"),
        browser=webpush.written(webpush.public_point(KEY)),
        auth=webpush.written(AUTH),
    )


def test_browser_alone_reads_marking_severity_and_title(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora, BROWSER, browser_at(desk))
    desk.subscribe("dora", BROWSER)
    edition = desk.publish()
    desk.notify()
    (posted,) = desk.receiver.posted
    assert posted.headers["content-encoding"] == "aes128gcm"
    assert posted.headers["authorization"].startswith("vapid t=")
    assert (posted.headers["ttl"], posted.headers["urgency"]) == ("86400", "normal")
    assert b"march" not in posted.body
    said = json.loads(decrypt(posted.body, KEY, AUTH))
    assert said == {
        "title": "TLP:GREEN Security",
        "body": f"Demonstration Alert: {edition.title}",
        "tag": edition.report.public_id,
        "url": f"http://share.example.org/reports/{edition.report.public_id}",
        "acknowledge": "",
    }
    assert desk.rows(BROWSER)[0].state == "accepted"


def test_notification_of_an_emergency_leads_to_its_receipt(desk: Desk, visitor: Visitor) -> None:
    desk.endpoint(desk.cast.dora, BROWSER, browser_at(desk))
    desk.subscribe("dora", BROWSER)
    edition = desk.publish(severity="emergency")
    desk.notify()
    said = json.loads(decrypt(desk.receiver.posted[0].body, KEY, AUTH))
    path = said["acknowledge"].removeprefix("http://share.example.org")
    assert "Acknowledged" in visitor.submit(path).text
    desk.session.rollback()
    (answer,) = desk.session.scalars(select(Acknowledgement))
    assert (answer.edition_id, answer.person_id) == (edition.id, desk.cast.dora.id)


def test_withheld_report_says_only_that_it_waits_in_a_message_of_the_same_length(
    desk: Desk,
) -> None:
    desk.endpoint(desk.cast.dora, BROWSER, browser_at(desk))
    desk.subscribe("dora", BROWSER)
    desk.publish()
    desk.publish(marking="AMBER_STRICT", severity="emergency")
    desk.notify()
    sizes = {len(one.body) for one in desk.receiver.posted}
    said = [json.loads(decrypt(one.body, KEY, AUTH)) for one in desk.receiver.posted]
    assert len(sizes) == 1
    assert ("TLP:AMBER+STRICT", "A new report is waiting for you") in [
        (one["title"], one["body"]) for one in said
    ]


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_its_push_service_disowns_has_ended(desk: Desk, status: int) -> None:
    endpoint = desk.endpoint(desk.cast.dora, BROWSER, browser_at(desk))
    desk.subscribe("dora", BROWSER)
    desk.publish()
    desk.receiver.status = status
    desk.notify()
    assert (endpoint.ended_reason, endpoint.sealed) == ("gone", "")
    assert desk.rows(BROWSER)[0].state == "failed"


def test_push_service_that_is_busy_is_asked_again(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora, BROWSER, browser_at(desk))
    desk.subscribe("dora", BROWSER)
    desk.publish()
    desk.receiver.status = 429
    desk.notify()
    assert endpoint.ended_at is None
    assert desk.rows(BROWSER)[0].state == "waiting"
