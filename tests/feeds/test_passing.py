"""Who polls a private feed for which nothing has changed is answered before Flask is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.accounts.actions import suspend
from osac_share.feeds.documents import FORMATS
from osac_share.feeds.views import PrivateDoorstep
from osac_share.kernel.db import transaction
from osac_share.tokens.actions import revoke_all
from tests.feeds.reading import without_doorstep
from tests.support.factories import Words, make_report
from tests.support.tokens import make_feed_token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")

THROUGH = "418 Through"


class Room:
    """A member's feed, and two readers of it: one at the doorstep, one behind it."""

    def __init__(self, app: Flask, token: str) -> None:
        self.token = token
        self.behind = Client(without_doorstep(app))
        self.passing = Client(PrivateDoorstep(_through, app, app.extensions["osac_sessions"]))

    def path(self, kind: str = "atom") -> str:
        """Return the address of the feed."""
        return f"/feeds/private/{self.token}.{kind}"

    def tag(self, kind: str = "atom") -> str:
        """Return by what the feed, as it is now, is recognized."""
        answer = self.behind.get(self.path(kind))
        assert answer.status_code == 200
        return answer.headers["ETag"]

    def is_answered(self, tag: str, kind: str = "atom", **headers: str) -> bool:
        """Tell whether a poll with this tag is answered without the application."""
        asked = {"If-None-Match": tag, **headers}
        return self.passing.get(self.path(kind), headers=asked).status_code == 304


def _through(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response(THROUGH, [])
    return ()


@pytest.fixture
def room(app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime) -> Room:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
    return Room(app, make_feed_token(session, cast.dora, settings, at=at)[1])


@pytest.mark.parametrize("kind", FORMATS)
def test_the_answer_is_that_of_the_application(room: Room, kind: str) -> None:
    asked = {"If-None-Match": room.tag(kind)}
    here = room.passing.get(room.path(kind), headers=asked)
    there = room.behind.get(room.path(kind), headers=asked)
    assert (here.status_code, here.data) == (there.status_code, there.data) == (304, b"")
    assert dict(here.headers) == dict(there.headers)


def test_whoever_has_something_else_goes_through(room: Room) -> None:
    tag = room.tag()
    assert room.is_answered(f'"another", W/{tag}')
    assert not room.is_answered('"another"')
    assert not room.is_answered(room.tag("rss"))
    assert not room.is_answered(tag, Authorization="Basic Og==")
    assert room.passing.get(room.path()).status == THROUGH
    assert room.passing.get(f"{room.path()}?x=1", headers={"If-None-Match": tag}).status == THROUGH
    assert room.passing.post(room.path(), headers={"If-None-Match": tag}).status == THROUGH


def test_nothing_is_answered_any_more_once_something_has_changed(
    room: Room, session: Session, cast: Cast, at: datetime
) -> None:
    tag = room.tag()
    with transaction(session):
        make_report(
            session, cast.nigeria, by=cast.actors["chidi"], at=at, words=Words(marking="AMBER")
        )
    assert room.is_answered(tag)
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
    assert not room.is_answered(tag)


@pytest.mark.parametrize("how", ["revoked", "suspended"])
def test_whoever_lost_the_right_to_read_goes_through_and_is_refused(
    room: Room, session: Session, cast: Cast, at: datetime, how: str
) -> None:
    tag, whose = room.tag(), (cast.dora.id, cast.dora.name)
    with transaction(session):
        if how == "revoked":
            revoke_all(session, cast.dora.id, because="lost", by=whose, at=at)
        else:
            suspend(session, cast.dora, because="left", by=whose, at=at)
    assert not room.is_answered(tag)
    answer = room.behind.get(room.path(), headers={"If-None-Match": tag})
    assert answer.status_code in {401, 410}
