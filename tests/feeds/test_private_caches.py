"""GitLab 2018: a shared cache whose key did not name the reader gave private files to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from osac_share.kernel.db import transaction
from tests.support.factories import PASSPHRASE, Words, make_report
from tests.support.pages import Visitor
from tests.support.tokens import basic, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

UNCHANGED = 304


class SharedCache:
    """A shared cache as RFC 9111 describes it (sections 3, 3.5 and 4.1), and no kinder.

    It keeps what it may, under the address and whatever `Vary` names, and asks again with the
    tag that it has.
    """

    def __init__(self, app: Flask) -> None:
        self._client = Client(app)
        self.kept: dict[str, list[tuple[dict[str, str], TestResponse]]] = {}

    def get(self, path: str, **headers: str) -> TestResponse:
        """Answer as a proxy between many readers and the site would."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        for asked, answer in self.kept.get(path, []):
            if all(asked.get(name) == named.get(name) for name in vary(answer)):
                return answer
        answer = self._client.get(path, headers=named)
        if self._may_keep(answer, named):
            self.kept.setdefault(path, []).append((named, answer))
        return answer

    def _may_keep(self, answer: TestResponse, asked: dict[str, str]) -> bool:
        control = answer.cache_control
        if control.no_store or control.private or answer.status_code != 200:
            return False
        if "Authorization" in asked:
            return bool(control.public or control.must_revalidate or control.s_maxage)
        return bool(control.public or control.max_age)


def vary(answer: TestResponse) -> list[str]:
    return [name.title() for name in answer.vary]


@pytest.fixture
def both(session: Session, cast: Cast, settings: Settings, at: datetime) -> tuple[str, str]:
    """Return the tokens of Dora and of Chidi for the feed of all reports."""
    with transaction(session):
        for title, marking in (("For everybody", "CLEAR"), ("For Kenya's members", "GREEN")):
            words = Words(title=title, marking=marking)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)
        amber = Words(title="For Nigeria's", marking="AMBER", places=[("NG", "Lagos")])
        make_report(session, cast.nigeria, by=cast.actors["chidi"], words=amber, at=at)
    shown = [make_feed_token(session, one, settings, at=at)[1] for one in (cast.dora, cast.chidi)]
    return shown[0], shown[1]


def test_gitlab_2018_a_shared_cache_never_gives_one_reader_what_is_anothers(
    app: Flask, both: tuple[str, str]
) -> None:
    cache, (dora, chidi) = SharedCache(app), both
    path = "/feeds/reports.json"
    for _round in range(2):
        public = cache.get(path).text
        assert "For everybody" in public
        assert "For Kenya's members" not in public
        own = cache.get(path, authorization=basic(dora)).text
        assert "For Kenya's members" in own
        assert "TLP:AMBER" not in own
        assert "TLP:AMBER" in cache.get(path, authorization=basic(chidi)).text
    assert [asked for asked, _answer in cache.kept[path]] == [{}]


def test_nothing_at_a_private_address_is_kept_by_a_shared_cache(
    app: Flask, both: tuple[str, str]
) -> None:
    cache = SharedCache(app)
    for shown in both:
        for kind in ("atom", "rss", "json"):
            assert cache.get(f"/feeds/private/{shown}.{kind}").status_code == 200
    assert not cache.kept


def test_the_tag_of_another_reader_never_stands_for_mine(app: Flask, both: tuple[str, str]) -> None:
    client, (dora, chidi) = Client(app), both
    paths = [f"/feeds/private/{shown}.atom" for shown in (dora, chidi)]
    tags = [client.get(path).headers["ETag"] for path in paths]
    public = client.get("/feeds/reports.atom").headers["ETag"]
    assert len({*tags, public}) == 3
    for path in paths:
        answered = [
            client.get(path, headers={"If-None-Match": tag}).status_code for tag in (*tags, public)
        ]
        assert answered.count(UNCHANGED) == 1
    own = {"Authorization": basic(dora)}
    assert client.get("/feeds/reports.atom", headers=own | {"If-None-Match": public}).data
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client.get(paths[0], headers=since).status_code == 200


def test_cve_2026_27960_identity_comes_from_the_one_credential(
    app: Flask, both: tuple[str, str], cast: Cast
) -> None:

    dora, chidi = both
    browser = Visitor(app.test_client())
    assert browser.sign_in(cast.chidi.email, PASSPHRASE).status == 303
    for answer in (
        browser.client.get(f"/feeds/private/{dora}.json"),
        browser.client.get("/feeds/reports.json", headers={"Authorization": basic(dora)}),
    ):
        assert "For Kenya's members" in answer.text
        assert "TLP:AMBER" not in answer.text
    assert browser.client.get("/feeds/private/x.json").status_code == 401
    public = browser.client.get("/feeds/reports.json")
    assert "For Kenya's members" not in public.text
    # A token in two places is no way to be two people: the one in the address counts.
    mixed = browser.client.get(
        f"/feeds/private/{dora}.json", headers={"Authorization": basic(chidi)}
    )
    assert "TLP:AMBER" not in mixed.text
