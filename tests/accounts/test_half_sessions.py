"""Half sessions: whoever has shown only the passphrase is a stranger, whatever they try."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.actions import HASHER, join_organization
from osac_share.accounts.models import Authenticator, Person, UserSession
from osac_share.councils import actions as councils
from osac_share.councils.policy import ADMIN, AUDITOR, CHAIR, MEMBER, STEERING
from osac_share.councils.queries import demands_factor
from osac_share.kernel.db import transaction
from osac_share.kernel.ids import digest
from osac_share.web.access import is_public
from tests.support.factories import PASSPHRASE, make_organization, make_person
from tests.support.factors import enroll, sign_in_half
from tests.support.pages import Visitor
from tests.support.routes import Route, routes_of

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("demanding", "clock")

FOR_MEMBERS = "/subscriptions"
FORMATS = [
    {"Accept": "application/json"},
    {"Accept": "application/json", "Content-Type": "application/json"},
    {"Accept": "application/atom+xml"},
    {"Accept": "*/*", "X-Requested-With": "XMLHttpRequest"},
]


def is_in(visitor: Visitor) -> bool:
    return visitor.open(FOR_MEMBERS).status == 200


def try_to_enter(visitor: Visitor, route: Route) -> tuple[int, str | None]:
    fields = None
    if not route.is_safe:
        fields = {"csrf_token": visitor.open("/login").form_to("/login")["csrf_token"]}
    answer = visitor.client.open(route.path, method=route.method, data=fields)
    return answer.status_code, answer.location


@pytest.mark.parametrize("name", ["amara", "ben", "sade", "gus"])
def test_office_demands_a_second_factor_before_any_page(
    visitor: Visitor, cast: Cast, name: str
) -> None:
    person: Person = getattr(cast, name)
    answer = visitor.submit("/login", email=person.email, password=PASSPHRASE, next=FOR_MEMBERS)
    assert answer.response.location == f"/login/second-factor?next={FOR_MEMBERS}"
    assert not is_in(visitor)
    led_on = visitor.open(answer.response.location)
    assert led_on.response.location == f"/login/enroll?next={FOR_MEMBERS}"
    enroll(visitor, led_on.response.location)
    assert is_in(visitor)


@pytest.mark.one_database
def test_member_without_office_is_asked_for_nothing_more(signed_in: SignIn, cast: Cast) -> None:
    assert is_in(signed_in(cast.dora))


def test_what_demands_a_second_factor_is_office_and_nothing_else(
    session: Session, cast: Cast, at: datetime
) -> None:
    freight = make_organization(session, "Example Mining")
    people = {
        "guide": make_person(session, "Gia", seats=[(cast.kenya, STEERING)], at=at),
        "admin": make_person(session, "Ada", staff_roles=[ADMIN], at=at),
        "auditor": make_person(session, "Aud", staff_roles=[AUDITOR], at=at),
        "contact": make_person(session, "Con", at=at),
        "member": make_person(session, "Mem", organization=freight, at=at),
    }
    join_organization(session, people["contact"], freight, at=at, is_contact=True)
    demanded = {who for who, one in people.items() if demands_factor(session, one.id, at=at)}
    assert demanded == {"admin", "auditor", "contact"}
    earlier = at - timedelta(days=1)
    assert not demands_factor(session, people["contact"].id, at=earlier)
    assert not demands_factor(session, cast.amara.id, at=earlier)


@pytest.mark.one_database
def test_half_session_is_a_stranger_on_every_route(
    app: Flask, visitor: Visitor, cast: Cast
) -> None:
    stranger = Visitor(app.test_client())
    sign_in_half(visitor, cast.amara.email)
    closed = [one for one in routes_of(app) if not is_public(app.view_functions[one.endpoint])]
    assert len(closed) > 20
    for route in closed:
        told = [try_to_enter(one, route) for one in (visitor, stranger)]
        assert (str(route), told[0]) == (str(route), told[1])
        assert told[0][0] in {303, 401}


@pytest.mark.one_database
def test_public_pages_show_a_half_session_what_they_show_to_strangers(
    app: Flask, visitor: Visitor, cast: Cast
) -> None:
    sign_in_half(visitor, cast.amara.email)
    stranger = Visitor(app.test_client())
    for path in ("/", "/reports", "/councils/kenya", "/search?q=march"):
        assert visitor.open(path).text == stranger.open(path).text
        assert "Amara" not in visitor.client.get(path).get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("headers", FORMATS)
def test_no_format_gets_around_the_second_factor(
    visitor: Visitor, cast: Cast, headers: dict[str, str]
) -> None:
    sign_in_half(visitor, cast.amara.email)
    for path in (FOR_MEMBERS, "/account/factors", "/account/factors/add", "/confirm"):
        assert visitor.client.get(path, headers=headers).status_code == 303
    fields = visitor.open("/login/enroll").form_to("/login/enroll") | {"code": ["000000"]}
    visitor.client.post("/login/enroll", data=fields, headers=headers)
    visitor.client.post("/login/second-factor", data=fields, headers=headers)
    assert not is_in(visitor)


def test_secret_of_a_half_session_signs_nobody_in(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = secret = cookie["half_session"]
    assert session.scalars(select(UserSession.token_digest)).one() == digest(secret)
    assert not is_in(visitor)


def test_secret_changes_when_the_second_factor_is_shown(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    with visitor.client.session_transaction() as cookie:
        before = cookie["half_session"]
    enroll(visitor)
    with visitor.client.session_transaction() as cookie:
        assert "half_session" not in cookie
        assert cookie["_user_id"] != before
        cookie["_user_id"] = before
    assert not is_in(visitor)
    session.rollback()
    assert session.scalars(select(UserSession.strong_at)).one() is not None


def test_half_session_ends_after_a_quarter_of_an_hour(
    visitor: Visitor, cast: Cast, clock: Traveller
) -> None:
    sign_in_half(visitor, cast.amara.email)
    clock.shift(timedelta(minutes=15) - timedelta(seconds=1))
    assert visitor.open("/login/enroll").status == 200
    clock.shift(timedelta(seconds=1))
    assert visitor.open("/login/enroll?next=/reports").response.location == "/login?next=/reports"


def test_half_session_of_a_suspended_person_is_none(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    with transaction(session):
        session.execute(update(Person).values(suspended_at=cast.amara.created_at))
    assert visitor.open("/login/enroll").response.location == "/login"


def test_passphrase_alone_never_adds_a_factor_to_one_that_is_there(
    app: Flask, visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    thief = Visitor(app.test_client())
    sign_in_half(thief, cast.amara.email)
    prepared = thief.open("/login/enroll")
    enroll(visitor)
    assert thief.open("/login/enroll").status == 303
    fields = prepared.form_to("/login/enroll") | {"code": ["123456"]}
    assert thief.client.post("/login/enroll", data=fields).status_code == 303
    session.rollback()
    assert len(session.scalars(select(Authenticator)).all()) == 1
    assert not is_in(thief)


def test_new_passphrase_never_skips_the_second_factor(
    app: Flask, visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    enroll(visitor)
    with transaction(session):
        session.execute(update(Person).values(password_hash=HASHER.hash("otter marble quiet dune")))
    elsewhere = Visitor(app.test_client())
    answer = elsewhere.sign_in(cast.amara.email, "otter marble quiet dune")
    assert answer.response.location.startswith("/login/second-factor")
    assert not is_in(elsewhere)


def test_seat_that_demands_a_factor_ends_the_sessions_without_one(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    dora = signed_in(cast.dora)
    with transaction(session):
        councils.seat(session, cast.nigeria, cast.dora.id, MEMBER, at=at)
    assert is_in(dora)
    with transaction(session):
        councils.seat(session, cast.kenya, cast.dora.id, CHAIR, at=at)
    assert not is_in(dora)
    sign_in_half(dora, cast.dora.email)
    enroll(dora)
    with transaction(session):
        councils.seat(session, cast.nigeria, cast.dora.id, CHAIR, at=at)
    assert is_in(dora)


@pytest.mark.one_database
@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_second_factor_never_leads_off_the_site(visitor: Visitor, cast: Cast, address: str) -> None:
    sign_in_half(visitor, cast.amara.email)
    phone = enroll(visitor)
    visitor.submit("/", to="/logout")
    sign_in_half(visitor, cast.amara.email)
    page = f"/login/second-factor?next={address}"
    answer = visitor.submit(page, code=phone.recovery_codes[0])
    assert answer.response.location == "/"


@pytest.mark.one_database
def test_pages_of_the_second_factor_send_strangers_to_the_login(visitor: Visitor) -> None:
    for page in ("/login/second-factor", "/login/enroll"):
        assert visitor.open(page).response.location == "/login"
