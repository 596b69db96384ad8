"""Every member can see why something came, and why it did not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from osac_share.councils.actions import seat
from osac_share.councils.policy import MEMBER
from osac_share.delivery.actions.acknowledging import acknowledge
from osac_share.delivery.models import Delivery
from osac_share.delivery.policy.why import NOT_YET
from osac_share.kernel.db import transaction
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from osac_share.worker import Worker
from tests.support.factories import Words, make_report, make_update

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from osac_share.subscriptions.models import Subscription
    from tests.support.cast import Cast, SignIn

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

HOUR = timedelta(hours=1)


class House:
    """The cast's house, in which Dora asks why."""

    def __init__(self, session: Session, cast: Cast, sign_in: SignIn, at: datetime) -> None:
        self.session, self.cast, self.at = session, cast, at
        self._sign_in = sign_in
        self._dora = None

    def wishes(self, wish: Wish, at: datetime | None = None) -> Subscription:
        """Let Dora subscribe."""
        with transaction(self.session):
            return subscriptions.subscribe(
                self.session, wish, by=self.cast.actors["dora"], at=at or self.at - HOUR
            )

    def publishes(self, words: Words | None = None) -> Report:
        """Let Kenya's chair publish."""
        with transaction(self.session):
            by = self.cast.actors["amara"]
            return make_report(
                self.session, self.cast.kenya, by=by, words=words or Words(), at=self.at
            )[0]

    def says(self, report: Report) -> str:
        """Return what Dora is told."""
        return self._sign_in(self.cast.dora).open(f"/reports/{report.public_id}/why").text


@pytest.fixture
def house(session: Session, cast: Cast, signed_in: SignIn, at: datetime) -> House:
    return House(session, cast, signed_in, at)


@pytest.fixture
def work(settings: Settings, engine: Engine) -> Callable[[], None]:
    def work() -> None:
        with Worker(settings, engine) as worker:
            worker.drain()

    return work


@pytest.mark.both_databases
def test_reader_sees_the_wish_and_what_of_it_matched(
    house: House, work: Callable[[], None]
) -> None:
    house.wishes(Wish(places=["KE", "UG"], topics=["civil-unrest"], min_severity="security"))
    report = house.publishes()
    work()
    said = house.says(report)
    assert said.startswith("Reports")
    assert "Why did I get this?" in said
    assert "You subscribed to Kenya and Uganda, Civil unrest, security and above." in said
    for fact in ("PlaceKenya", "TopicCivil unrest", "KindAlert", "SeveritySecurity"):
        assert fact in said
    assert "By mail: Sent, and taken by the server for you at" in said


def test_region_and_council_are_named_where_they_matched(
    house: House, work: Callable[[], None]
) -> None:
    wish = house.wishes(Wish(places=["region:AF"]))
    first = house.publishes()
    work()
    with transaction(house.session):
        subscriptions.end(
            house.session, wish, reason="changed", by=(None, "the house"), at=house.at
        )
    house.wishes(Wish(places=[f"council:{house.cast.kenya.id}"]), house.at)
    second = house.publishes()
    work()
    assert "PlaceAfrica" in house.says(first)
    assert "Placepublished by Kenya" in house.says(second)


@pytest.mark.parametrize(
    ("wish", "misfit"),
    [
        (Wish(places=["NG"]), "It asks for Nigeria; this is Kenya."),
        (Wish(topics=["crime"]), "It asks for Crime; this is Civil unrest."),
        (Wish(kinds=["advisory"]), "this is Alerts."),
        (Wish(min_severity="emergency"), "It asks for emergency only; this is security."),
    ],
)
def test_nearest_wish_and_the_one_thing_that_did_not_fit_are_named(
    house: House, work: Callable[[], None], wish: Wish, misfit: str
) -> None:
    house.wishes(Wish(places=["NG"], topics=["crime"], min_severity="emergency"))
    house.wishes(wish)
    report = house.publishes()
    work()
    said = house.says(report)
    assert "Why did I not get this?" in said
    assert "None of the subscriptions that you had when it was published asks for it." in said
    assert misfit in said


def test_wish_that_came_later_or_had_ended_is_said_to_have(
    house: House, work: Callable[[], None]
) -> None:
    report = house.publishes()
    work()
    assert "You had no subscription when it was published." in house.says(report)
    wish = house.wishes(Wish(), house.at + HOUR)
    assert "It was published before you subscribed" in house.says(report)
    with transaction(house.session):
        subscriptions.end(
            house.session, wish, reason="unsubscribed", by=(None, "the house"), at=house.at + HOUR
        )
        house.session.execute(
            update(type(wish))
            .where(type(wish).id == wish.id)
            .values(created_at=house.at - 2 * HOUR, ended_at=house.at - HOUR)
        )
    assert "You had no subscription when it was published." in house.says(report)


def test_minor_edition_is_told_to_nobody(house: House, work: Callable[[], None]) -> None:
    house.wishes(Wish())
    report = house.publishes()
    with transaction(house.session):
        words = Words(is_major=False)
        make_update(house.session, report, by=house.cast.actors["amara"], words=words, at=house.at)
    work()
    said = house.says(report)
    assert "It is a minor edition, a correction. Nobody is told of those." in said
    assert "By mail: Sent" in said


def test_who_could_not_see_it_then_is_told_so(
    house: House, work: Callable[[], None], clock: time_machine.Traveller
) -> None:
    house.wishes(Wish())
    with transaction(house.session):
        by = house.cast.actors["chidi"]
        words = Words(marking="AMBER", places=[("NG", "Lagos")])
        report, _ = make_report(house.session, house.cast.nigeria, by=by, words=words, at=house.at)
    work()
    clock.shift(HOUR)
    with transaction(house.session):
        dora = house.cast.dora
        seat(house.session, house.cast.nigeria, dora.id, MEMBER, at=house.at + HOUR)
    assert "you were not among those who may see it" in house.says(report)


def test_what_has_just_been_published_is_being_worked_on(house: House) -> None:
    house.wishes(Wish())
    assert "who hears of it is being found out" in house.says(house.publishes())


def test_digest_skip_and_acknowledgement_are_told(
    house: House, work: Callable[[], None], at: datetime
) -> None:
    house.wishes(Wish(frequency="daily"))
    report = house.publishes()
    work()
    assert "By mail: Held for your digest, due at" in house.says(report)
    with transaction(house.session):
        house.session.execute(
            update(Delivery).values(state="skipped", reason="the report is expired")
        )
        acknowledge(
            house.session,
            report.current_edition_id or 0,
            house.cast.dora.id,
            via="page",
            at=at,
        )
    said = house.says(report)
    assert "By mail: Not sent: the report is expired." in said
    assert "You acknowledged it at" in said


def test_nobody_learns_why_of_what_they_may_not_see(
    house: House, cast: Cast, signed_in: SignIn
) -> None:
    report = house.publishes(Words(marking="AMBER"))
    assert signed_in(cast.chidi).open(f"/reports/{report.public_id}/why").status == 404


def test_mail_that_found_no_server_is_not_said_to_wait_for_an_acknowledgement(
    house: House, work: Callable[[], None]
) -> None:
    house.wishes(Wish())
    report = house.publishes()
    work()
    with transaction(house.session):
        house.session.execute(
            update(Delivery).values(
                state="waiting", available_at=house.at + HOUR, reason=None, attempts=0
            )
        )
    assert f"By mail: {NOT_YET}." in house.says(report)
