"""A phone with an authenticator app, for tests in which somebody has one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import select

from osac_share.accounts import actions
from osac_share.accounts.models import Person
from osac_share.audit.models import AuditEntry
from osac_share.kernel import clock
from osac_share.kernel.db import session_factory, transaction
from osac_share.letters.models import Letter
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.pages import Document, Visitor


class Phone:
    """An authenticator app that was shown a secret, and the recovery codes that came with it."""

    def __init__(self, secret: str, recovery_codes: list[str] | None = None) -> None:
        self.secret = secret
        self.recovery_codes = recovery_codes or []

    def code(self, later: timedelta | None = None) -> str:
        """Return what it shows now, or so much later."""
        moment = clock.now() if later is None else clock.now() + later
        return pyotp.TOTP(self.secret).at(moment)


def secret_on(page: Document) -> str:
    """Return the secret that a page shows for those who cannot scan."""
    return page.texts("//main//ol//code")[0].replace("-", "").upper()


def enroll(visitor: Visitor, page: str = "/login/enroll") -> Phone:
    """Set up an app on a page that offers it, and return the phone."""
    shown = visitor.open(page)
    phone = Phone(secret_on(shown))
    fields = shown.form_to(page.partition("?")[0]) | {"code": [phone.code()]}
    answer = visitor.client.post(page, data=fields)
    assert answer.status_code in {200, 303}, answer.get_data(as_text=True)
    phone.recovery_codes = type(shown)(answer).texts("//ol[@class='codes']//code")
    return phone


def sign_in_half(visitor: Visitor, email: str) -> Document:
    """Sign in with the passphrase where more is asked for, and return where that leads."""
    answer = visitor.sign_in(email, PASSPHRASE)
    assert answer.response.location.startswith("/login/second-factor")
    return answer


def show(visitor: Visitor, code: str) -> Document:
    """Show a code as the second factor."""
    return visitor.submit("/login/second-factor", code=code)


def is_in(visitor: Visitor) -> bool:
    """Tell whether a page for members opens."""
    return visitor.open("/subscriptions").status == 200


def letters(session: Session) -> list[tuple[str, str]]:
    """Return the purpose and address of every letter about factors."""
    session.rollback()
    question = select(Letter.purpose, Letter.address).where(Letter.purpose != "new_device")
    found = session.execute(question.order_by(Letter.id))
    return [(row[0], row[1]) for row in found]


def acts(session: Session) -> list[str]:
    """Return what the record says was done with factors."""
    session.rollback()
    question = select(AuditEntry.action).where(AuditEntry.action.like("factor.%"))
    return list(session.scalars(question.order_by(AuditEntry.id)))


def at_once(engine: Engine, cast: Cast, code: str, settings: Settings, at: datetime) -> list[bool]:
    """Send one code of Amara to two nodes at the same moment; return who took it."""
    gate, maker, key = Barrier(2), session_factory(engine), settings.require_secret()

    def try_it(_node: int) -> bool:
        with maker() as session:
            person = session.get_one(Person, cast.amara.id)
            session.rollback()
            gate.wait(30)
            with transaction(session):
                return actions.use_code(session, person, code, key=key, at=at)

    with ThreadPoolExecutor(2) as nodes:
        return list(nodes.map(try_it, range(2)))
