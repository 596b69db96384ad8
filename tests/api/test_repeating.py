"""A request that is sent again is answered again, and done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from osac_share.api.models import KeptAnswer
from osac_share.kernel import clock
from osac_share.promises import forget_old_answers
from osac_share.reports.models import Report
from tests.api.test_writing import NEW, WORDS
from tests.support.programs import problem, send

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller
    from werkzeug.test import TestResponse

    from tests.api.conftest import Hold

pytestmark = pytest.mark.usefixtures("clock")

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


def count(session: Session, model: type[Report | KeptAnswer]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def told(answer: TestResponse) -> tuple[int, bytes, str | None, str | None]:
    return answer.status_code, answer.data, answer.headers.get("ETag"), answer.headers["Location"]


@pytest.mark.one_database
def test_the_same_request_is_answered_as_before_for_a_day(
    program: Client, session: Session, hold: Hold, clock: Traveller
) -> None:
    token = hold("ben")
    first = send(program, token, "POST /drafts", NEW, Idempotency_Key=KEY)
    assert first.status_code == 201
    again = send(program, token, "POST /drafts", NEW, Idempotency_Key=KEY)
    assert told(again) == told(first)
    # The quotes are the standard's; a key without them is the same key.
    bare = send(program, token, "POST /drafts", NEW, Idempotency_Key=KEY.strip('"'))
    assert told(bare) == told(first)
    assert count(session, Report) == 1
    other = send(program, hold("ben"), "POST /drafts", NEW, Idempotency_Key=KEY)
    assert told(other) != told(first)
    clock.shift(timedelta(hours=24))
    anew = send(program, token, "POST /drafts", NEW, Idempotency_Key=KEY)
    assert told(anew) != told(first)
    assert count(session, Report) == 3


@pytest.mark.one_database
def test_a_key_is_of_one_request_and_a_refusal_uses_none_up(
    program: Client, session: Session, hold: Hold
) -> None:
    token = hold("ben")
    wrong = {**NEW, "council": "nigeria"}
    assert problem(send(program, token, "POST /drafts", wrong, Idempotency_Key=KEY))[0] == 403
    first = send(program, token, "POST /drafts", NEW, Idempotency_Key=KEY)
    assert first.status_code == 201
    answer = send(program, token, "POST /drafts", wrong, Idempotency_Key=KEY)
    assert problem(answer)[0] == 422
    assert answer.json is not None
    assert answer.json["type"].endswith("#key-used")
    for key in ("", "é", "a b", "x" * 201, '"', '"a" "b"'):
        assert problem(send(program, token, "POST /drafts", NEW, Idempotency_Key=key))[0] == 400
    assert count(session, Report) == 1


@pytest.mark.one_database
def test_a_repeated_write_is_no_conflict_with_itself(program: Client, hold: Hold) -> None:
    token = hold("ben")
    begun = send(program, token, "POST /drafts", NEW)
    assert begun.json is not None
    one, tag = f"/drafts/{begun.json['id']}", begun.headers["ETag"]
    words = {**WORDS, "title": "Another title"}
    asked = {"If_Match": tag, "Idempotency_Key": KEY}
    first, again = (send(program, token, f"PUT {one}", words, **asked) for _ in range(2))
    assert (first.status_code, first.data) == (again.status_code, again.data) == (200, first.data)
    assert problem(send(program, token, f"PUT {one}", words, If_Match=tag))[0] == 412


def test_the_same_request_many_times_at_once_is_done_once(
    app: Flask, session: Session, hold: Hold
) -> None:
    token, gate = hold("ben"), Barrier(6)

    def ask(_number: int) -> tuple[int, bytes, str | None, str | None]:
        gate.wait(30)
        return told(send(Client(app), token, "POST /drafts", NEW, Idempotency_Key=KEY))

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(ask, range(6)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert (count(session, Report), count(session, KeptAnswer)) == (1, 1)


@pytest.mark.one_database
def test_what_nobody_may_ask_for_again_is_forgotten(
    program: Client, session: Session, hold: Hold
) -> None:
    send(program, hold("ben"), "POST /drafts", NEW, Idempotency_Key=KEY)
    assert forget_old_answers(session, clock.now()) == 0
    assert forget_old_answers(session, clock.now() + timedelta(hours=24)) == 1
    assert count(session, KeptAnswer) == 0
