"""The sites of an organization, and who of its people hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Membership
from osac_share.delivery.actions import match
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.promises import PROMISES
from osac_share.subscriptions.actions import end
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import Subscription, Trip
from tests.support.factories import make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/organization/sites"
DEPOT = {"name": "Mombasa depot", "country": "KE", "place": "Mombasa"}


def make_contact(session: Session, person: Person, *, is_contact: bool = True) -> None:
    with transaction(session):
        of = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        of.is_contact = is_contact


@pytest.fixture
def sade(session: Session, cast: Cast, signed_in: SignIn) -> Visitor:
    """Return the point of contact of Example Freight, for which Dora and Ben work, too."""
    make_contact(session, cast.sade)
    return signed_in(cast.sade)


def add(visitor: Visitor, **changes: str) -> int:
    return visitor.submit(PAGE, to=None, follow=False, **(DEPOT | changes)).status


def hearing(session: Session) -> list[tuple[str, str]]:
    """Return who has a living wish about which site, by first name."""
    session.rollback()
    question = (
        select(Subscription.person_id, Trip.name)
        .join(Trip, Subscription.trip_id == Trip.id)
        .where(Subscription.ended_at.is_(None))
    )
    return [(str(person_id), name) for person_id, name in session.execute(question)]


def settle(session: Session, at: datetime) -> int:
    return PROMISES["sites settled"](session, at)


def test_contact_adds_a_site_and_hears_of_it(
    sade: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    assert add(sade) == 303
    assert "Mombasa depot, Mombasa, Kenya" in sade.open(PAGE).text
    (wish,) = session.scalars(select(Subscription))
    assert wish.person_id == cast.sade.id
    assert describe(wish) == "what concerns your organization's site Mombasa depot"
    with transaction(session):
        _report, edition = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
        match(session, edition.id, at=at)
    told = select(Delivery.person_id).where(Delivery.edition_id == edition.id)
    assert session.scalars(told).all() == [cast.sade.id]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Name it."),
        ({"country": ""}, "Choose the country."),
        ({"country": "XX"}, "Not a valid choice"),
        ({"name": "mombasa DEPOT"}, "a site of this name already"),
    ],
)
def test_site_that_makes_no_sense_is_refused(
    sade: Visitor, session: Session, changes: dict[str, str], words: str
) -> None:
    add(sade)
    page = sade.submit(PAGE, to=None, follow=False, **(DEPOT | changes))
    assert page.status == 422
    assert words in page.text
    assert len(hearing(session)) == 1


def test_member_chooses_to_hear_of_all_sites_and_of_those_to_come(
    sade: Visitor, signed_in: SignIn, session: Session, cast: Cast
) -> None:
    add(sade)
    dora = signed_in(cast.dora)
    page = dora.submit(PAGE, to=f"{PAGE}/hear", follow=True)
    assert "You hear of our sites." in page.text
    add(sade, name="Kampala office", country="UG")
    both = [str(cast.sade.id), str(cast.dora.id)]
    expected = [(one, site) for site in ("Kampala office", "Mombasa depot") for one in both]
    assert sorted(hearing(session)) == sorted(expected)
    dora.submit(PAGE, to=f"{PAGE}/stop")
    assert {person for person, _ in hearing(session)} == {str(cast.sade.id)}


def test_member_who_is_not_the_contact_changes_nothing(
    sade: Visitor, signed_in: SignIn, session: Session, cast: Cast
) -> None:
    add(sade)
    (site,) = session.scalars(select(Trip))
    dora = signed_in(cast.dora)
    fields = dora.open("/").form_to("/logout") | {name: [said] for name, said in DEPOT.items()}
    remove = f"{PAGE}/{site.public_id}/remove"
    answers = [dora.client.post(path, data=fields) for path in (PAGE, remove)]
    assert [answer.status_code for answer in answers] == [403, 404]
    assert hearing(session) == [(str(cast.sade.id), "Mombasa depot")]


def test_people_of_another_organization_do_not_know_of_the_sites(
    sade: Visitor, signed_in: SignIn, session: Session, cast: Cast
) -> None:
    add(sade)
    (site,) = session.scalars(select(Trip))
    make_contact(session, cast.gus)
    gus = signed_in(cast.gus)
    assert "Mombasa" not in gus.open(PAGE).text
    token = gus.open("/").form_to("/logout")
    assert gus.client.post(f"{PAGE}/{site.public_id}/remove", data=token).status_code == 404
    gus.client.post(f"{PAGE}/hear", data=token)
    assert hearing(session) == [(str(cast.sade.id), "Mombasa depot")]


def test_removed_site_is_silent_at_once_and_forgotten_in_a_week(
    sade: Visitor, session: Session, at: datetime
) -> None:
    add(sade)
    (site,) = session.scalars(select(Trip))
    sade.submit(PAGE, to=f"{PAGE}/{site.public_id}/remove")
    assert hearing(session) == []
    assert settle(session, at) == 0
    assert PROMISES["trips turned"](session, at.replace(day=9)) == 1
    session.refresh(site)
    assert (site.name, site.places) == ("", [])
    (wish,) = session.scalars(select(Subscription))
    assert describe(wish) == "a site that is closed"


def test_whoever_takes_over_as_contact_hears_of_the_sites(
    sade: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    add(sade)
    make_contact(session, cast.sade, is_contact=False)
    make_contact(session, cast.ben)
    assert [settle(session, at) for _ in range(2)] == [1, 0]
    assert {person for person, _ in hearing(session)} == {str(cast.sade.id), str(cast.ben.id)}


def test_whoever_leaves_hears_no_more_and_hears_again_when_they_come_back(
    sade: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    add(sade)
    question = select(Membership).where(Membership.person_id == cast.sade.id)
    with transaction(session):
        session.scalars(question).one().ended_at = at
    assert [settle(session, at) for _ in range(2)] == [1, 0]
    assert hearing(session) == []
    with transaction(session):
        session.scalars(question).one().ended_at = None
    assert [settle(session, at) for _ in range(2)] == [1, 0]
    assert len(hearing(session)) == 1


def test_contact_who_stopped_the_mail_does_not_get_it_back(
    sade: Visitor, session: Session, at: datetime
) -> None:
    add(sade)
    with transaction(session):
        (wish,) = session.scalars(select(Subscription))
        end(session, wish, reason="unsubscribed", by=(None, "test"), at=at)
    assert settle(session, at) == 0
    assert hearing(session) == []


def test_person_of_no_organization_has_no_sites(
    session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        session.scalars(
            select(Membership).where(Membership.person_id == cast.dora.id)
        ).one().ended_at = at
    assert signed_in(cast.dora).open(PAGE).status == 403
