"""Every secret there is, tried at every door there is: each opens its own and no other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.app import create_app
from osac_share.delivery.policy import subscription_named_by, unsubscribe_token
from osac_share.kernel.db import transaction
from osac_share.letters import actions as letters
from osac_share.letters.policy import PATHS, link_token
from osac_share.letters.queries import find_link
from osac_share.settings import load_settings
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from tests.support.factories import PASSPHRASE, actor_of
from tests.support.pages import Visitor
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)

Keys = dict[str, str]


@pytest.fixture
def keys(app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime) -> Keys:
    """Return one living secret of each kind, all of them Dora's."""
    secret, dora = settings.require_secret(), cast.dora
    with transaction(session):
        links = {
            purpose: letters.make_link(session, purpose, at=at, lasts=DAY, person_id=dora.id)
            for purpose in PATHS
        }
        wish = subscriptions.subscribe(
            session, Wish(places=["KE"], min_severity="security"), by=actor_of(session, dora), at=at
        )
    browser = Visitor(app.test_client())
    assert browser.sign_in(dora.email, PASSPHRASE).status == 303
    with browser.client.session_transaction() as cookie:
        begun = cookie["_user_id"]
    return {
        **{purpose: link_token(secret, link) for purpose, link in links.items()},
        "unsubscribe": unsubscribe_token(secret, wish.public_id),
        "feed": make_feed_token(session, dora, settings, at=at)[1],
        "program": make_api_token(session, dora, settings, at=at)[1],
        "session": begun,
    }


def opens(app: Flask, door: str, key: str) -> bool:
    """Tell whether a secret, shown at a door as that door wants it, is taken."""
    client = app.test_client()
    if door == "session":
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
        return client.get("/account").status_code == 200
    if door == "program":
        headers = {"Authorization": f"Bearer {key}"}
        return client.get("/api/v1/me", headers=headers).status_code == 200
    if door == "feed":
        by_address = client.get(f"/feeds/private/{key}.json").status_code == 200
        headers = {"Authorization": basic(key)}
        by_name = client.get("/feeds/reports.json", headers=headers).status_code == 200
        assert by_address == by_name
        return by_address
    path = "/unsubscribe/" if door == "unsubscribe" else PATHS[door]
    return client.get(path + key).status_code == 200


def test_each_secret_opens_its_own_door_and_no_other(app: Flask, keys: Keys) -> None:
    tried = {(kind, door): opens(app, door, key) for kind, key in keys.items() for door in keys}
    assert len(tried) == 81
    crossed = [pair for pair, taken in tried.items() if taken and pair[0] != pair[1]]
    assert crossed == []
    # What the others lead to is not there here: an application, somebody without an account.
    assert {kind for kind in keys if tried[kind, kind]} >= {
        *("feed", "program", "reset", "session", "unsubscribe"),
    }


def test_each_link_is_known_for_its_purpose_alone(
    session: Session, keys: Keys, settings: Settings, at: datetime
) -> None:
    secret = settings.require_secret()
    for kind, key in keys.items():
        known = {
            purpose for purpose in PATHS if find_link(session, key, purpose, secret=secret, at=at)
        }
        assert known == ({kind} & set(PATHS))
        assert (subscription_named_by(secret, key) is not None) == (kind == "unsubscribe")


def test_secrets_open_nothing_at_another_installation(
    app: Flask, environment: dict[str, str], engine: Engine, keys: Keys
) -> None:
    del keys["session"]  # It stands in no cookie that another key has signed.
    other = environment | {"OSAC_SECRET_KEY": "a key that only another installation knows"}
    elsewhere = create_app(load_settings(other), engine)
    assert opens(app, "reset", keys["reset"])
    assert not [kind for kind, key in keys.items() if opens(elsewhere, kind, key)]
