"""How many an author is told will hear of a draft at once, and how many in a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.delivery.queries import news_of
from osac_share.kernel.db import transaction
from osac_share.subscriptions.models import AT_ONCE, WEEKLY
from osac_share.subscriptions.queries import forecast
from tests.support.alerting import Alert, Newsroom
from tests.support.digesting import reader

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@pytest.mark.parametrize(("severity", "in_digest"), [("security", 2), ("emergency", 0)])
def test_forecast_tells_digests_from_mail_at_once(
    session: Session, at: datetime, severity: str, in_digest: int
) -> None:
    with transaction(session):
        newsroom = Newsroom(session, at)
        for name, frequency in (("a", AT_ONCE), ("b", "daily"), ("c", WEEKLY)):
            reader(newsroom, f"{name}@example.org", frequency=frequency)
        edition = newsroom.publish(Alert(severity=severity))
        found = forecast(session, news_of(session, edition))
    assert (found.people, found.in_digest) == (3, in_digest)
