"""How often a token may ask, and that it is told so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.programs import ask, problem

if TYPE_CHECKING:
    from time_machine import Traveller
    from werkzeug.test import Client

    from tests.api.conftest import Hold

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"OSAC_WEB_API_PER_MINUTE": "3"}


def test_a_token_may_ask_so_often_a_minute_and_is_told_when_again(
    program: Client, hold: Hold, clock: Traveller
) -> None:
    mine, others = hold("dora"), hold("dora")
    left = []
    for path in ("me", "reports", "nothing/here"):
        answer = ask(program, mine, f"/api/v1/{path}")
        assert answer.headers["RateLimit-Policy"] == '"token";q=3;w=60'
        left.append(answer.headers["RateLimit"])
        clock.shift(timedelta(seconds=10))
    assert left == ['"token";r=2;t=60', '"token";r=1;t=50', '"token";r=0;t=40']
    answer = ask(program, mine, "/api/v1/me")
    assert problem(answer)[0] == 429
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["RateLimit"] == '"token";r=0;t=30'
    assert ask(program, others, "/api/v1/me").status_code == 200
    clock.shift(timedelta(seconds=30))
    assert ask(program, mine, "/api/v1/me").status_code == 200


def test_whoever_has_no_token_uses_up_nobodys(program: Client, hold: Hold) -> None:
    token = hold("dora")
    for _ in range(10):
        assert ask(program, token[:-1] + "x", "/api/v1/me").status_code == 401
    assert ask(program, token, "/api/v1/me").status_code == 200
