"""Fixtures: a record with a few entries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.audit.actions import SYSTEM, record
from osac_share.kernel.db import transaction
from tests.support.factories import MOMENT
from tests.support.tampering import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Act = Callable[[int], None]


@pytest.fixture
def act(session: Session) -> Act:
    """Return a way to do so many acts, each in a transaction, a second after the other."""

    def do(times: int) -> None:
        for number in range(times):
            with transaction(session):
                record(
                    session,
                    "report.publish",
                    by=(7, "Amara Chair"),
                    at=MOMENT + timedelta(seconds=number),
                    object_kind="report",
                    object_id=f"public-id-{number}",
                    address="192.0.2.7",
                    audience=["members", "staff"],
                    edition=number,
                )

    return do


@pytest.fixture
def written(act: Act, session: Session) -> None:
    """Write a few entries, the first of them by the house itself."""
    with transaction(session):
        record(session, "a.b", by=SYSTEM, at=MOMENT, object_kind="house", object_id="itself")
    act(WRITTEN - 1)
