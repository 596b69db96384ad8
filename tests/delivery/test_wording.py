"""What many wishes ask for is put into words once for all that ask for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event, select

from osac_share.delivery.queries.wording import words_of
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import DAILY, Subscription
from osac_share.subscriptions.policy import Wish
from tests.support.alerting import Newsroom

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

WISHES = (
    Wish(places=["KE"]),
    Wish(places=["KE", "UG"], topics=["crime"]),
    Wish(places=["KE"], min_severity="security"),
    Wish(places=["KE"], frequency=DAILY),
    Wish(places=["KE"], channels=["mail", "sms"]),
    Wish(places=["region:AF"], kinds=["alert"]),
    Wish(),
)


def test_each_wish_is_described_as_if_it_were_alone(session: Session, at: datetime) -> None:
    with transaction(session):
        newsroom = Newsroom(session, at)
        for number in range(3):
            actor = newsroom.actor(newsroom.member(f"reader{number}@example.org"))
            for wish in (*WISHES, Wish(places=[f"council:{newsroom.council.id}"])):
                subscribe(session, wish, by=actor, at=at)
    wishes = session.scalars(select(Subscription)).all()
    assert words_of(session, [wish.id for wish in wishes]) == {
        wish.id: describe(wish) for wish in wishes
    }


def test_number_of_questions_does_not_grow_with_the_readers(
    session: Session, engine: Engine, at: datetime
) -> None:
    with transaction(session):
        newsroom = Newsroom(session, at)
        wishes = [newsroom.subscriber(f"reader{number}@example.org").id for number in range(30)]
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert set(words_of(session, wishes[:2]).values()) == {"Kenya, any topic, any severity"}
    of_two = len(asked)
    assert len(words_of(session, wishes)) == len(wishes)
    assert len(asked) == 2 * of_two
