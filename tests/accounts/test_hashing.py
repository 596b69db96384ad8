"""Hashing: the same for every answer, and never much of it at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from osac_share.accounts.actions import hashing
from osac_share.accounts.actions.hashing import AT_ONCE, is_right
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import TooMany
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast
    from tests.support.pages import Visitor

WRONG = "not the passphrase at all"


@pytest.mark.one_database
def test_every_answer_costs_the_same_hashing(
    visitor: Visitor, cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(session):
        cast.ben.password_hash = ""
    costs: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        costs.append(str(kept).split("$")[3])
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    pairs = [
        (cast.dora.email, WRONG),
        ("nobody@example.org", PASSPHRASE),
        (cast.sven.email, PASSPHRASE),
        (cast.ben.email, PASSPHRASE),
    ]
    answers = [visitor.sign_in(*pair) for pair in pairs]
    assert {answer.status for answer in answers} == {422}
    assert costs == ["m=19456,t=2,p=1"] * 4


@pytest.mark.one_database
def test_flood_of_sign_ins_hashes_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    verify, lock, running, most = PasswordHasher.verify, Lock(), [0], [0]

    def watched(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            return verify(self, kept, password)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    with ThreadPoolExecutor(8) as flood:
        assert not any(flood.map(lambda _: is_right("", WRONG), range(12)))
    assert 0 < most[0] <= AT_ONCE


def test_one_who_waits_too_long_to_be_hashed_is_told_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashing, "PATIENCE", timedelta(milliseconds=1))
    for _ in range(AT_ONCE):
        hashing._turns.acquire()
    try:
        with pytest.raises(TooMany) as refusal:
            is_right("", WRONG)
    finally:
        hashing._turns.release(AT_ONCE)
    assert refusal.value.seconds == 1
