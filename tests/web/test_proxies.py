"""Where people come from: only what the proxies that are ours say of it counts (ASVS 4.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import UserSession
from osac_share.app import create_app
from osac_share.settings import load_settings
from tests.support.factories import PASSPHRASE
from tests.support.pages import Document

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast

pytestmark = pytest.mark.one_database

PROXY, CLIENT, FORGED = "10.0.0.1", "203.0.113.9", "198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        ("0", CLIENT, PROXY),
        ("1", CLIENT, CLIENT),
        ("1", f"{FORGED}, {CLIENT}", CLIENT),
        ("2", f"{FORGED}, {CLIENT}, {PROXY}", CLIENT),
        ("1", None, PROXY),
    ],
)
def test_address_is_what_the_nearest_of_our_proxies_saw(
    environment: dict[str, str],
    engine: Engine,
    cast: Cast,
    session: Session,
    proxies: str,
    forwarded: str | None,
    seen: str,
) -> None:
    app = create_app(load_settings(environment | {"OSAC_WEB_PROXIES": proxies}), engine)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = PROXY
    typed = Document(client.get("/login")).form_to("/login")
    typed |= {"email": [cast.dora.email], "password": [PASSPHRASE]}
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    headers |= {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = client.post("/login", data=typed, headers=headers)
    assert answer.location == "/"
    session.rollback()
    assert session.scalars(select(UserSession.address)).one() == seen
