"""The log-in page: one answer for every mistake, and no way off the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from osac_share.accounts import actions
from osac_share.accounts.actions import HASHER
from osac_share.accounts.models import Person, UserSession
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.web.addresses import own_path
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast
    from tests.support.pages import Document, Visitor

WRONG = "That address and passphrase do not match an account."

OFF_THE_SITE = [
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "//\\evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "%2F%2Fevil.example",
    "/%5Cevil.example",
    "/%5c%5cevil.example",
    "/a/%5c..%5c/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/%00/evil.example",
    "/ /evil.example",
    " //evil.example",
    "\t//evil.example",
    "\x0b//evil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "mailto:x@evil.example",
    "evil.example",
    "www.evil.example/",
    "@evil.example",
    ":80",
    "?//evil.example",
    "#//evil.example",
    "..//evil.example",
    "ftp://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:\\\\evil.example",
    "//evil.example@share.example.org",
    "//share.example.org@evil.example",
    "https://share.example.org.evil.example/",
    "\u2215\u2215evil.example",
    "\uff0f\uff0fevil.example",
    "/" + "a" * 5000,
]

ON_THE_SITE = [
    "/",
    "/reports",
    "/reports?country=KE&page=2",
    "/search?q=a%20b",
    "/search?q=https://evil.example",
    "/countries/KE#alerts",
    "/search?q=%C3%A9t%C3%A9",
]


def try_in(visitor: Visitor, email: str, password: str, next_: str = "") -> Document:
    return visitor.submit("/login", email=email, password=password, next=next_)


@pytest.mark.parametrize("address", OFF_THE_SITE)
def test_address_off_the_site_is_none_of_ours(address: str) -> None:
    assert own_path(address) is None


@pytest.mark.parametrize("address", ON_THE_SITE)
def test_address_on_the_site_is_ours(address: str) -> None:
    assert own_path(address) == address


@pytest.mark.one_database
def test_signing_in_never_leads_off_the_site(visitor: Visitor, cast: Cast) -> None:
    led_to = {}
    for address in (*OFF_THE_SITE, *ON_THE_SITE):
        answer = try_in(visitor, cast.dora.email, PASSPHRASE, address)
        assert answer.status == 303
        led_to[address] = answer.response.location
    assert led_to == dict.fromkeys(OFF_THE_SITE, "/") | {path: path for path in ON_THE_SITE}


def test_unknown_wrong_and_suspended_get_the_same_answer(visitor: Visitor, cast: Cast) -> None:
    pairs = [
        ("dora@example.org", "not the passphrase at all"),
        ("nobody@example.org", PASSPHRASE),
        ("sven@example.org", PASSPHRASE),
    ]
    answers = [try_in(visitor, *pair) for pair in pairs]
    bodies = {
        answer.response.get_data(as_text=True)
        .replace(email, "")
        .replace(answer.form_to("/login")["csrf_token"][0], "")
        for answer, (email, _) in zip(answers, pairs, strict=True)
    }
    assert {answer.status for answer in answers} == {422}
    assert len(bodies) == 1
    assert WRONG in answers[0].text


def test_every_attempt_is_in_the_record_without_what_was_typed(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    for email, password in [
        ("nobody@example.org", "what nobody would type"),
        ("dora@example.org", "what Dora did not mean"),
        ("dora@example.org", PASSPHRASE),
    ]:
        try_in(visitor, email, password)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.object_kind == "person").order_by(AuditEntry.id)
    ).all()
    assert [(entry.action, entry.actor, entry.object_id) for entry in entries] == [
        ("session.refuse", "system", "unknown"),
        ("session.refuse", "Dora Member", cast.dora.public_id),
        ("session.begin", "Dora Member", cast.dora.public_id),
    ]
    assert {entry.address for entry in entries} == {"127.0.0.1"}
    assert not any("what" in str(entry.detail) for entry in entries)


def test_mistake_keeps_the_address_but_not_the_passphrase(visitor: Visitor, cast: Cast) -> None:
    answer = try_in(visitor, "dora@example.org", "not the passphrase at all", "/reports")
    assert answer.form_to("/login")["email"] == ["dora@example.org"]
    assert answer.form_to("/login")["next"] == ["/reports"]
    assert "not the passphrase" not in answer.response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("", PASSPHRASE),
        ("dora@example.org", ""),
        ("x" * 300, PASSPHRASE),
        ("dora@example.org", "x" * 300),
    ],
)
def test_half_a_pair_is_asked_for_again(
    visitor: Visitor, cast: Cast, email: str, password: str
) -> None:
    answer = try_in(visitor, email, password)
    assert answer.status == 422
    assert WRONG not in answer.text


def test_null_character_breaks_nothing(visitor: Visitor, cast: Cast) -> None:
    assert try_in(visitor, "dora\0@example.org", PASSPHRASE).status in {400, 422}
    assert visitor.open("/").status == 200


def test_hash_made_with_weaker_parameters_is_made_anew_at_sign_in(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSPHRASE)
    with transaction(session):
        cast.dora.password_hash = weak
    assert try_in(visitor, cast.dora.email, "not the passphrase at all").status == 422
    assert kept_hash(session) == weak
    assert try_in(visitor, cast.dora.email, PASSPHRASE).status == 303
    assert not HASHER.check_needs_rehash(kept_hash(session))
    assert HASHER.verify(kept_hash(session), PASSPHRASE)


@pytest.mark.parametrize("broken", ["", "!", "plain text", "$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_account_without_a_usable_hash_cannot_be_entered(
    visitor: Visitor, cast: Cast, session: Session, broken: str
) -> None:
    with transaction(session):
        cast.dora.password_hash = broken
    assert try_in(visitor, cast.dora.email, PASSPHRASE).status == 422


def kept_hash(session: Session) -> str:
    session.rollback()
    return session.scalars(
        select(Person.password_hash).where(Person.email == "dora@example.org")
    ).one()


def test_long_names_of_browsers_and_addresses_are_cut(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        attempt = actions.check_pair(session, email=cast.dora.email, password=PASSPHRASE)
        actions.sign_in(
            session,
            attempt,
            at=at,
            user_agent="x" * 999,
            address="f" * 99,
            demands_factor=False,
        )
    row = session.scalars(select(UserSession)).one()
    assert (len(row.user_agent), len(row.address)) == (300, 45)


def test_account_is_opened_once_for_each_address(session: Session, at: datetime) -> None:
    with transaction(session):
        person = actions.open_account(
            session, email="New@Example.org", name="New", password=PASSPHRASE, at=at
        )
    assert person.email == "new@example.org"
    assert HASHER.verify(person.password_hash, PASSPHRASE)
    with pytest.raises(RuleBroken, match="already an account"), transaction(session):
        actions.open_account(
            session, email="new@EXAMPLE.org", name="Again", password=PASSPHRASE, at=at
        )
    with pytest.raises(RuleBroken, match="15 characters"), transaction(session):
        actions.open_account(session, email="x@example.org", name="X", password="short", at=at)
