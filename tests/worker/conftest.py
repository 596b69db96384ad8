"""What tests of the worker share: a council, and workers on its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.alerting import Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.mailbox import SmtpServer


@pytest.fixture
def newsroom(session: Session, at: datetime, clock: time_machine.Traveller) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def worker(settings: Settings, engine: Engine) -> Iterator[Worker]:
    with Worker(settings, engine) as worker:
        yield worker


@pytest.fixture
def smtp_worker(
    environment: dict[str, str], engine: Engine, smtp_server: SmtpServer
) -> Iterator[Worker]:
    with Worker(load_settings(environment | {"OSAC_MAIL_URL": smtp_server.url}), engine) as worker:
        yield worker
