"""What somebody loses is closed on the very next request, everywhere, and for mail on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.matrix.revoking import LOSSES, MAIL, revocations

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from osac_share.settings import Settings


def test_lost_right_is_gone_on_the_very_next_request_and_for_queued_mail(
    settings: Settings, engine: Engine
) -> None:
    found = list(revocations(settings, engine))
    assert {one.loss for one in found} == {loss.name for loss in LOSSES}
    assert sum(one.channel == MAIL for one in found) == 4
    assert [one for one in found if not one.was_open] == []
    assert [one for one in found if one.is_open] == []
    assert max(one.seconds for one in found) < 30
