"""A saved search tells its owner of what is new in it, by the ways of all other wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import typst
from sqlalchemy import func, select

from osac_share.delivery.actions import match
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.mail import read_outbox
from osac_share.search.actions import saving
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from osac_share.worker import Worker
from tests.support.factories import Words, make_report
from tests.support.filing import with_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from osac_share.subscriptions.models import Subscription
    from tests.support.cast import Cast, SignIn

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

HOUR = timedelta(hours=1)


class Room:
    """Where people of the cast save searches, and Kenya's chair publishes."""

    def __init__(self, session: Session, cast: Cast, at: datetime) -> None:
        self.session, self.cast, self.at = session, cast, at

    def alert(self, name: str, text: str, frequency: str = "at_once") -> Subscription:
        """Let somebody save a search and be alerted by it."""
        by, before = self.cast.actors[name], self.at - HOUR
        with transaction(self.session):
            kept = saving.save(self.session, text, by=by, at=before)
            alert = saving.alert(self.session, kept, frequency, by=by, at=before)
        assert alert is not None
        return alert

    def publish(self, **words: object) -> Report:
        """Publish a report in Kenya."""
        with transaction(self.session):
            said = replace(Words(), **words)  # type: ignore[arg-type]
            by = self.cast.actors["amara"]
            return make_report(self.session, self.cast.kenya, by=by, words=said, at=self.at)[0]

    def told(self, name: str) -> int:
        """Return how many rows of the ledger somebody has."""
        self.session.rollback()
        person = self.cast.people[name]
        assert person is not None
        return self.session.scalar(select(func.count()).where(Delivery.person_id == person.id)) or 0


@pytest.fixture
def room(session: Session, cast: Cast, at: datetime) -> Room:
    return Room(session, cast, at)


@pytest.fixture
def work(settings: Settings, engine: Engine) -> Callable[[], None]:
    def work() -> None:
        with Worker(settings, engine) as worker:
            worker.drain()

    return work


@pytest.mark.both_databases
def test_member_is_alerted_by_a_saved_search_and_told_which_words_it_found(
    room: Room, work: Callable[[], None], signed_in: SignIn, settings: Settings
) -> None:
    room.alert("dora", "marching kenyatta* country:Kenya")
    room.alert("chidi", "marching -avenue")
    report = room.publish(title="Marches on Kenyatta Avenue")
    work()
    (mail,) = read_outbox(settings.data.dir / "outbox", room.cast.dora.email)
    assert (
        "because you subscribed to the search “marching kenyatta* country:KE”, which found"
        " “Marches”, “march” and “Kenyatta”."
    ) in " ".join(mail.text.split())
    assert room.told("chidi") == 0
    said = signed_in(room.cast.dora).open(f"/reports/{report.public_id}/why").text
    assert "You subscribed to the search “marching kenyatta* country:KE”" in said
    assert "It found “Marches”, “march” and “Kenyatta”." in said
    said = signed_in(room.cast.chidi).open(f"/reports/{report.public_id}/why").text
    assert "The nearest: the search “marching -avenue”. This has not all that it looks for." in said


@pytest.mark.both_databases
def test_words_in_a_file_alert_whoever_looks_for_them_and_nobody_twice(
    room: Room, work: Callable[[], None], settings: Settings
) -> None:
    for name, text in (("dora", "footbridge"), ("sade", "footpaths"), ("chidi", "footbridge")):
        room.alert(name, text)
    plan = typst.compile(b"The footbridge is closed.")
    with_file(room.session, room.cast, settings, plan, marking="AMBER", at=room.at)
    work()
    assert [room.told(name) for name in ("dora", "sade", "chidi")] == [1, 1, 0]
    (mail,) = read_outbox(settings.data.dir / "outbox", room.cast.dora.email)
    assert "the search “footbridge”" in mail.text


def test_file_of_an_older_edition_alerts_nobody(
    room: Room, work: Callable[[], None], settings: Settings
) -> None:
    room.alert("dora", "footbridge")
    plan = typst.compile(b"The footbridge is closed.")
    with_file(room.session, room.cast, settings, plan, at=room.at - 30 * HOUR)
    work()
    assert room.told("dora") == 0


def test_saved_search_tells_nobody_of_what_they_may_not_see(
    room: Room, work: Callable[[], None]
) -> None:
    for name in ("dora", "chidi"):
        room.alert(name, "avenue")
    room.publish(title="Avenue closed", marking="AMBER")
    work()
    assert (room.told("dora"), room.told("chidi")) == (1, 0)


def test_mail_that_may_say_nothing_does_not_say_what_a_search_found(
    room: Room, work: Callable[[], None], settings: Settings
) -> None:
    room.alert("dora", "avenue*")
    room.publish(title="Avenues closed", marking="AMBER_STRICT")
    work()
    (mail,) = read_outbox(settings.data.dir / "outbox", room.cast.dora.email)
    assert "one of your subscriptions asked for it" in " ".join(mail.text.split())
    assert "venue" not in mail.text


def test_wishes_that_overlap_bring_one_mail_and_the_fastest_decides(
    room: Room, work: Callable[[], None], settings: Settings
) -> None:
    room.alert("dora", "march", "weekly")
    at_once = room.alert("dora", "kenyatta OR avenue")
    with transaction(room.session):
        by, before = room.cast.actors["dora"], room.at - HOUR
        daily = Wish(places=["KE"], frequency="daily")
        subscriptions.subscribe(room.session, daily, by=by, at=before)
    room.publish(title="March on the avenue")
    work()
    room.session.rollback()
    (row,) = room.session.scalars(select(Delivery)).all()
    assert (row.subscription_id, row.held_for) == (at_once.id, None)
    assert len(read_outbox(settings.data.dir / "outbox", room.cast.dora.email)) == 1


def test_search_that_ended_before_the_mail_went_gives_way_to_another_that_still_asks(
    room: Room, session: Session, settings: Settings, engine: Engine
) -> None:
    first, other = room.alert("dora", "march"), room.alert("dora", "avenue")
    room.alert("dora", "elsewhere")
    with Worker(settings, engine) as worker:
        report = room.publish(title="March on the avenue")
        assert report.current_edition_id is not None
        with transaction(session):
            match(session, report.current_edition_id, at=room.at)
        with transaction(session):
            ended = {"reason": "unsubscribed", "by": (None, "the house")}
            subscriptions.end(session, session.merge(first), at=room.at, **ended)  # type: ignore[arg-type]
        worker.drain()
    session.rollback()
    (row,) = session.scalars(select(Delivery)).all()
    assert (row.subscription_id, row.state) == (other.id, "accepted")


def test_search_that_is_not_understood_any_more_asks_for_nothing(
    room: Room, work: Callable[[], None]
) -> None:
    kept = room.alert("dora", "march council:kenya")
    assert kept.words == "march council:kenya"
    with transaction(room.session):
        council = room.session.merge(room.cast.kenya)
        council.slug, council.name = "east", "East"
    room.publish(title="March on the avenue")
    work()
    assert room.told("dora") == 0


def test_what_is_no_search_cannot_be_kept_and_strangers_keep_none(room: Room) -> None:
    dora, sven = room.cast.actors["dora"], room.cast.actors["sven"]
    for text, sentence in (
        ("march country:Atlantis", "There is no country called “Atlantis”"),
        ("  ", "There is nothing to look for."),
        ("the of", "too common"),
        ("word " * 90, "Only the first"),
    ):
        with pytest.raises(RuleBroken, match=sentence), transaction(room.session):
            saving.save(room.session, text, by=dora, at=room.at)
    with pytest.raises(NotAllowed), transaction(room.session):
        saving.save(room.session, "march", by=sven, at=room.at)


def test_member_keeps_fifty_searches_and_the_same_one_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osac_share.search.policy.MOST_SAVED", 2)
    dora = room.cast.actors["dora"]
    with transaction(room.session):
        first = saving.save(room.session, "curfew  country:Kenya", by=dora, at=room.at)
        again = saving.save(room.session, "country:KE curfew", by=dora, at=room.at)
        saving.save(room.session, "march", by=dora, at=room.at)
    assert first is again
    assert (first.name, first.words) == ("curfew, Kenya", "curfew country:KE")
    with pytest.raises(RuleBroken, match="Delete one first"), transaction(room.session):
        saving.save(room.session, "avenue", by=dora, at=room.at)
