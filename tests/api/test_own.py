"""A program sees and changes what its owner subscribed to and saved, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.programs import problem, said, send

if TYPE_CHECKING:
    from werkzeug.test import Client

    from tests.api.conftest import Hold

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

WISH = {
    "frequency": "daily",
    "countries": ["KE"],
    "topics": ["crime"],
    "councils": ["kenya"],
    "min_severity": "security",
}


def test_subscriptions_are_made_replaced_and_ended(program: Client, hold: Hold) -> None:
    token, other = hold("dora"), hold("ben")
    made = send(program, token, "POST /subscriptions", WISH)
    assert (made.status_code, made.json is not None) == (201, True)
    assert made.json is not None
    assert {name: made.json[name] for name in WISH} == WISH
    one = made.headers["Location"]
    assert said(send(program, token, f"GET {one}")) == made.json
    # The same wish twice stays one.
    assert send(program, token, "POST /subscriptions", WISH).json == made.json
    replaced = send(program, token, f"POST {one}/replacement", {**WISH, "frequency": "at_once"})
    assert replaced.status_code == 201
    (held,) = said(send(program, token, "GET /subscriptions"))["subscriptions"]
    assert held == replaced.json
    for what, body in (
        *((f"GET {one}", None), (f"DELETE {one}", None)),
        (f"POST {one}/replacement", WISH),
    ):
        assert problem(send(program, token, what, body))[0] == 404
    now = replaced.headers["Location"]
    for what, body in ((f"GET {now}", None), (f"DELETE {now}", None)):
        assert problem(send(program, other, what, body))[0] == 404
    assert send(program, token, f"DELETE {now}").status_code == 204
    assert said(send(program, token, "GET /subscriptions")) == {"subscriptions": []}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channels": ["sms"]}, "/channels"),
        ({"councils": ["atlantis"]}, "/councils"),
        ({"frequency": "hourly"}, "/frequency"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    program: Client, hold: Hold, change: dict[str, object], pointer: str
) -> None:
    answer = send(program, hold("dora"), "POST /subscriptions", {**WISH, **change})
    assert problem(answer)[0] == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == pointer


def test_saved_searches_are_kept_changed_and_deleted(program: Client, hold: Hold) -> None:
    token, other = hold("dora"), hold("ben")
    made = send(program, token, "POST /searches", {"q": "march country:KE"})
    assert made.status_code == 201
    one, tag = made.headers["Location"], made.headers["ETag"]
    change = {"name": "Marches", "frequency": "weekly"}
    assert problem(send(program, token, f"PUT {one}", change))[0] == 428
    changed = send(program, token, f"PUT {one}", change, If_Match=tag)
    assert changed.status_code == 200
    (held,) = said(send(program, token, "GET /searches"))["searches"]
    assert held == changed.json
    assert (held["name"], held["frequency"], held["channels"]) == ("Marches", "weekly", ["mail"])
    (alert,) = said(send(program, token, "GET /subscriptions"))["subscriptions"]
    assert alert["search"] == held["q"]
    assert problem(send(program, token, f"DELETE {one}", If_Match=tag))[0] == 412
    assert problem(send(program, other, f"DELETE {one}", If_Match="*"))[0] == 404
    assert (
        send(program, token, f"DELETE {one}", If_Match=changed.headers["ETag"]).status_code == 204
    )
    assert said(send(program, token, "GET /subscriptions")) == {"subscriptions": []}
    assert problem(send(program, token, "POST /searches", {"q": '"'}))[0] in {409, 422}
