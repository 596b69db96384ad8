from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.accounts.models import Membership
from osac_share.councils.actions import renew_clearance
from osac_share.councils.models import Seat
from osac_share.kernel.db import transaction
from osac_share.tokens import actions
from osac_share.tokens.models import OWNER
from tests.support.factories import Words, make_report
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller
    from werkzeug.test import TestResponse

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def reader(app: Flask) -> Client:
    """Return a feed reader before the whole application, its doorsteps included."""
    return Client(app)


def titles(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200
    return {item["title"] for item in (answer.json or {})["items"]}


@pytest.mark.parametrize(
    "path",
    [
        "{}.atom/x.css",
        "{}.atom/",
        "{}.css",
        "{}.atom;x.css",
        "{}.atom%2Fx.css",
        "{}.atom%00.css",
        "{}/",
        "{}",
        "x/{}.atom",
    ],
)
@pytest.mark.one_database
def test_what_only_looks_like_a_feed_is_nothing_and_never_a_redirect(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime, path: str
) -> None:
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    for before in ("/feeds/private/", "//feeds/private/", "/feeds//private/"):
        answer = reader.get(before + path.format(shown))
        assert answer.status_code == 404
        assert shown not in answer.text + str(answer.headers)
        assert answer.headers["Cache-Control"] == "private, no-store"
    doubled = reader.get(f"/feeds//private/{shown}.atom")
    assert (doubled.status_code, shown in doubled.text) == (404, False)


@pytest.mark.one_database
def test_a_missing_or_wrong_token_is_asked_for_and_nobody_is_sent_to_the_login(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _feed, shown = make_feed_token(session, cast.dora, settings, at=at)
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    mistyped = shown[:-1] + ("a" if shown[-1] != "a" else "b")
    for key in ("nothing", mistyped, program, "x" * 300):
        answer = reader.get(f"/feeds/private/{key}.atom")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert key not in answer.text
    for header in (basic(mistyped), basic(program), basic(""), "Basic x", f"Bearer {shown}", "y"):
        for path in ("/feeds/reports.atom", "/feeds/countries/KE.rss"):
            answer = reader.get(path, headers={"Authorization": header})
            assert (header, answer.status_code) == (header, 401)
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_revoked_or_expired_token_is_gone(
    reader: Client,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    clock: Traveller,
) -> None:
    revoked, shown = make_feed_token(session, cast.dora, settings, at=at)
    _running, expiring = make_feed_token(session, cast.dora, settings, at=at)
    with transaction(session):
        actions.revoke(session, revoked, because=OWNER, by=(cast.dora.id, "Dora"), at=at)
    assert reader.get(f"/feeds/private/{shown}.atom").status_code == 410
    header = {"Authorization": basic(shown)}
    assert reader.get("/feeds/reports.atom", headers=header).status_code == 410
    assert reader.get(f"/feeds/private/{expiring}.atom").status_code == 200
    clock.shift(timedelta(days=365))
    assert reader.get(f"/feeds/private/{expiring}.atom").status_code == 410


def test_a_suspended_or_departed_member_reads_nothing_from_the_next_poll_on(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_feed_token(session, cast.ben, settings, at=at)
    path = f"/feeds/private/{shown}.atom"
    tag = reader.get(path).headers["ETag"]
    known = {"If-None-Match": tag}
    with transaction(session):
        cast.ben.suspended_at = at
    assert reader.get(path, headers=known).status_code == 401
    with transaction(session):
        cast.ben.suspended_at = None
    assert reader.get(path, headers=known).status_code == 304
    _other, gus = make_feed_token(session, cast.gus, settings, at=at)
    with transaction(session):
        cast.gus.staff_roles = []
        for held in session.query(Membership).filter_by(person_id=cast.gus.id):
            held.ended_at = at
        renew_clearance(session, cast.gus.id, at=at)
    assert reader.get(f"/feeds/private/{gus}.atom").status_code == 401


def test_what_an_owner_may_see_no_longer_is_gone_with_the_next_poll(
    reader: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER"), at=at
        )
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    path = f"/feeds/private/{shown}.json"
    first = reader.get(path)
    assert len(titles(first)) == 1
    (seat,) = [one for one in _seats(session, cast) if one.person_id == cast.dora.id]
    with transaction(session):
        seat.ended_at = at
    again = reader.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert titles(again) == set()


def _seats(session: Session, cast: Cast) -> list[Seat]:
    return list(session.query(Seat).filter_by(council_id=cast.kenya.id))
