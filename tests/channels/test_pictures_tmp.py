from datetime import UTC, datetime
from dataclasses import replace
import pytest
from osac_share.channels import actions
from osac_share.channels.models import SMS, WEBHOOK, CHAT, BROWSER
from osac_share.channels.policy import Contents
from osac_share.kernel.db import transaction
from tests.channels.test_notifying import publish
from tests.support.factories import PASSPHRASE

@pytest.fixture
def at():
    return datetime.now(UTC)

def test_pictures(page, desk, live_server):
    for width in (320, 1280):
        pass
    desk.subscribe("dora", WEBHOOK)
    desk.endpoint(desk.cast.amara)
    desk.endpoint(desk.cast.amara, SMS, Contents("+254700000001", on_sheets=True))
    desk.endpoint(desk.cast.dora, SMS, Contents("+254700000002", on_sheets=True))
    with transaction(desk.session):
        actions.add(desk.session, desk.cast.amara.id, CHAT, "Security room", Contents("https://hooks.slack.com/services/T/A/x"), key=desk.key, by=(1, "x"), at=desk.at)
    desk.subscribe("amara", WEBHOOK)
    e1 = publish(desk)
    desk.notify()
    desk.receiver.status = 500
    edition = publish(desk, severity="emergency", title="Nairobi: shots at the central market, stay inside")
    desk.notify()
    page.goto("/login")
    page.fill("[name=email]", desk.cast.amara.email)
    page.fill("[name=password]", PASSPHRASE)
    page.click("main button")
    page.wait_for_load_state()
    rid = edition.report.public_id
    hook = [p for p in [None]]
    from osac_share.channels.queries import find_living
    hook = find_living(desk.session, desk.cast.amara.id, WEBHOOK).public_id
    for name, path in {"index": "/channels", "add": "/channels/new/sms", "sent": f"/channels/{hook}/sent", "calls": f"/reports/{rid}/calls"}.items():
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            page.screenshot(path=f"/tmp/pic_{name}_{width}.png", full_page=True)
    for kind in ("calls", "fax"):
        got = page.request.get(f"/reports/{rid}/{kind}.pdf")
        open(f"/tmp/{kind}.pdf", "wb").write(got.body())
