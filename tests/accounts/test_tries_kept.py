"""What is kept of tries, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from osac_share.promises import forget_old_tries
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session


def test_old_tries_are_forgotten_and_young_ones_kept(
    tries: Callable[..., bool], session: Session, at: datetime
) -> None:
    assert tries()
    assert tries(after=timedelta(hours=23))
    assert forget_old_tries(session, at + timedelta(hours=25)) == 1
    assert session.scalar(text("SELECT count(*) FROM attempt")) == 1


def test_what_was_typed_as_an_address_is_not_kept(
    tries: Callable[..., bool], session: Session
) -> None:
    assert tries(account=PASSPHRASE)
    (row,) = session.execute(text("SELECT * FROM attempt")).mappings()
    assert PASSPHRASE not in str(dict(row))
