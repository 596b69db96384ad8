"""Single sign-on: it opens the account that was linked to it, and nothing else ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Identity, Person, UserSession
from osac_share.kernel.db import transaction
from tests.support.factories import PASSPHRASE
from tests.support.factors import is_in
from tests.support.pages import Visitor
from tests.support.provider import (
    CLIENT,
    FOREIGN,
    NOT_LINKED,
    NOT_PROVED,
    STALE,
    IdentityProvider,
    acts,
    leave,
    pass_by,
    press,
    refused,
    sign_on,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("provider", "clock")


def test_linked_account_signs_in_and_goes_where_it_wanted(
    linked: Visitor, visitor: Visitor, session: Session
) -> None:
    answer = sign_on(visitor, "/login?next=/subscriptions")
    assert (answer.status, answer.response.location) == (303, "/subscriptions")
    assert is_in(visitor)
    assert acts(session, "session.", "identity.") == [
        ("session.begin", "passphrase"),
        ("identity.link", None),
        ("session.begin", "sso"),
    ]
    assert session.scalars(select(Identity.used_at)).one() is not None


def test_provider_learns_no_more_than_it_must(visitor: Visitor, provider: IdentityProvider) -> None:
    parts = urlsplit(leave(visitor))
    asked = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}" == provider.issuer
    assert asked["redirect_uri"] == ["http://share.example.org/login/sso/back"]
    assert (asked["scope"], asked["response_type"]) == (["openid"], ["code"])
    again = parse_qs(urlsplit(leave(visitor)).query)
    for secret in ("state", "nonce", "code_challenge"):
        assert len(asked[secret][0]) >= 43
        assert asked[secret] != again[secret]


@pytest.mark.one_database
def test_button_is_there_with_the_provider_s_name(visitor: Visitor) -> None:
    assert "Sign in with the Department's sign-in" in visitor.open("/login").texts("//button")


def test_unknown_account_opens_and_makes_nothing(
    cast: Cast, visitor: Visitor, session: Session, provider: IdentityProvider
) -> None:
    people = len(session.scalars(select(Person.id)).all())
    provider.claims = {"email": cast.dora.email, "email_verified": True, "name": cast.dora.name}
    assert NOT_LINKED in refused(visitor, sign_on(visitor))
    assert acts(session, "session.") == [("session.refuse", "sso")]
    assert len(session.scalars(select(Person.id)).all()) == people
    assert not session.scalars(select(Identity)).all()


def test_same_address_with_another_subject_opens_nothing(
    linked: Visitor, visitor: Visitor, provider: IdentityProvider, cast: Cast
) -> None:
    provider.subject = "another"
    provider.claims = {"email": cast.dora.email, "email_verified": True}
    assert NOT_LINKED in refused(visitor, sign_on(visitor))


def test_same_subject_of_another_issuer_opens_nothing(
    linked: Visitor, visitor: Visitor, session: Session
) -> None:
    with transaction(session):
        session.execute(update(Identity).values(issuer="https://other.example.org"))
    assert NOT_LINKED in refused(visitor, sign_on(visitor))


def _suspend(person: Person) -> None:
    person.suspended_at = person.created_at


def _close(person: Person) -> None:
    person.password_hash = ""


@pytest.mark.parametrize("befell", [_suspend, _close])
def test_suspended_and_closed_accounts_get_the_answer_of_unknown_ones(
    linked: Visitor,
    visitor: Visitor,
    provider: IdentityProvider,
    session: Session,
    cast: Cast,
    befell: Callable[[Person], None],
) -> None:
    with transaction(session):
        befell(session.get_one(Person, cast.dora.id))
    words = refused(visitor, sign_on(visitor))
    provider.subject = "another"
    assert refused(visitor, sign_on(visitor)) == words
    assert acts(session, "session.refuse") == [("session.refuse", "sso")] * 2


@pytest.mark.one_database
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"iss": "https://other.example.org"},
        {"sub": None},
        {"sub": ""},
        {"exp": 1},
    ],
    ids=repr,
)
def test_token_that_is_not_right_opens_nothing(
    linked: Visitor,
    visitor: Visitor,
    provider: IdentityProvider,
    session: Session,
    claims: dict[str, object],
) -> None:
    provider.claims = claims
    assert NOT_PROVED in refused(visitor, sign_on(visitor))
    assert acts(session, "session.refuse") == [("session.refuse", "sso")]


@pytest.mark.one_database
def test_token_signed_by_somebody_else_opens_nothing(
    linked: Visitor, visitor: Visitor, provider: IdentityProvider
) -> None:
    provider.key = FOREIGN
    assert NOT_PROVED in refused(visitor, sign_on(visitor))


@pytest.mark.one_database
def test_token_whose_signature_is_gone_opens_nothing(
    linked: Visitor, visitor: Visitor, provider: IdentityProvider
) -> None:
    provider.spoiled = lambda token: token.rpartition(".")[0] + "."
    assert NOT_PROVED in refused(visitor, sign_on(visitor))


@pytest.mark.one_database
def test_answer_with_another_state_or_none_opens_nothing(linked: Visitor, visitor: Visitor) -> None:
    for other in ("&state=x", ""):
        back = pass_by(leave(visitor))
        code, _and, _state = back.partition("&")
        assert STALE in refused(visitor, visitor.open(code + other))
        assert STALE in refused(visitor, visitor.open(back))


@pytest.mark.one_database
def test_answer_in_a_browser_that_was_not_sent_opens_nothing(
    app: Flask, linked: Visitor, visitor: Visitor
) -> None:
    back, victim = pass_by(leave(visitor)), Visitor(app.test_client())
    assert STALE in refused(victim, victim.open(back))
    leave(victim)
    assert STALE in refused(victim, victim.open(back))


def test_answer_is_taken_once_even_from_a_browser_that_kept_its_cookie(
    app: Flask, linked: Visitor, visitor: Visitor, provider: IdentityProvider, session: Session
) -> None:
    back = pass_by(leave(visitor))
    kept = visitor.client.get_cookie("osac")
    assert kept is not None
    assert visitor.open(back).status == 303
    asked, begun = len(provider.asked), len(session.scalars(select(UserSession.id)).all())
    other = Visitor(app.test_client())
    other.client.set_cookie("osac", kept.value)
    assert STALE in refused(other, other.open(back))
    assert visitor.open(back).response.location == "/login"
    assert is_in(visitor)
    session.rollback()
    assert len(provider.asked) == asked
    assert len(session.scalars(select(UserSession.id)).all()) == begun


@pytest.mark.one_database
def test_code_of_another_errand_opens_nothing(
    app: Flask, linked: Visitor, visitor: Visitor
) -> None:
    stolen = parse_qs(urlsplit(pass_by(leave(visitor))).query)["code"][0]
    thief = Visitor(app.test_client())
    own = parse_qs(urlsplit(leave(thief)).query)["state"][0]
    answer = thief.open(f"/login/sso/back?code={stolen}&state={own}")
    assert NOT_PROVED in refused(thief, answer)


@pytest.mark.one_database
def test_answer_after_ten_minutes_is_too_late(
    linked: Visitor, visitor: Visitor, clock: Traveller
) -> None:
    back = pass_by(leave(visitor))
    clock.shift(timedelta(minutes=10, seconds=1))
    assert STALE in refused(visitor, visitor.open(back))


@pytest.mark.one_database
def test_refusal_of_the_provider_is_told_in_our_words(visitor: Visitor) -> None:
    state = parse_qs(urlsplit(leave(visitor)).query)["state"][0]
    said = f"/login/sso/back?error=access_denied&error_description=Call+555&state={state}"
    words = refused(visitor, visitor.open(said))
    assert NOT_PROVED in words
    assert "555" not in words


@pytest.mark.one_database
def test_provider_that_is_away_keeps_nobody_from_their_passphrase(
    visitor: Visitor, cast: Cast, provider: IdentityProvider
) -> None:
    provider.broken = {"/.well-known/openid-configuration": (503, {}, b"")}
    answer = press(visitor, "/login?next=/subscriptions", "/login/sso")
    assert answer.response.location == "/login?next=/subscriptions"
    assert "cannot be reached" in visitor.open("/login").root.text_content()
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 303


@pytest.mark.one_database
def test_signing_in_never_leads_off_the_site_by_this_way_either(
    linked: Visitor, visitor: Visitor
) -> None:
    for evil in ("https://evil.example", "//evil.example", "/%5Cevil.example"):
        assert sign_on(visitor, f"/login?next={evil}").response.location == "/"


def test_coming_back_is_counted_and_forgiven_when_it_was_right(
    linked: Visitor, visitor: Visitor, provider: IdentityProvider
) -> None:
    for _ in range(31):
        assert sign_on(visitor).status == 303
    provider.key = FOREIGN
    answers = [sign_on(visitor).status for _ in range(31)]
    assert answers == [303] * 30 + [429]


@pytest.mark.one_database
def test_whoever_was_signed_in_before_is_signed_out(
    linked: Visitor, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    gus = signed_in(cast.gus)
    old = session.scalars(select(UserSession).where(UserSession.person_id == cast.gus.id)).one()
    sign_on(gus)
    session.rollback()
    assert old.ended_at is not None
    assert "dora@example.org" in gus.open("/account").text
