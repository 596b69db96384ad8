"""Of two who second at once, one does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share import acts
from osac_share.councils.models import Seat
from osac_share.councils.policy import ADMIN, CHAIR
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import Refusal
from tests.support.factories import make_person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.councils.policy import Actor
    from tests.support.governing import Government

ROUNDS = 10


def second(
    maker: sessionmaker[Session], public_id: str, by: Actor, gate: Barrier, at: datetime
) -> bool:
    gate.wait(30)
    try:
        with maker() as session, transaction(session):
            acts.second(session, public_id, by=by, at=at)
    except Refusal:
        return False
    return True


def test_two_seconders_race_to_one_act(government: Government, engine: Engine) -> None:
    session, office, at = government.session, government.office, government.at
    with transaction(session):
        ana = make_person(session, "Ana Admin", organization=office, staff_roles=[ADMIN])
    pair = [government.actor(person) for person in (government.abe, ana)]
    maker = session_factory(engine)
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            with transaction(session):
                officer = make_person(session, f"Officer{number}", organization=office)
            public_id, gate = government.propose(person_id=officer.id).public_id, Barrier(2)
            session.rollback()
            tries = [pool.submit(second, maker, public_id, one, gate, at) for one in pair]
            assert sorted(one.result(60) for one in tries) == [False, True]
            seats = select(func.count()).where(Seat.person_id == officer.id, Seat.kind == CHAIR)
            assert session.scalar(seats) == 1
