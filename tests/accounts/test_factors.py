"""Authenticator apps: each code once, few tries, and nothing to read at rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts import actions
from osac_share.accounts.models import Authenticator, Person, RecoveryCode, UserSession
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from tests.support.factors import Phone, acts, at_once, enroll, is_in, letters, show, sign_in_half
from tests.support.pages import Document, Visitor

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("demanding", "clock")

FACTORS = "/account/factors"
STEP = timedelta(seconds=30)


def test_app_is_set_up_with_the_code_it_shows_and_with_no_other(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    sign_in_half(visitor, cast.amara.email)
    refused = visitor.submit("/login/enroll", code="000000")
    assert refused.status == 422
    assert "not right" in refused.text
    enroll(visitor)
    assert is_in(visitor)
    assert acts(session)[0] == "factor.add"
    assert letters(session) == [("factors_changed", cast.amara.email)]


@pytest.mark.one_database
def test_picture_of_a_secret_is_drawn_for_its_owner_alone(
    app: Flask, visitor: Visitor, cast: Cast, signed_in: SignIn
) -> None:
    sign_in_half(visitor, cast.amara.email)
    (address,) = visitor.open("/login/enroll").root.xpath("//img[@class='qr']/@src")
    picture = visitor.client.get(str(address))
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert picture.headers["Cache-Control"] == "private, no-store"
    for other in (Visitor(app.test_client()), signed_in(cast.dora)):
        assert other.client.get(str(address)).status_code == 404


@pytest.mark.one_database
def test_same_secret_is_shown_again_after_a_wrong_code(visitor: Visitor, cast: Cast) -> None:
    sign_in_half(visitor, cast.amara.email)
    first = visitor.open("/login/enroll")
    fields = first.form_to("/login/enroll") | {"code": ["000000"]}
    again = Document(visitor.client.post("/login/enroll", data=fields))
    assert again.texts("//ol//code") == first.texts("//ol//code")


@pytest.mark.one_database
def test_secret_proposed_to_somebody_else_or_long_ago_is_refused(
    cast: Cast, session: Session, settings: Settings, at: datetime
) -> None:
    key = settings.require_secret()
    secret, sealed = actions.propose_secret(cast.amara, key=key, at=at)
    code = Phone(secret).code()
    late = at + timedelta(minutes=15, seconds=1)
    for person, moment in ((cast.ben, at), (cast.amara, late)):
        with pytest.raises(RuleBroken, match="open for too long"):
            actions.add_authenticator(
                session, person, sealed=sealed, code=code, name="x", key=key, at=moment
            )


def test_secret_cannot_be_read_from_the_database_nor_moved_in_it(
    phone: Phone, elsewhere: Visitor, session: Session, cast: Cast, settings: Settings
) -> None:
    row = session.scalars(select(Authenticator)).one()
    assert phone.secret not in row.sealed_secret
    with transaction(session):
        session.execute(update(Authenticator).values(person_id=cast.ben.id, last_step=0))
        taken = actions.use_code(
            session,
            cast.ben,
            phone.code(),
            key=settings.require_secret(),
            at=cast.amara.created_at,
        )
    assert not taken


def test_code_works_once(phone: Phone, elsewhere: Visitor, clock: Traveller) -> None:
    clock.shift(2 * STEP)
    code = phone.code()
    assert show(elsewhere, code).status == 303
    assert is_in(elsewhere)
    elsewhere.submit("/", to="/logout")
    sign_in_half(elsewhere, "amara@example.org")
    assert show(elsewhere, code).status == 422
    assert not is_in(elsewhere)


def test_code_that_set_the_app_up_is_spent(phone: Phone, elsewhere: Visitor) -> None:
    assert show(elsewhere, phone.code()).status == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_code_of_the_half_minute_before_and_after_works_too(
    phone: Phone, elsewhere: Visitor, clock: Traveller, steps: int, status: int
) -> None:
    clock.shift(timedelta(minutes=5))
    assert show(elsewhere, phone.code(steps * STEP)).status == status


@pytest.mark.one_database
def test_code_is_read_with_what_people_put_between_its_digits(
    phone: Phone, elsewhere: Visitor, clock: Traveller
) -> None:
    clock.shift(2 * STEP)
    code = phone.code()
    assert show(elsewhere, f" {code[:3]} {code[3:]} ").status == 303


def test_one_code_sent_to_two_nodes_at_the_same_moment_works_on_one(
    phone: Phone, cast: Cast, engine: Engine, settings: Settings, at: datetime
) -> None:
    for number in range(1, 6):
        later = number * 2 * STEP
        assert sum(at_once(engine, cast, phone.code(later), settings, at + later)) == 1


def test_codes_are_guessed_five_times_and_no_more(
    phone: Phone, elsewhere: Visitor, clock: Traveller, session: Session
) -> None:
    clock.shift(timedelta(minutes=1))
    assert [show(elsewhere, "000000").status for _ in range(6)] == [422] * 5 + [429]
    assert elsewhere.submit("/login/second-factor", code=phone.code()).status == 429
    assert acts(session).count("factor.refuse") == 5
    clock.shift(timedelta(minutes=5, seconds=1))
    assert show(elsewhere, phone.code()).status == 303


def test_limit_of_guesses_outlives_the_session_in_which_they_were_made(
    app: Flask, phone: Phone, elsewhere: Visitor, cast: Cast
) -> None:
    for _ in range(5):
        show(elsewhere, "000000")
    third = Visitor(app.test_client())
    sign_in_half(third, cast.amara.email)
    assert show(third, "000001").status == 429


def remove_the_only_one(visitor: Visitor, session: Session) -> Document:
    public_id = session.scalars(select(Authenticator.public_id)).one()
    token = visitor.open(FACTORS).form_to(f"{FACTORS}/codes")["csrf_token"]
    answer = visitor.client.post(f"{FACTORS}/{public_id}/remove", data={"csrf_token": token})
    return Document(answer)


def test_last_factor_stays_while_an_office_demands_one(
    phone: Phone, visitor: Visitor, session: Session
) -> None:
    assert "Remove" not in visitor.open(FACTORS).text
    refused = remove_the_only_one(visitor, session)
    assert refused.status == 409
    assert "Add another one" in refused.text
    session.rollback()
    assert session.scalars(select(Authenticator)).all()


def test_member_without_office_may_add_a_factor_and_remove_it_again(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    dora = signed_in(cast.dora)
    other = signed_in(cast.dora)
    enroll(dora, f"{FACTORS}/add")
    assert (is_in(dora), is_in(other)) == (True, False)
    sign_in_half(other, cast.dora.email)
    assert remove_the_only_one(dora, session).status == 303
    session.rollback()
    assert not session.scalars(select(Authenticator)).all()
    assert not session.scalars(select(RecoveryCode)).all()
    assert other.open("/login/second-factor").status == 303
    assert is_in(signed_in(cast.dora))
    assert [purpose for purpose, _ in letters(session)] == ["factors_changed"] * 2


def test_of_two_factors_one_may_go_even_from_a_chair(
    phone: Phone, visitor: Visitor, session: Session
) -> None:
    second = enroll(visitor, f"{FACTORS}/add")
    assert not second.recovery_codes
    public_ids = session.scalars(select(Authenticator.public_id)).all()
    visitor.submit(FACTORS, to=f"{FACTORS}/{public_ids[0]}/remove")
    session.rollback()
    assert session.scalars(select(Authenticator.public_id)).all() == public_ids[1:]


@pytest.mark.one_database
def test_factor_is_renamed_by_its_owner_and_by_nobody_else(
    phone: Phone, visitor: Visitor, signed_in: SignIn, cast: Cast, session: Session
) -> None:
    public_id = session.scalars(select(Authenticator.public_id)).one()
    named = f"{FACTORS}/{public_id}/name"
    visitor.submit(FACTORS, to=named, name="Blue phone")
    assert "Blue phone" in visitor.open(FACTORS).text
    assert visitor.submit(FACTORS, to=named, name=" ").status == 422
    dora = signed_in(cast.dora)
    token = dora.open("/confirm").form_to("/confirm")["csrf_token"]
    fields = {"csrf_token": token, "name": ["Mine"]}
    for act in ("name", "remove"):
        assert dora.client.post(f"{FACTORS}/{public_id}/{act}", data=fields).status_code == 404
    assert "Blue phone" in visitor.open(FACTORS).text


def test_lost_factors_are_cleared_with_every_session_and_a_letter(
    phone: Phone, visitor: Visitor, elsewhere: Visitor, cast: Cast, session: Session, at: datetime
) -> None:
    gus = (cast.gus.id, cast.gus.name)
    with transaction(session):
        amara = session.get_one(Person, cast.amara.id)
        actions.clear_factors(session, amara, by=gus, at=at, because="She lost her phone.")
    assert not is_in(visitor)
    assert elsewhere.open("/login/second-factor").response.location == "/login"
    assert letters(session)[-1] == ("factors_cleared", cast.amara.email)
    assert acts(session)[-1] == "factor.clear"
    ended = session.scalars(select(UserSession.ended_at)).all()
    assert all(ended)
    sign_in_half(visitor, cast.amara.email)
    enroll(visitor)
    assert is_in(visitor)
