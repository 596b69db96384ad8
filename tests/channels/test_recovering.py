"""A notifier takes up what another one left, and asks again why it would send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.channels.models import WEBHOOK
from osac_share.delivery.actions import claim
from osac_share.delivery.models import MAIL, Delivery
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import change
from osac_share.subscriptions.models import Subscription
from osac_share.subscriptions.policy import Wish

if TYPE_CHECKING:
    from tests.channels.conftest import Desk

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]


def test_notice_of_a_worker_that_died_is_sent_by_the_next_notifier(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with transaction(desk.session):
        assert claim(desk.session, at=desk.at, limit=5, by_mail=False)
    assert desk.notify(desk.at + timedelta(seconds=49)) == 0
    assert desk.notify(desk.at + timedelta(seconds=51)) == 1
    assert len(desk.receiver.posted) == 1


@pytest.mark.parametrize(
    "wish", [Wish(channels=(MAIL,)), Wish(channels=(MAIL, WEBHOOK), frequency="daily")]
)
def test_notice_is_not_sent_for_a_wish_that_asks_for_mail_or_for_a_digest(
    desk: Desk, wish: Wish
) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with transaction(desk.session):
        old = desk.session.scalars(select(Subscription)).one()
        change(desk.session, old, wish, by=desk.cast.actors["dora"], at=desk.at)
    desk.notify()
    state = select(Delivery.state).where(Delivery.channel == WEBHOOK)
    assert desk.session.scalars(state).one() == "skipped"
    assert desk.receiver.posted == []
