"""An alarm is raised when an alert reaches nobody, and never because there is much to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.delivery.actions.watching import _end, _raise, watch
from osac_share.delivery.models import ACCEPTED, TO_READ, WAITING, Alarm, Delivery
from osac_share.delivery.policy.watching import SILENT, WATCH
from osac_share.delivery.queries.watching import Trouble
from osac_share.kernel.db import transaction
from osac_share.kernel.outbox import OutboxRow
from osac_share.letters.models import Letter
from osac_share.reports.models import Edition
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from osac_share.worker import Worker
from tests.support.factories import Words, make_person, make_report

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.mailbox import SmtpServer

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

MINUTE = timedelta(minutes=1)
WATCHER = "watch@example.org"


@pytest.fixture
def environment(environment: dict[str, str], smtp_server: SmtpServer) -> dict[str, str]:
    """Return the variables of an installation that sends to a real server and is watched."""
    return environment | {"OSAC_MAIL_URL": smtp_server.url, "OSAC_WATCH_ADDRESS": WATCHER}


class House:
    """A house with readers, an administrator, a mail server and a clock."""

    def __init__(
        self,
        session: Session,
        cast: Cast,
        settings: Settings,
        engine: Engine,
        clock: time_machine.Traveller,
        at: datetime,
    ) -> None:
        self.session, self.cast, self.at = session, cast, at
        self._settings, self._engine, self._clock = settings, engine, clock
        with transaction(session):
            make_person(session, "Ada Admin", staff_roles=["admin"], at=at)
            for name in ("dora", "ben"):
                subscriptions.subscribe(session, Wish(), by=cast.actors[name], at=at)

    def publish(self, severity: str = "security", marking: str = "GREEN") -> None:
        """Publish an alert, and let a worker do its work."""
        self.announce(severity, marking)
        self.work()

    def announce(self, severity: str = "security", marking: str = "GREEN") -> None:
        """Publish an alert while no worker runs."""
        with transaction(self.session):
            words = Words(severity=severity, marking=marking)
            by = self.cast.actors["amara"]
            make_report(self.session, self.cast.kenya, by=by, words=words, at=self.at)

    def work(self, later: timedelta = timedelta()) -> None:
        """Let a worker do all that is due, after some time."""
        self._clock.shift(later)
        self.at += later
        with Worker(self._settings, self._engine) as worker:
            worker.drain()

    def alarms(self) -> list[tuple[str, bool]]:
        """Return the kind of each alarm, and whether it is on."""
        self.session.rollback()
        rows = self.session.execute(select(Alarm.kind, Alarm.cleared_at).order_by(Alarm.id))
        return [(kind, cleared is None) for kind, cleared in rows]

    def letters(self) -> list[tuple[str, str]]:
        """Return the purposes and addresses of the letters that were written."""
        self.session.rollback()
        rows = self.session.execute(select(Letter.purpose, Letter.address).order_by(Letter.id))
        return [(purpose, address) for purpose, address in rows]


@pytest.fixture
def house(
    session: Session,
    cast: Cast,
    settings: Settings,
    engine: Engine,
    clock: time_machine.Traveller,
    at: datetime,
) -> House:
    return House(session, cast, settings, engine, clock, at)


@pytest.mark.both_databases
@pytest.mark.parametrize("severity", ["emergency", "security"])
def test_alert_that_no_server_takes_is_an_alarm_until_one_does(
    house: House, smtp_server: SmtpServer, severity: str
) -> None:
    smtp_server.data_answer = "451 try again later"
    house.publish(severity)
    house.work(4 * MINUTE)
    assert house.alarms() == []
    house.work(2 * MINUTE)
    assert house.alarms() == [("silent", True)]
    assert house.letters() == [("alarm", "ada@example.org")]
    house.work(2 * MINUTE)
    assert house.alarms() == [("silent", True)]
    smtp_server.data_answer = "250 kept"
    house.work(timedelta(hours=1))
    house.work(MINUTE)
    assert house.alarms() == [("silent", False)]
    assert [purpose for purpose, _ in house.letters()] == ["alarm", "alarm_over"]
    (first, *_) = smtp_server.to("ada@example.org")
    assert "An alert reaches nobody" in first["Subject"]
    assert "march" not in str(first)


def test_alert_that_every_server_refuses_for_good_is_an_alarm(
    house: House, smtp_server: SmtpServer
) -> None:
    smtp_server.refusals = dict.fromkeys(("dora@example.org", "ben@example.org"), "550 no")
    house.publish()
    house.work(6 * MINUTE)
    assert house.alarms() == [("silent", True)]


def test_busy_house_raises_no_alarm(house: House, session: Session, at: datetime) -> None:
    """Something was accepted in the last minute: what waits is on its way."""
    house.publish()
    with transaction(session):
        rows = session.scalars(select(Delivery).where(Delivery.purpose == TO_READ)).all()
        for row in rows:
            row.state, row.accepted_at = "waiting", None
        other = session.scalars(select(Delivery).where(Delivery.purpose == WATCH)).one()
        other.accepted_at = at + 6 * MINUTE - timedelta(seconds=59)
    with transaction(session):
        assert watch(session, at=at + 6 * MINUTE) == 0
    with transaction(session):
        assert watch(session, at=at + 7 * MINUTE) == 1


def test_worker_that_begins_after_an_outage_does_its_work_before_it_complains(
    house: House, smtp_server: SmtpServer
) -> None:
    house.announce()
    house.work(10 * MINUTE)
    assert house.alarms() == []
    assert smtp_server.to("dora@example.org")


def test_alert_whose_readers_nobody_has_found_is_an_alarm(
    house: House, session: Session, at: datetime
) -> None:
    house.publish()
    with transaction(session):
        for row in session.scalars(select(OutboxRow)):
            row.done_at = None
    with transaction(session):
        assert watch(session, at=at + 4 * MINUTE) == 0
        assert watch(session, at=at + 6 * MINUTE) == 1
    assert house.alarms() == [("unmatched", True)]


def test_what_is_routine_or_waits_by_wish_is_no_alarm(
    house: House, session: Session, smtp_server: SmtpServer, at: datetime
) -> None:
    smtp_server.data_answer = "451 try again later"
    house.publish("routine")
    house.publish("security")
    with transaction(session):
        for row in session.scalars(select(Delivery)):
            row.held_for = "daily"
        assert watch(session, at=at + 6 * MINUTE) == 0


def test_staff_see_the_alarm_on_their_desk(
    house: House, smtp_server: SmtpServer, cast: Cast, signed_in: SignIn
) -> None:
    smtp_server.data_answer = "451 try again later"
    house.publish()
    house.work(6 * MINUTE)
    desk = signed_in(cast.gus).open("/admin")
    assert [row for row in desk.texts("//tr") if row.startswith("Alerts that reach nobody 1 ")]


@pytest.mark.both_databases
def test_watcher_gets_a_number_and_a_time_of_each_edition_once_and_no_word(
    house: House, session: Session, smtp_server: SmtpServer
) -> None:
    house.publish("emergency", "AMBER_STRICT")
    house.publish()
    with transaction(session):
        for row in session.scalars(select(OutboxRow)):
            row.done_at = None
    house.work()
    words = [str(message) for message in smtp_server.to(WATCHER)]
    assert len(words) == 2
    for one in words:
        assert "Subject: Watch " in one
        assert "2026-03-02T09:30:00+00:00" in one
        said = set(one.replace(":", " ").split())
        assert not {"march", "Nairobi", "Kenya", "TLP", "AMBER"} & said
    rows = session.scalars(select(Delivery.state).where(Delivery.purpose == WATCH)).all()
    assert rows == [ACCEPTED, ACCEPTED]


def test_what_is_held_on_purpose_is_no_alarm_and_an_emergency_that_waits_is(
    house: House, session: Session, at: datetime
) -> None:
    house.publish("security")
    house.publish("emergency")
    with transaction(session):
        session.execute(update(Delivery).values(state=WAITING, accepted_at=None))
        assert watch(session, at=at + 10 * MINUTE, is_held=True) == 1
    emergency = select(Edition.id).where(Edition.severity == "emergency")
    assert set(session.scalars(select(Alarm.edition_id))) == set(session.scalars(emergency))


def test_of_two_workers_one_tells_of_an_alarm_and_of_its_end(
    house: House, session: Session, at: datetime
) -> None:
    house.publish("security")
    trouble = Trouble(session.scalars(select(Edition.id)).one(), SILENT)
    with transaction(session):
        assert _raise(session, trouble, at)
        assert not _raise(session, trouble, at)
        alarm = session.scalars(select(Alarm)).one()
        assert _end(session, alarm, at)
        assert not _end(session, alarm, at)
        assert _raise(session, trouble, at)
    assert [purpose for purpose, _ in house.letters()] == ["alarm", "alarm_over", "alarm"]
