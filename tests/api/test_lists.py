"""Lists are read on from where one stopped, narrowed, and refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from tests.support.factories import Words, make_report
from tests.support.programs import ask, problem, said
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.test import Client

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


def test_the_list_is_read_on_from_where_it_stopped_whatever_is_published_meanwhile(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        ids = [
            make_report(session, cast.kenya, by=amara, at=at + timedelta(minutes=number // 3))[0]
            for number in range(7)
        ]
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    seen: list[str] = []
    following: str | None = "/api/v1/reports?limit=2&country=KE"
    while following is not None:
        told = said(ask(program, shown, following.removeprefix("http://share.example.org")))
        seen += [one["id"] for one in told["reports"]]
        following = told["next"]
        assert following is None or "country=KE" in following
        with transaction(session):
            make_report(session, cast.kenya, by=amara, at=at + timedelta(hours=1))
    assert sorted(seen) == sorted(one.public_id for one in ids)
    assert len(set(seen)) == len(seen)


@pytest.mark.one_database
def test_the_list_is_narrowed_by_what_the_address_says(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        make_report(session, cast.kenya, by=amara, words=Words(title="March"), at=at)
        words = Words(title="Flood", topics=["health"], severity="emergency")
        make_report(session, cast.kenya, by=amara, words=words, at=at)
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    for query, expected in (
        ("country=KE", {"March", "Flood"}),
        ("country=NG", set()),
        ("topic=health", {"Flood"}),
        ("topic=health&topic=civil-unrest", {"March", "Flood"}),
        ("severity=emergency&kind=alert", {"Flood"}),
        ("kind=analysis", set()),
    ):
        told = said(ask(program, shown, f"/api/v1/reports?{query}"))
        assert {one["title"] for one in told["reports"]} == expected


@pytest.mark.parametrize(
    "query",
    [
        *("cursor=x", "cursor=", "cursor=%C3%A9", "cursor=MjAyNi0wMy0wMlQwOTozMDowMCBhYmM"),
        *("limit=-1", "limit=many", "limit=10000", "order=id"),
    ],
)
@pytest.mark.one_database
def test_a_mistaken_request_is_told_what_is_wrong(
    program: Client, session: Session, cast: Cast, settings: Settings, at: datetime, query: str
) -> None:
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    assert problem(ask(program, shown, f"/api/v1/reports?{query}"))[0] == 400
