"""Recovery codes: ten, long and random, each good for one sign-in, and nothing to read at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Person, RecoveryCode
from osac_share.kernel.db import transaction
from tests.support.factors import Phone, at_once, enroll, is_in, letters, show, sign_in_half
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("demanding", "clock")

FACTORS = "/account/factors"


def test_one_recovery_code_sent_to_two_nodes_at_the_same_moment_works_on_one(
    phone: Phone, cast: Cast, engine: Engine, settings: Settings, at: datetime
) -> None:
    for code in phone.recovery_codes[:5]:
        assert sum(at_once(engine, cast, code, settings, at)) == 1


def test_recovery_codes_are_many_long_random_and_kept_as_digests(
    phone: Phone, session: Session
) -> None:
    codes = phone.recovery_codes
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}
    rows = session.scalars(select(RecoveryCode.code_digest)).all()
    assert {len(row) for row in rows} == {64}
    assert not {code.replace("-", "") for code in codes} & set(rows)


def test_recovery_code_works_once_and_its_owner_is_told(
    phone: Phone, elsewhere: Visitor, cast: Cast, session: Session
) -> None:
    code = phone.recovery_codes[3]
    assert show(elsewhere, code.upper()).status == 303
    assert is_in(elsewhere)
    assert letters(session)[-1] == ("recovery_code_used", cast.amara.email)
    assert "9 recovery codes left" in elsewhere.open(FACTORS).text
    elsewhere.submit("/", to="/logout")
    sign_in_half(elsewhere, cast.amara.email)
    assert show(elsewhere, code).status == 422


def test_recovery_codes_of_somebody_else_are_of_no_use(
    phone: Phone, cast: Cast, app: Flask
) -> None:
    ben = Visitor(app.test_client())
    sign_in_half(ben, cast.ben.email)
    enroll(ben)
    ben.submit("/", to="/logout")
    sign_in_half(ben, cast.ben.email)
    assert show(ben, phone.recovery_codes[0]).status == 422


def test_new_recovery_codes_void_the_old_ones(
    phone: Phone, visitor: Visitor, elsewhere: Visitor
) -> None:
    page = visitor.submit(FACTORS, to=f"{FACTORS}/codes")
    renewed = page.texts("//ol[@class='codes']//code")
    assert len(renewed) == 10
    assert page.response.headers["Cache-Control"] == "private, no-store"
    assert show(elsewhere, phone.recovery_codes[0]).status == 422
    assert show(elsewhere, renewed[0]).status == 303


def test_person_with_few_recovery_codes_is_told_so(
    phone: Phone, elsewhere: Visitor, session: Session
) -> None:
    kept = select(RecoveryCode.id).order_by(RecoveryCode.id).limit(4)
    with transaction(session):
        gone = update(RecoveryCode).where(RecoveryCode.id.not_in(kept))
        session.execute(gone.values(used_at=session.scalars(select(Person.created_at)).first()))
    assert show(elsewhere, phone.recovery_codes[0]).status == 303
    assert "3 recovery codes left" in elsewhere.open("/").text
