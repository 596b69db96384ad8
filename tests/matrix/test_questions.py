"""The program's own questions and rules give what the oracle says, for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel import clock
from tests.support.databases import DATABASES
from tests.support.matrix.questions import differences
from tests.support.matrix.things import few
from tests.support.matrix.walking import furnish

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

pytestmark = pytest.mark.slow


def test_every_question_is_answered_as_the_oracle_says(
    settings: Settings, engine: Engine, session: Session
) -> None:
    stage = furnish(settings, engine, few())
    # Each database has every other kind of person.
    turn = DATABASES.index(engine.dialect.name)
    asked = dict(list(stage.accounts.items())[turn :: len(DATABASES)])
    stage = replace(stage, accounts=asked)
    assert list(differences(session, stage, at=clock.now())) == []
