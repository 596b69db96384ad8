"""What the tests of CAP share: a council's desk, and a visitor at its public addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.machines.desk import Desk

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast


@pytest.fixture
def desk(session: Session, cast: Cast, settings: Settings, clock: Traveller, at: datetime) -> Desk:
    """Return the desk of Kenya's council."""
    return Desk(session, cast.kenya, cast.actors["amara"], settings, at)
