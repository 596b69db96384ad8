"""Linking an account elsewhere: by its owner, freshly proved, and told to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Identity, UserSession
from osac_share.kernel.db import transaction
from tests.support.factories import PASSPHRASE
from tests.support.factors import is_in
from tests.support.letters import letters_to, path_in_letter
from tests.support.provider import (
    NOT_LINKED,
    NOT_PROVED,
    IdentityProvider,
    acts,
    leave,
    link,
    pass_by,
    refused,
    sign_on,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("provider", "clock")


def test_linking_and_unlinking_are_told_and_recorded(
    linked: Visitor,
    visitor: Visitor,
    provider: IdentityProvider,
    session: Session,
    cast: Cast,
) -> None:
    sign_on(visitor)
    page = linked.open("/account/sso")
    assert provider.issuer in page.text
    assert provider.subject in page.text
    assert linked.submit("/account/sso", to="/account/sso/unlink").status == 303
    assert (is_in(linked), is_in(visitor)) == (True, False)
    assert NOT_LINKED in refused(visitor, sign_on(visitor))
    told = [one for one in letters_to(session, cast.dora.email) if one.startswith("sso")]
    assert told == ["sso_linked", "sso_unlinked"]
    assert [one for one, _ in acts(session, "identity.")] == ["identity.link", "identity.unlink"]
    linked.open("/account/sso").form_to("/account/sso/link")


@pytest.mark.one_database
def test_linking_and_unlinking_want_fresh_proof(linked: Visitor, clock: Traveller) -> None:
    clock.shift(timedelta(minutes=6))
    answer = linked.submit("/account/sso", to="/account/sso/unlink")
    assert answer.response.location == "/confirm?next=/account/sso"
    assert "Unlink" in linked.open("/account/sso").text


def test_one_account_there_is_linked_to_one_account_here(
    linked: Visitor, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    ben = signed_in(cast.ben)
    assert "linked already" in link(ben).root.text_content()
    assert [one.person_id for one in session.scalars(select(Identity))] == [cast.dora.id]


def test_one_account_here_is_linked_to_one_account_there(
    provider: IdentityProvider, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    dora = signed_in(cast.dora)
    address = leave(dora, "/account/sso", "/account/sso/link")
    link(signed_in(cast.dora))
    provider.subject = "another"
    assert dora.open(pass_by(address)).response.location == "/account/sso"
    assert [one.subject for one in session.scalars(select(Identity))] == ["248289761001"]


@pytest.mark.one_database
def test_link_that_somebody_else_began_is_not_made(
    provider: IdentityProvider, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    amara = signed_in(cast.amara)
    back = pass_by(leave(amara, "/account/sso", "/account/sso/link"))
    amara.submit("/", to="/logout")
    amara.sign_in(cast.ben.email, PASSPHRASE)
    assert amara.open(back).response.location == "/login"
    assert not session.scalars(select(Identity)).all()


@pytest.mark.one_database
def test_link_whose_owner_signed_out_meanwhile_is_not_made(
    app: Flask, provider: IdentityProvider, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    dora = signed_in(cast.dora)
    back = pass_by(leave(dora, "/account/sso", "/account/sso/link"))
    with transaction(session):
        session.execute(update(UserSession).values(ended_at=cast.dora.created_at))
    assert dora.open(back).response.location == "/login"
    assert not session.scalars(select(Identity)).all()


@pytest.mark.one_database
def test_link_is_not_made_by_a_token_that_is_not_right(
    provider: IdentityProvider, cast: Cast, signed_in: SignIn, session: Session
) -> None:
    provider.claims = {"sub": ""}
    assert NOT_PROVED in link(signed_in(cast.dora)).root.text_content()
    assert not session.scalars(select(Identity)).all()


def test_forgotten_passphrase_chosen_anew_unlinks(
    linked: Visitor, visitor: Visitor, session: Session, settings: Settings, cast: Cast
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    path = path_in_letter(session, settings, cast.dora.email, "reset")
    chosen = "correct horse battery staple orchard"
    visitor.submit(path, new=chosen, again=chosen)
    assert NOT_LINKED in refused(visitor, sign_on(visitor))
    assert "sso_unlinked" in letters_to(session, cast.dora.email)


@pytest.mark.one_database
def test_what_is_held_tells_of_it(linked: Visitor, provider: IdentityProvider) -> None:
    text = linked.open("/account/held").text
    assert "Single sign-on" in text
    assert provider.subject in text
